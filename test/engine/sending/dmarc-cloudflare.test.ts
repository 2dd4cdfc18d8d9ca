import { describeDmarc } from "../../support/engine/sending-dmarc";

describeDmarc("cloudflare");
