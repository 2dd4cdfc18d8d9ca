import { describeBackend } from "../support/backend/suite";
import { openRfc2136Host, serverOptions } from "../support/rfc2136/host";
import { describeUpdates } from "../support/rfc2136/suite";
import { startBind } from "../support/servers/bind";
import { requireProgram } from "../support/servers/programs";

const without = { "rate limit": "DNS has no answer that means it" };

describe("BIND", () => {
  for (const transport of ["tcp", "udp"] as const) {
    describe(`over ${transport.toUpperCase()}`, () => {
      describeBackend({
        name: "RFC 2136",
        without,
        async open(context) {
          for (const program of ["named", "dig", "nsupdate"]) requireProgram(context, program);
          return openRfc2136Host(await startBind(serverOptions), transport);
        },
      });
    });
  }
});

describeUpdates("BIND", (context) => {
  for (const program of ["named", "dig", "nsupdate"]) requireProgram(context, program);
  return startBind(serverOptions);
});
