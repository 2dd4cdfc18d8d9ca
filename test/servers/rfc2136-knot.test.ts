import { describeBackend } from "../support/backend/suite";
import { openRfc2136Host, serverOptions } from "../support/rfc2136/host";
import { describeUpdates } from "../support/rfc2136/suite";
import { startKnot } from "../support/servers/knot";
import { requireProgram } from "../support/servers/programs";

const without = { "rate limit": "DNS has no answer that means it" };

describe("Knot", () => {
  for (const transport of ["tcp", "udp"] as const) {
    describe(`over ${transport.toUpperCase()}`, () => {
      describeBackend({
        name: "RFC 2136",
        without,
        async open(context) {
          for (const program of ["knotd", "dig", "nsupdate"]) requireProgram(context, program);
          return openRfc2136Host(await startKnot(serverOptions), transport);
        },
      });
    });
  }
});

describeUpdates("Knot", (context) => {
  for (const program of ["knotd", "dig", "nsupdate"]) requireProgram(context, program);
  return startKnot(serverOptions);
});
