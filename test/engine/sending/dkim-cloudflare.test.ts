import { describeDkim } from "../../support/engine/sending-dkim";

describeDkim("cloudflare");
