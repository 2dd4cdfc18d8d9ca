import { describeTransport, openPowerdns } from "../support/rfc2136/transports";

describeTransport("PowerDNS", "tcp", openPowerdns, "records");
