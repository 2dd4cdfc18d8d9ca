import { describeTransport, openBind } from "../support/rfc2136/transports";

describeTransport("BIND", "tcp", openBind, "records");
