import { deepEqual, equal } from "node:assert/strict";
import { openClock } from "../../../emulator/clock";
import { limitReached } from "../../../provider/authority/allowance";
import type { ServersState } from "../../../provider/authority/authority";
import { type QueryFailure, serversUnreachable } from "../../../provider/authority/cut";
import { openDelegations } from "../../../provider/authority/delegation";
import type { QueryLimits } from "../../../provider/authority/exchange";
import { serversOf } from "../../../provider/authority/name-servers";
import type { Resolver } from "../../../provider/authority/resolver";
import { fqdn, ROOT } from "../../../provider/core/fqdn";
import { SHORT_TIMEOUTS } from "../../support/dns/world";

const COM = fqdn("com");
const DOMAIN = fqdn("example.com");
const limits: QueryLimits = { timeouts: SHORT_TIMEOUTS, signal: new AbortController().signal, untilMs: Infinity };

describe("authority: why no server of a zone gave a usable answer", () => {
  const said = (how: "silent" | "refuses" | "recursive"): QueryFailure => ({
    serverAddress: { server: "a.nic.com", address: "192.0.2.1", port: 53 },
    reason: how,
    recursive: how === "recursive",
    reached: how !== "silent",
    limited: false,
  });
  const codeOf = (zone: typeof COM, failures: readonly QueryFailure[], root: ServersState | undefined) =>
    serversUnreachable(zone, failures, root, limits).code;

  for (const [zone, failures, root, code] of [
    [COM, ["silent", "silent"], "silent", "servers-unreachable"],
    [COM, ["recursive", "silent"], "recursive", "servers-intercepted"],
    [COM, ["refuses", "silent"], "silent", "zone-unread"],
    [COM, ["recursive"], "silent", "zone-unread"],
    [COM, ["refuses"], "recursive", "zone-unread"],
    [COM, ["silent"], "recursive", "zone-unread"],
    [COM, [], "silent", "zone-unread"],
    [COM, ["silent"], "answer", "parent-unreachable"],
    [COM, ["refuses"], "answer", "parent-unreachable"],
    [COM, ["silent"], undefined, "zone-unread"],
    [ROOT, ["silent"], "silent", "servers-unreachable"],
    [ROOT, ["recursive"], "recursive", "servers-intercepted"],
    [ROOT, ["refuses"], "answer", "zone-unread"],
  ] as const) {
    it(`is ${code} where those of "${zone}" are ${failures.join(", ") || "without addresses"}, and the root's ${root}`, () => {
      equal(codeOf(zone, failures.map(said), root), code);
    });
  }
});

describe("authority: questions that only explain", () => {
  const limited = () => Promise.reject(limitReached(DOMAIN));
  const resolver = (change: Partial<Resolver>): Resolver => ({
    described: "",
    endpoints: [],
    ask: limited,
    addresses: () => Promise.resolve(undefined),
    works: () => Promise.resolve(true),
    resolvesUnchecked: () => Promise.resolve(false),
    ...change,
  });
  const cut = {
    zone: DOMAIN,
    glue: new Map([
      ["ns1.example.com", ["192.0.2.1"]],
      ["ns2.example.net", []],
      ["ns3.example.com", []],
    ]),
  };

  it("end no look where the domain's questions are used up", async () => {
    for (const [change, names] of [
      [{ works: limited }, ["ns2.example.net", "ns3.example.com"]],
      [{ resolvesUnchecked: limited }, ["ns2.example.net"]],
    ] as const) {
      const { servers, unasked, unresolved } = await serversOf(cut, resolver(change), limits);
      deepEqual(servers, [{ name: "ns1.example.com", addresses: ["192.0.2.1"] }]);
      deepEqual(
        unasked.filter(({ because }) => because === "limit").map(({ server }) => server),
        names,
      );
      deepEqual(
        unresolved.filter(({ why }) => why !== "no-glue"),
        [],
      );
    }
  });

  it("say nothing of the root where its servers could not be learned", async () => {
    const clock = openClock({ mode: "manual" });
    for (const ask of [limited, () => Promise.resolve(undefined)]) {
      const delegations = openDelegations(resolver({ ask }), 5353, clock);
      deepEqual(await delegations.rootServers(limits), []);
      equal(await delegations.root(DOMAIN, limits), undefined);
    }
    clock.close();
  });
});
