import { describeTransport, openKnot } from "../support/rfc2136/transports";

describeTransport("Knot", "tcp", openKnot, "records");
