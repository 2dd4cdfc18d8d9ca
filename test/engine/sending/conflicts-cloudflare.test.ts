import { describeConflicts } from "../../support/engine/sending-conflicts";

describeConflicts("cloudflare");
