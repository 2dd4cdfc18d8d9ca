import { describeMailFrom } from "../../support/engine/sending-mail-from";

describeMailFrom("cloudflare");
