import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { DnsFault } from "../../../emulator/faults";
import type { ServerSighting, Verdict } from "../../../provider/authority/authority";
import { fqdn } from "../../../provider/core/fqdn";
import { type DnsWorld, openDnsWorld, txt } from "../../support/dns/world";

const NAME = fqdn("_amazonses.example.com");

describe("authority: servers that misbehave", () => {
  let world: DnsWorld;
  let servers: readonly string[] = [];
  beforeEach(async () => {
    world = await openDnsWorld();
    servers = world.zones.add({ name: "example.com", sets: [txt(NAME, "token")] }).servers.map(({ name }) => name);
    await world.zones.settled();
  });
  afterEach(() => world.close());

  const check = () => world.authority.check(NAME, "TXT", ["token"], world.ctx);
  const first = async (
    fault: DnsFault,
  ): Promise<{ verdict: Verdict; seen: ServerSighting; state: string | undefined }> => {
    const server = servers[0] ?? "";
    world.faults.dns(server, fault);
    const verdict = await check();
    const seen = verdict.sighting.servers.find((one) => one.server === server);
    ok(seen);
    return { verdict, seen, state: verdict.servers.find((one) => one.server === server)?.state };
  };

  for (const [name, fault] of Object.entries({
    "is silent over UDP": { silent: "udp" },
    "is silent over TCP": { silent: "tcp" },
    "truncates everything over UDP": { truncate: true },
    "answers FORMERR to EDNS": { edns: "FORMERR" },
    "drops questions with EDNS": { edns: "drop" },
    "refuses TCP": { refuseTcp: true },
    "takes its time": { latencyMs: 60 },
  } satisfies Record<string, DnsFault>)) {
    it(`hears a server that ${name}`, async () => {
      const { verdict, seen } = await first(fault);
      deepEqual(seen.kind === "values" && seen.values, ["token"]);
      equal(verdict.state, "published");
    });
  }

  for (const [name, fault, reason, recursive] of [
    ["REFUSED", { lame: "REFUSED" }, /REFUSED/, false],
    ["SERVFAIL", { lame: "SERVFAIL" }, /SERVFAIL/, false],
    ["no AA", { lame: "no-aa" }, /without authority/, false],
    ["RA and no AA", { lame: "recursive" }, /recursive resolver/, true],
  ] satisfies [string, DnsFault, RegExp, boolean][]) {
    it(`calls a server lame that answers with ${name}`, async () => {
      const { verdict, seen, state } = await first(fault);
      ok(seen.kind === "lame");
      match(seen.reason, reason);
      equal(seen.recursive, recursive);
      equal(state, "lame");
      equal(verdict.state, "published");
    });
  }

  for (const [name, fault, reason] of [
    ["silent", { silent: "both" }, /no answer/],
    ["forging ids", { mismatch: "id" }, /no answer|no DNS message|no answer to/],
    ["answering another question", { mismatch: "question" }, /./],
    ["truncating, with TCP cut", { truncate: true, refuseTcp: true }, /truncates/],
    ["truncating, with TCP silent", { truncate: true, silent: "tcp" }, /truncates/],
  ] satisfies [string, DnsFault, RegExp][]) {
    it(`never takes a server for one that lacks the value while it is ${name}`, async () => {
      const { verdict, seen, state } = await first(fault);
      ok(seen.kind === "unreachable", seen.kind);
      match(seen.reason, reason);
      equal(state, "unreachable");
      equal(verdict.state, "published");
    });
  }

  it("sees a server that lags", async () => {
    world.faults.dns(servers[1] ?? "", { lagMs: 60_000 });
    const [zone] = world.zones.list().filter(({ name }) => name === "example.com");
    ok(zone);
    await world.clock.advance(120_000);
    world.zones.change(zone.id, [{ action: "put", set: txt(NAME, "token", "second") }]);
    await world.clock.advance(1_000);
    const verdict = await world.authority.check(NAME, "TXT", ["token", "second"], world.ctx);
    equal(verdict.state, "missing");
    deepEqual(verdict.nowhere, []);
    deepEqual(
      verdict.servers.filter(({ state }) => state === "lacks"),
      [{ server: servers[1], state: "lacks" }],
    );
    await world.clock.advance(60_000);
    equal((await world.authority.check(NAME, "TXT", ["token", "second"], world.ctx)).state, "published");
  });

  it("lets a server stand on the address that answers", async () => {
    world.zones.add({
      name: "two.com",
      servers: [{ name: "ns1.two.com", addresses: ["127.77.60.1", "127.77.60.2"] }],
      sets: [txt("_amazonses.two.com", "token")],
    });
    await world.zones.settled();
    world.faults.dns("127.77.60.2", { silent: "both" });
    const verdict = await world.authority.check(fqdn("_amazonses.two.com"), "TXT", ["token"], world.ctx);
    deepEqual(verdict.answers.map(({ kind }) => kind).sort(), ["match", "unreachable"]);
    deepEqual(verdict.servers, [{ server: "ns1.two.com", state: "serves" }]);
  });

  it("says of a zone whose servers are all dead that nothing is known", async () => {
    for (const server of servers) world.faults.dns(server, { silent: "both" });
    const verdict = await check();
    equal(verdict.state, "unknown");
    deepEqual(verdict.nowhere, []);
    deepEqual(verdict.sighting.delegation?.zoneServers, []);
    ok(verdict.servers.every(({ state }) => state === "unreachable"));
    world.faults.clear();
    equal((await check()).state, "published");
  });

  it("reads what does not fit a datagram", async () => {
    const long = Array.from({ length: 9 }, (_, index) => `${index}`.repeat(400));
    world.zones.add({ name: "long.com", sets: [txt("_amazonses.long.com", ...long)] });
    await world.zones.settled();
    const verdict = await world.authority.check(fqdn("_amazonses.long.com"), "TXT", long, world.ctx);
    deepEqual(
      verdict.answers.map(({ kind }) => kind),
      ["match", "match", "match"],
    );
  });

  it("compares whole values", async () => {
    const verdict = await world.authority.check(NAME, "TXT", ["token", "toke", "TOKEN"], world.ctx);
    deepEqual(verdict.nowhere, ["toke", "TOKEN"]);
    for (const answer of verdict.answers) {
      ok(answer.kind === "other");
      deepEqual([answer.values, answer.missing], [["token"], ["toke", "TOKEN"]]);
    }
  });
});
