import { describeBackend } from "../support/backend/suite";
import { openRfc2136Host } from "../support/rfc2136/host";
import { openPowerdns } from "../support/rfc2136/transports";

describe("PowerDNS with dnsupdate=yes", () => {
  describeBackend({
    name: "RFC 2136",
    without: { "rate limit": "DNS has no answer that means it" },
    part: "records",
    open: async (context) => openRfc2136Host(await openPowerdns(context)),
  });
});
