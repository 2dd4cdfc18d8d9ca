import assert from "node:assert/strict";
import type { Authority, Sighting } from "../../../provider/authority/authority";
import { silentLog } from "../../../provider/core/ctx";
import { TimeoutError } from "../../../provider/core/errors";
import { fqdn } from "../../../provider/core/fqdn";
import { awaitVerified } from "../../../provider/lifecycle/observation/wait/wait";
import { openHastyClock } from "../../support/hasty-clock";
import { txtFor } from "../../support/lifecycle/required";

const NAME = fqdn("_amazonses.example.com");
const ABSENT: Sighting = {
  name: NAME,
  type: "TXT",
  target: NAME,
  cnames: [],
  via: "authoritative",
  delegation: undefined,
  servers: [
    { kind: "absent", server: "ns1.example.net", address: "127.0.0.1", nxdomain: true, negativeTtl: undefined },
  ],
};

describe("a wait whose time ends in the middle of a look", () => {
  it("tells what the look before it saw", async () => {
    const clock = openHastyClock();
    let looks = 0;
    const authority: Pick<Authority, "look" | "examine" | "glance" | "validate"> = {
      async look(name, _type, ctx) {
        looks += name === NAME ? 1 : 0;
        if (looks > 1) await ctx.clock.sleep(3_600_000, ctx.signal);
        return { ...ABSENT, name, target: name };
      },
      examine: () => Promise.resolve({ serials: [], faults: [] }),
      glance: () => Promise.resolve([]),
      validate: () => Promise.resolve(undefined),
    };
    const goal = {
      domain: fqdn("example.com"),
      identities: [],
      requirements: [txtFor("us-east-1", NAME, "b3VyIG93biB0b2tlbiwgMzIgb2N0ZXRzIGxvbmcuLi4=")],
      ses: false,
      hosts: [],
      authority: authority as Authority,
      timeoutMs: 30_000,
    };
    const ctx = { clock, log: silentLog, signal: new AbortController().signal };
    await assert.rejects(awaitVerified(goal, ctx), (error) => {
      assert.ok(error instanceof TimeoutError, String(error));
      assert.match(error.message, /^error txt-missing/m);
      assert.doesNotMatch(error.message, /dns-unread/);
      return true;
    });
  });
});
