import assert from "node:assert/strict";
import { inspect } from "node:util";
import { systemClock } from "../../../provider/core/clock";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import { DnsHostError } from "../../../provider/core/errors";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";
import type { Zone } from "../../../provider/dns/backend";
import { RecordConflictError } from "../../../provider/dns/conflict";
import type { DnsRecord, WantedRecord } from "../../../provider/dns/record";
import { findTsig } from "../../../provider/dns/rfc2136/tsig";
import { decodeMessage, type Message } from "../../../provider/wire/message";
import { recordOf, textsOf } from "../backend/records";
import { withRcode } from "../dns/proxy";
import type { RealServer } from "../servers/nameserver";
import {
  dig,
  KEY,
  KEY_384,
  KEY_512,
  nsupdate,
  nsupdateNow,
  openAt,
  openRfc2136Host,
  type Rfc2136Host,
  ZONE,
} from "./host";

export const plainCtx = (): Ctx => ({ clock: systemClock, log: silentLog, signal: new AbortController().signal });

export async function refusal(run: Promise<unknown>): Promise<DnsHostError> {
  const error = await run.then(
    () => assert.fail("it succeeded"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DnsHostError, String(error));
  return error;
}

export function messageOf(bytes: Buffer): Message {
  const found = findTsig(bytes);
  const message = decodeMessage(typeof found === "object" ? found.stripped : bytes);
  assert.ok(message);
  return message;
}

/** What only dynamic updates have to get right, at a real server. */
export function describeUpdates(server: string, open: (context: Mocha.Context) => Promise<RealServer>): void {
  describe(`RFC 2136 at ${server}`, function () {
    this.timeout(30_000);
    let host: Rfc2136Host;
    let zone: Zone;
    let serial = 0;
    const ctx = plainCtx();
    const fresh = (below: Fqdn = ZONE): Fqdn => {
      serial += 1;
      return fqdn(`_amazonses.u${serial}.${below}`);
    };
    const add = (name: Fqdn, value: string) =>
      host.backend.add(zone, [{ type: "TXT" as const, name, text: value, ttl: 300 }], ctx);
    /** Lets another writer write between our reading of the set and our update, once. */
    const meanwhile = (name: Fqdn, lines: readonly string[]) => {
      host.proxy.alter = (reply) => {
        const { opcode, questions } = messageOf(reply);
        if (opcode === "QUERY" && questions[0]?.name.toLowerCase() === name) {
          host.proxy.alter = undefined;
          nsupdateNow(host.server.port, ZONE, lines);
        }
        return reply;
      };
    };

    before(async function () {
      host = await openRfc2136Host(await open(this));
      zone = await host.backend.findZone(ZONE, ctx);
    });
    afterEach(() => {
      if (host !== undefined) host.proxy.alter = undefined;
    });
    after(() => host?.close());

    it("keeps the TTL of a set that somebody made after we saw none", async () => {
      const name = fresh();
      meanwhile(name, [`update add ${name}. 1000 TXT "theirs"`]);
      await add(name, "ours");
      const seen = await dig(host.server.port, name);
      assert.deepEqual({ ttl: seen.ttl, values: [...seen.values].sort() }, { ttl: 1000, values: ["ours", "theirs"] });
    });
    it("keeps the TTL of a set that somebody made anew after we read another", async () => {
      const name = fresh();
      await nsupdate(host.server.port, ZONE, [`update add ${name}. 60 TXT "before"`]);
      meanwhile(name, [`update delete ${name}. TXT`, `update add ${name}. 1000 TXT "after"`]);
      await add(name, "ours");
      const seen = await dig(host.server.port, name);
      assert.deepEqual({ ttl: seen.ttl, values: [...seen.values].sort() }, { ttl: 1000, values: ["after", "ours"] });
    });
    it("deletes a value that is stored in other strings than ours would be, and no other", async () => {
      const name = fresh();
      await nsupdate(host.server.port, ZONE, [
        `update add ${name}. 60 TXT "abc" "def"`,
        `update add ${name}. 60 TXT "abc"`,
      ]);
      const { removed } = await host.backend.remove(
        zone,
        [{ type: "TXT" as const, name, text: "abcdef", ttl: 60 }],
        ctx,
      );
      assert.equal(removed.length, 1);
      assert.deepEqual(await dig(host.server.port, name), { values: ["abc"], ttl: 60 });
    });
    it("counts a value as added although the server's answer to the update got lost", async () => {
      const name = fresh();
      let lost = 0;
      host.proxy.alter = (reply) => {
        if (messageOf(reply).opcode !== "UPDATE" || lost > 0) return reply;
        lost += 1;
        return undefined;
      };
      const { added } = await add(name, "ours");
      assert.equal(lost, 1);
      assert.deepEqual(textsOf(added), ["ours"]);
      assert.deepEqual(await dig(host.server.port, name), { values: ["ours"], ttl: 300 });
    });
    it("counts it over UDP too, where an update is sent once, looked for, and only then sent again", async () => {
      const name = fresh();
      const backend = openAt({ port: host.proxy.port, transport: "udp" });
      const before = host.proxy.seen(5);
      let lost = 0;
      host.proxy.alter = (reply) => {
        if (messageOf(reply).opcode !== "UPDATE" || lost > 0) return reply;
        lost += 1;
        return undefined;
      };
      const { added } = await backend.add(zone, [{ type: "TXT" as const, name, text: "ours", ttl: 300 }], ctx);
      assert.equal(lost, 1);
      assert.deepEqual(textsOf(added), ["ours"]);
      assert.equal(host.proxy.seen(5) - before, 1);
    });
    it("refuses to write beside a CNAME, where a server would drop the record without a word", async () => {
      const error = await refusal(add(fqdn(`alias.${ZONE}`), "ours"));
      assert.equal(error.code, "record-conflict");
      assert.match(error.message, /CNAME to elsewhere\.example/);
    });
    const inBetween: Readonly<Record<string, readonly [theirs: string, ours: DnsRecord["type"], value: string]>> = {
      "a CNAME before our TXT value": ["300 CNAME theirs.example.", "TXT", "ours"],
      "a CNAME before our MX value": ["300 CNAME theirs.example.", "MX", "10 ours.example."],
      "another MX record before ours": ["300 MX 20 theirs.example.", "MX", "10 ours.example."],
      "a TXT value before our CNAME": ['300 TXT "theirs"', "CNAME", "ours.example."],
      "another CNAME before ours": ["300 CNAME theirs.example.", "CNAME", "ours.example."],
    };
    for (const [what, [theirs, type, value]] of Object.entries(inBetween)) {
      it(`changes nothing where another writer came in between: ${what}`, async () => {
        const name = fqdn(`bounce.${fresh().slice("_amazonses.".length)}`);
        meanwhile(name, [`update add ${name}. ${theirs}`]);
        const error = await refusal(host.backend.add(zone, [recordOf(type, name, value)], ctx));
        assert.equal(error.code, "record-conflict");
        const [, theirType = "", theirValue = ""] = /^300 (\S+) "?([^"]*)"?$/.exec(theirs) ?? [];
        const there = await dig(host.server.port, name, theirType as DnsRecord["type"]);
        assert.deepEqual(there, { values: [theirValue], ttl: 300 });
      });
    }
    it("names what another writer put there in between, of a type that no question asks for", async () => {
      const name = fresh();
      meanwhile(name, [`update add ${name}. 300 CAA 0 issue "ca.example"`]);
      const error = await refusal(host.backend.add(zone, [recordOf("CNAME", name, "ours.example.")], ctx));
      assert.ok(error instanceof RecordConflictError);
      const [there] = error.conflict.present;
      // A server may say no more than that the name is in use (RFC 8482).
      assert.ok(there?.type === "CAA" || there?.type === "unknown", inspect(error.conflict));
    });
    it("does not believe a server that accepts an update and leaves it out without a word", async () => {
      for (const [theirs, ours] of [
        ['300 TXT "theirs"', "CNAME"],
        ["300 CNAME theirs.example.", "MX"],
      ] as const) {
        const name = fqdn(`bounce.${fresh().slice("_amazonses.".length)}`);
        const value = ours === "MX" ? "10 ours.example." : "ours.example.";
        let asked = 0;
        host.proxy.alter = (reply, request) => {
          const { opcode, questions } = messageOf(reply);
          asked += 1;
          if (asked === 1) nsupdateNow(host.server.port, ZONE, [`update add ${name}. ${theirs}`]);
          const isUpdate = opcode === "UPDATE" && questions[0]?.name.toLowerCase() === ZONE;
          return isUpdate ? withRcode(request, 0, KEY) : reply;
        };
        const error = await refusal(host.backend.add(zone, [recordOf(ours, name, value)], ctx));
        host.proxy.alter = undefined;
        assert.ok(error instanceof RecordConflictError, String(error));
        assert.deepEqual(
          error.conflict.present.map(({ type, text }) => `${type} ${text}`),
          [theirs.slice("300 ".length)],
        );
        assert.deepEqual((await dig(host.server.port, name, ours)).values, []);
      }
    });
    it("sets a CNAME at our own name right as it is when it is written", async () => {
      const name = fresh();
      await nsupdate(host.server.port, ZONE, [`update add ${name}. 60 CNAME stale.example.`]);
      meanwhile(name, [`update delete ${name}. CNAME`, `update add ${name}. 1000 CNAME newer.example.`]);
      const ours: WantedRecord = { ...recordOf("CNAME", name, "ours.example."), sharing: "own-name" };
      assert.deepEqual((await host.backend.add(zone, [ours], ctx)).added, [ours]);
      assert.deepEqual(await dig(host.server.port, name, "CNAME"), { values: ["ours.example."], ttl: 1000 });
    });
    it("tells all that is at some names, and what a wildcard or a delegation has in their place", async () => {
      const [addresses, wild, wildCname, away, nothing, above] = [
        fqdn(`host.u.${ZONE}`),
        fresh(fqdn(`wild.${ZONE}`)),
        fresh(fqdn(`cloud.${ZONE}`)),
        fqdn(`t1._domainkey.away.${ZONE}`),
        fresh(),
        fqdn(`u.${ZONE}`),
      ];
      await nsupdate(host.server.port, ZONE, [`update add ${addresses}. 60 A 192.0.2.1`]);
      const names = [addresses, wild, wildCname, away, nothing, above];
      const found = await host.backend.listNames(zone, names, ctx);
      const [first, ...others] = found;
      assert.equal(first?.records.length, 1);
      assert.ok(["A", "unknown"].includes(first?.records[0]?.type ?? ""), inspect(first));
      assert.deepEqual(
        others.map(({ name, records, cut }) => [name, records, cut]),
        [
          [wild, [], undefined],
          [wildCname, [], undefined],
          [away, [], { name: fqdn(`away.${ZONE}`), servers: ["ns1.away.example"] }],
          [nothing, [], undefined],
          [above, [], undefined],
        ],
      );
    });
    it("asks one question for a name that does not exist", async () => {
      const names = [fresh(), fresh(), fresh()];
      const [questions, updates] = [host.proxy.seen(0), host.proxy.seen(5)];
      await host.backend.listNames(zone, names, ctx);
      assert.deepEqual([host.proxy.seen(0) - questions, host.proxy.seen(5) - updates], [3, 0]);
    });
    it("takes the same CNAME, written in between by another writer, for success, with nothing added", async () => {
      const name = fresh();
      meanwhile(name, [`update add ${name}. 1000 CNAME Same.example.`]);
      const { added } = await host.backend.add(zone, [recordOf("CNAME", name, "same.example.")], ctx);
      assert.deepEqual(added, []);
      assert.deepEqual(await dig(host.server.port, name, "CNAME"), { values: ["same.example."], ttl: 1000 });
    });
    it("writes a CNAME under a wildcard's CNAME, also one to the same target", async () => {
      const name = fresh(fqdn(`cloud.${ZONE}`));
      const ours = recordOf("CNAME", name, "elsewhere.example.");
      assert.deepEqual(await host.backend.list(zone, { name, type: "CNAME" }, ctx), []);
      assert.deepEqual((await host.backend.add(zone, [ours], ctx)).added, [ours]);
      assert.deepEqual(await dig(host.server.port, name, "CNAME"), { values: ["elsewhere.example."], ttl: 300 });
      assert.deepEqual((await host.backend.add(zone, [ours], ctx)).added, []);
      assert.deepEqual((await host.backend.remove(zone, [ours], ctx)).removed, [ours]);
    });
    it("does not take a wildcard's values for the name's own", async () => {
      const name = fresh(fqdn(`wild.${ZONE}`));
      const wildcards = { values: ["anybody's"], ttl: 120 };
      assert.deepEqual(await dig(host.server.port, name), wildcards);
      assert.deepEqual(await host.backend.list(zone, { name, type: "TXT" }, ctx), []);
      const remove = () => host.backend.remove(zone, [{ type: "TXT" as const, name, text: "anybody's", ttl: 1 }], ctx);
      assert.deepEqual((await remove()).removed, []);
      await add(name, "ours");
      assert.deepEqual(await dig(host.server.port, name), { values: ["ours"], ttl: 300 });
      await host.backend.remove(zone, [{ type: "TXT" as const, name, text: "ours", ttl: 1 }], ctx);
      assert.deepEqual(await dig(host.server.port, name), wildcards);
    });
    it("adds, lists and removes a value of the name's own that a wildcard has too", async () => {
      const name = fresh(fqdn(`wild.${ZONE}`));
      const ours = { type: "TXT" as const, name, text: "anybody's", ttl: 300 };
      assert.deepEqual((await host.backend.add(zone, [ours], ctx)).added, [ours]);
      assert.deepEqual(await dig(host.server.port, name), { values: ["anybody's"], ttl: 300 });
      assert.deepEqual(await host.backend.list(zone, { name, type: "TXT" }, ctx), [ours]);
      assert.deepEqual((await host.backend.add(zone, [ours], ctx)).added, []);
      assert.deepEqual((await host.backend.remove(zone, [ours], ctx)).removed, [ours]);
      assert.deepEqual(await dig(host.server.port, name), { values: ["anybody's"], ttl: 120 });
    });
    it("can write beside what a wildcard's CNAME points to", async () => {
      const name = fresh(fqdn(`cloud.${ZONE}`));
      await add(name, "ours");
      assert.deepEqual(await dig(host.server.port, name), { values: ["ours"], ttl: 300 });
    });
    it("asks nothing more where no wildcard is above the name", async () => {
      const name = fresh();
      await add(name, "ours");
      const [questions, updates] = [host.proxy.seen(0), host.proxy.seen(5)];
      await host.backend.list(zone, { name, type: "TXT" }, ctx);
      assert.deepEqual([host.proxy.seen(0) - questions, host.proxy.seen(5) - updates], [2, 0]);
    });
    it("takes the zone of an alias, not of its target", async () => {
      for (const name of [`alias.${ZONE}`, `_amazonses.alias.${ZONE}`]) {
        assert.equal((await host.backend.findZone(fqdn(name), ctx)).name, ZONE);
      }
    });
    it("says of a name that is delegated elsewhere where the cut is", async () => {
      const error = await refusal(host.backend.findZone(fqdn(`_amazonses.away.${ZONE}`), ctx));
      assert.equal(error.code, "zone-missing");
      assert.ok(error.message.includes(`away.${ZONE} is delegated`), error.message);
      assert.ok(!error.zoneGone);
    });
    it("gives the zone another id than its namesake at another server", async () => {
      const direct = await openAt({ port: host.server.port }).findZone(ZONE, ctx);
      assert.deepEqual(
        [zone.id, direct.id],
        [host.proxy.port, host.server.port].map((port) => `127.0.0.1:${port} ${ZONE}`),
      );
    });
    it("names the servers of the zone", () => {
      assert.deepEqual(zone.servers, [`ns1.${ZONE}`]);
    });
    it("takes a zone that is given, and refuses a name that is none", async () => {
      const { port } = host.server;
      const name = fqdn(`_amazonses.${ZONE}`);
      assert.equal((await openAt({ port, zone: ZONE }).findZone(name, ctx)).name, ZONE);
      const wrong = await refusal(openAt({ port, zone: name }).findZone(name, ctx));
      assert.equal(wrong.code, "zone-missing");
      // The server itself says, signed and with authority, that there is no such zone.
      assert.ok(wrong.zoneGone);
      const foreign = await refusal(openAt({ port, zone: fqdn("other.example") }).findZone(name, ctx));
      assert.equal(foreign.code, "zone-missing");
      assert.ok(!foreign.zoneGone);
    });
    for (const key of [KEY_384, KEY_512]) {
      it(`signs with ${key.algorithm}`, async () => {
        const name = fresh();
        await openAt({ port: host.server.port, key }).add(
          zone,
          [{ type: "TXT" as const, name, text: "ours", ttl: 60 }],
          ctx,
        );
        assert.deepEqual(await dig(host.server.port, name), { values: ["ours"], ttl: 60 });
      });
    }
    it("sends one update for the writes of one process that come together", async () => {
      const name = fresh();
      const before = host.proxy.seen(5);
      await Promise.all(Array.from({ length: 10 }, (_, at) => add(name, `value ${at}`)));
      assert.ok(host.proxy.seen(5) - before <= 2, `${host.proxy.seen(5) - before} updates`);
    });
  });
}
