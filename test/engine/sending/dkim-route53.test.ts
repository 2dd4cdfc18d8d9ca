import { describeDkim } from "../../support/engine/sending-dkim";

describeDkim("route53");
