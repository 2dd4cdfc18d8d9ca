import { describeUpdates } from "../support/rfc2136/suite";
import { describeTransport, openKnot } from "../support/rfc2136/transports";

describeTransport("Knot", "tcp", openKnot, "operations");

describeUpdates("Knot", openKnot);
