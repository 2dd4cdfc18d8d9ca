import { describeConflicts } from "../../support/engine/sending-conflicts";

describeConflicts("route53");
