import { describeBackend } from "../support/backend/suite";
import { openRfc2136Host, serverOptions } from "../support/rfc2136/host";
import { describeUpdates } from "../support/rfc2136/suite";
import { startPowerdns } from "../support/servers/powerdns";
import { requireProgram } from "../support/servers/programs";

describe("PowerDNS with dnsupdate=yes", () => {
  describeBackend({
    name: "RFC 2136",
    without: { "rate limit": "DNS has no answer that means it" },
    async open(context) {
      for (const program of ["pdns_server", "pdnsutil", "sqlite3", "dig", "nsupdate"]) requireProgram(context, program);
      return openRfc2136Host(await startPowerdns(serverOptions));
    },
  });
});

describeUpdates("PowerDNS", (context) => {
  for (const program of ["pdns_server", "pdnsutil", "sqlite3", "dig", "nsupdate"]) requireProgram(context, program);
  return startPowerdns(serverOptions);
});
