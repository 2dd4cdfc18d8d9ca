import { describeUpdates } from "../support/rfc2136/suite";
import { describeTransport, openBind } from "../support/rfc2136/transports";

describeTransport("BIND", "tcp", openBind, "operations");

describeUpdates("BIND", openBind);
