import { deepEqual, equal } from "node:assert/strict";
import * as fc from "fast-check";
import type { ServerSighting, Sighting, Verdict } from "../../../provider/authority/authority";
import { judge } from "../../../provider/authority/judge";
import { countRound, NO_ROUNDS } from "../../../provider/authority/rounds";
import { fqdn } from "../../../provider/core/fqdn";

const NAME = fqdn("_amazonses.example.com");
type Kind = ServerSighting["kind"];

function seen(server: string, kind: Kind, values: readonly string[] = []): ServerSighting {
  const at = { server, address: `192.0.2.${server.length}` };
  switch (kind) {
    case "values":
      return { ...at, kind, values, ttl: 300 };
    case "absent":
      return { ...at, kind, nxdomain: true, negativeTtl: 60 };
    case "lame":
      return { ...at, kind, reason: "answered REFUSED", recursive: false };
    case "unreachable":
      return { ...at, kind, reason: "no answer" };
  }
}

function sighting(...servers: readonly ServerSighting[]): Sighting {
  return { name: NAME, type: "TXT", target: NAME, cnames: [], via: "doh", delegation: undefined, servers };
}

describe("judge", () => {
  const states = (...servers: readonly ServerSighting[]) =>
    judge(sighting(...servers), ["a", "b"]).servers.map(({ state }) => state);

  it("lets a server serve when one address does and none lacks", () => {
    const full = seen("ns1", "values", ["b", "x", "a"]);
    deepEqual(states(full, seen("ns1", "unreachable")), ["serves"]);
    deepEqual(states(seen("ns1", "lame"), full), ["serves"]);
    deepEqual(states(full, seen("ns1", "values", ["a"])), ["lacks"]);
    deepEqual(states(seen("ns1", "absent"), full), ["lacks"]);
    deepEqual(states(seen("ns1", "unreachable"), seen("ns1", "lame")), ["lame"]);
    deepEqual(states(seen("ns1", "unreachable")), ["unreachable"]);
  });

  it("lists a server whose name does not resolve", () => {
    const delegation = {
      zone: fqdn("example.com"),
      parentServers: ["ns1", "ns2"],
      zoneServers: [],
      servers: [
        { name: "ns1", addresses: ["192.0.2.3"] },
        { name: "ns2", addresses: [] },
      ],
    };
    const verdict = judge({ ...sighting(seen("ns1", "values", ["a"])), via: "authoritative", delegation }, ["a"]);
    deepEqual(verdict.servers, [
      { server: "ns1", state: "serves" },
      { server: "ns2", state: "unreachable" },
    ]);
    equal(verdict.state, "published");
  });

  it("does not say published while our limits keep a server from being asked", () => {
    const full = seen("ns1", "values", ["a"]);
    const unasked = (because: "limit" | "excess") => {
      const { server, address } = seen("ns22", "unreachable");
      return { server, address, kind: "unreachable", reason: "it was not asked", unasked: because } as const;
    };
    equal(judge(sighting(full, unasked("limit")), ["a"]).state, "unknown");
    equal(judge(sighting(full, unasked("excess")), ["a"]).state, "published");
    equal(judge(sighting(full, unasked("limit")), ["b"]).state, "missing");
  });

  it("ignores duplicates, order and other values", () => {
    const verdict = judge(sighting(seen("ns1", "values", ["x", "b", "b", "a"])), ["a", "a", "b"]);
    equal(verdict.state, "published");
    deepEqual(verdict.nowhere, []);
  });

  it("names the values that are nowhere once, and none while nobody knows", () => {
    deepEqual(judge(sighting(seen("ns1", "values", ["a"]), seen("ns22", "absent")), ["a", "b", "b"]).nowhere, ["b"]);
    deepEqual(judge(sighting(seen("ns1", "lame"), seen("ns22", "unreachable")), ["a"]).nowhere, []);
  });

  it("never says missing without a definite answer, nor published against one", () => {
    const kinds: readonly Kind[] = ["values", "absent", "lame", "unreachable"];
    const one = fc.record({
      server: fc.constantFrom("ns1", "ns22", "ns333"),
      kind: fc.constantFrom(...kinds),
      values: fc.subarray(["a", "b", "c"]),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), (all) => {
        const verdict = judge(sighting(...all.map(({ server, kind, values }) => seen(server, kind, values))), [
          "a",
          "b",
        ]);
        const definite = all.filter(({ kind }) => kind === "values" || kind === "absent");
        const holds = ({ kind, values }: (typeof all)[number]) =>
          kind === "values" && values.includes("a") && values.includes("b");
        const expected = definite.length === 0 ? "unknown" : definite.every(holds) ? "published" : "missing";
        equal(verdict.state, expected);
        equal(
          verdict.servers.some(({ state }) => state === "lacks"),
          expected === "missing",
        );
        equal(verdict.servers.some(({ state }) => state === "serves") || expected !== "published", true);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe("judge, where the values have to be alone", () => {
  const MX = "10 feedback.example.net.";
  const of = (type: Sighting["type"], values: readonly string[], ...sets: readonly (readonly string[])[]) =>
    judge(
      {
        ...sighting(
          ...sets.map((set, index) => seen(`ns${"1".repeat(index + 1)}`, set.length > 0 ? "values" : "absent", set)),
        ),
        type,
      },
      values,
      "alone",
    );
  const other = "20 mx.example.org.";

  it("tells ours, ours among others, others, and none apart", () => {
    deepEqual(
      [[MX], [MX, other], [other], []].map((set) => of("MX", [MX], set).state),
      ["published", "with-others", "missing", "missing"],
    );
    const [answer] = of("MX", [MX], [MX, other]).answers;
    deepEqual(answer?.kind === "other" && [answer.missing, answer.others], [[], [other]]);
    const [foreign] = of("MX", [MX], [other]).answers;
    deepEqual(foreign?.kind === "other" && [foreign.missing, foreign.others], [[MX], [other]]);
    deepEqual(of("MX", [MX], [MX, other]).nowhere, []);
    deepEqual(of("MX", [MX], [other]).nowhere, [MX]);
  });

  it("says the worst of all servers", () => {
    deepEqual(
      of("MX", [MX], [MX], [MX, other]).servers.map(({ state }) => state),
      ["serves", "with-others"],
    );
    equal(of("MX", [MX], [MX], [MX, other]).state, "with-others");
    equal(of("MX", [MX], [MX, other], []).state, "missing");
  });

  it("lets the address of a server count that has others", () => {
    const both = [seen("ns1", "values", [MX]), seen("ns1", "values", [MX, other]), seen("ns1", "lame")];
    const verdict = judge({ ...sighting(...both), type: "MX" }, [MX], "alone");
    deepEqual(verdict.servers, [{ server: "ns1", state: "with-others" }]);
  });

  it("takes the only MX with any preference, and none of several", () => {
    equal(of("MX", [MX], ["50 feedback.example.net."]).state, "published");
    deepEqual(of("MX", [MX], ["50 feedback.example.net."]).nowhere, []);
    equal(of("MX", [MX], [MX, "50 feedback.example.net."]).state, "with-others");
    equal(of("MX", [MX], ["50 feedback.example.org."]).state, "missing");
    const among = judge({ ...sighting(seen("ns1", "values", ["50 feedback.example.net."])), type: "MX" }, [MX]);
    equal(among.state, "missing");
  });

  it("compares the whole target of a CNAME, and takes no second one", () => {
    const target = "token.dkim.example.net.";
    deepEqual(
      [[target], ["token.dkim.example.org."], [`${target}example.com.`], [target, "other.example.net."], []].map(
        (set) => of("CNAME", [target], set).state,
      ),
      ["published", "missing", "missing", "with-others", "missing"],
    );
  });

  it("leaves others be by default, and counts those of servers that only the zone names", () => {
    const one = { ...sighting(seen("ns1", "values", [MX, other])), type: "MX" as const };
    equal(judge(one, [MX]).state, "published");
    const childOnly = [seen("ns9", "values", [MX, other])];
    deepEqual(judge({ ...one, childOnly }, [MX], "alone").lackingChildOnly, ["ns9"]);
    deepEqual(judge({ ...one, childOnly }, [MX]).lackingChildOnly, []);
  });
});

describe("countRound", () => {
  const published = { state: "published" } as const;
  it("is ready after two clean rounds in a row", () => {
    const one = countRound(NO_ROUNDS, [published, published]);
    equal(one.ready, false);
    equal(countRound(one, [published]).ready, true);
    const broken = countRound(one, [published, { state: "unknown" }]);
    deepEqual(broken, NO_ROUNDS);
    equal(countRound(broken, [published]).ready, false);
    equal(countRound(one, []).ready, false);
  });

  it("counts the records of all purposes together, and none that has others where it has to be alone", () => {
    const verdicts = (...states: readonly Verdict["state"][]) => states.map((state) => ({ state }));
    const one = countRound(NO_ROUNDS, verdicts("published", "published", "published", "published"));
    equal(countRound(one, verdicts("published", "published", "published", "published")).ready, true);
    for (const state of ["with-others", "missing", "unknown"] as const)
      deepEqual(countRound(one, verdicts("published", "published", "published", state)), NO_ROUNDS);
  });

  it("is not clean where a server that only the zone names lacks a value, until SES has verified the domain", () => {
    const held = { ...published, lackingChildOnly: ["ns9.example.net"] };
    deepEqual(countRound(countRound(NO_ROUNDS, [held]), [held]), NO_ROUNDS);
    equal(countRound(countRound(NO_ROUNDS, [held], true), [held], true).ready, true);
  });
});
