import { describeUpdates } from "../support/rfc2136/suite";
import { describeTransport, openPowerdns } from "../support/rfc2136/transports";

describeTransport("PowerDNS", "tcp", openPowerdns, "operations");

describeUpdates("PowerDNS", openPowerdns);
