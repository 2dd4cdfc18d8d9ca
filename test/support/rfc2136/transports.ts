import type { BackendSuite } from "../backend/host";
import { describeBackend } from "../backend/suite";
import { startBind } from "../servers/bind";
import { startKnot } from "../servers/knot";
import type { RealServer } from "../servers/nameserver";
import { startPowerdns } from "../servers/powerdns";
import { requireProgram } from "../servers/programs";
import { openRfc2136Host, serverOptions } from "./host";

type Open = (context: Mocha.Context) => Promise<RealServer>;

export const openBind: Open = (context) => {
  for (const program of ["named", "dig", "nsupdate"]) requireProgram(context, program);
  return startBind(serverOptions);
};

export const openKnot: Open = (context) => {
  for (const program of ["knotd", "dig", "nsupdate"]) requireProgram(context, program);
  return startKnot(serverOptions);
};

/** With `dnsupdate=yes`. */
export const openPowerdns: Open = (context) => {
  for (const program of ["pdns_server", "pdnsutil", "sqlite3", "dig", "nsupdate"]) requireProgram(context, program);
  return startPowerdns(serverOptions);
};

/** The suite of back ends at a real server, by one transport; `part` of it, where the whole takes too long for one file. */
export function describeTransport(
  server: string,
  transport: "tcp" | "udp",
  open: Open,
  part?: BackendSuite["part"],
): void {
  describe(server, () => {
    describe(`over ${transport.toUpperCase()}`, () => {
      describeBackend({
        name: "RFC 2136",
        without: { "rate limit": "DNS has no answer that means it" },
        ...(part && { part }),
        open: async (context) => openRfc2136Host(await open(context), transport),
      });
    });
  });
}
