import assert from "node:assert/strict";
import type { Authority } from "../../../provider/authority/authority";
import { silentLog } from "../../../provider/core/ctx";
import { fqdn } from "../../../provider/core/fqdn";
import { nextStatusMs, paceMs } from "../../../provider/lifecycle/observation/wait/schedule";
import { awaitVerified } from "../../../provider/lifecycle/observation/wait/wait";
import type { SesPort } from "../../../provider/ses/port";
import { openDice } from "../../support/dice";
import { openHastyClock } from "../../support/hasty-clock";
import { txtFor } from "../../support/lifecycle/required";

const NAME = fqdn("_amazonses.example.com");
const TOKEN = "b3VyIG93biB0b2tlbiwgMzIgb2N0ZXRzIGxvbmcuLi4=";

/** A wait in which every server has the value from `servedMs`, without it from `goneMs` to `backMs`, and SES says Success from `successMs`. */
async function wait(served: {
  servedMs: number;
  successMs: number;
  goneMs?: number;
  backMs?: number;
  /** A second server does not serve the zone. */
  lame?: boolean;
}) {
  const { servedMs, successMs, goneMs = Number.POSITIVE_INFINITY, backMs = goneMs, lame = false } = served;
  const clock = openHastyClock(1_000_700);
  const startedMs = clock.now();
  const reads: number[] = [];
  const asks: number[] = [];
  const elapsed = () => clock.now() - startedMs;
  const authority = {
    look: async () => {
      reads.push(elapsed());
      const has = elapsed() >= servedMs && !(elapsed() >= goneMs && elapsed() < backMs);
      const here = { server: "ns1.example.net", address: "192.0.2.1" };
      const one = has
        ? { ...here, kind: "values", values: [TOKEN], ttl: 300 }
        : { ...here, kind: "absent", nxdomain: false, negativeTtl: undefined };
      const name = { name: NAME, type: "TXT", target: NAME, cnames: [] };
      const other = {
        server: "ns2.example.net",
        address: "192.0.2.2",
        kind: "lame",
        reason: "it answers REFUSED",
        recursive: false,
      };
      return { ...name, via: "authoritative", delegation: undefined, servers: lame ? [one, other] : [one] };
    },
  } as unknown as Authority;
  const ses = {
    region: "us-east-1",
    status: async () => {
      asks.push(elapsed());
      return { status: elapsed() >= successMs ? "Success" : "Pending", token: TOKEN };
    },
  } as unknown as SesPort;
  const ctx = { clock, log: silentLog, signal: new AbortController().signal };
  const identity = { name: "us-east-1", ses, accountId: undefined, verifiedBefore: false, requested: true };
  const rest = { domain: fqdn("example.com"), ses: true, hosts: [], timeoutMs: 8 * 3_600_000 };
  const requirements = [txtFor("us-east-1", NAME, TOKEN)];
  await awaitVerified({ ...rest, identities: [identity], requirements, authority }, ctx);
  return { reads, asks, endedMs: elapsed() };
}

describe("how often `up` asks while it waits", () => {
  it("leaves DNS alone after two clean rounds, but for one in 30 s", async () => {
    const { reads } = await wait({ servedMs: 0, successMs: 60_000 });
    assert.deepEqual(reads, [0, 1_000, 31_000, 61_000]);
  });

  it("goes on looking at DNS where a server may still come to serve the zone", async () => {
    const { reads, endedMs } = await wait({ servedMs: 0, successMs: 60_000, lame: true });
    const pauses = reads.slice(1).map((ms, at) => ms - (reads[at] ?? 0));
    assert.ok(Math.max(...pauses) < 10_000, `${pauses}`);
    assert.ok(endedMs < 62_500, `${endedMs} ms`);
  });

  it("asks SES at most once a tick, and every tick in the first two minutes", async () => {
    const { asks, endedMs } = await wait({ servedMs: 0, successMs: 60_000 });
    assert.ok(asks.length <= 1 + Math.ceil(endedMs / 2_500), String(asks.length));
    assert.ok(endedMs < 62_500, `${endedMs} ms`);
    // The wait began 700 ms after a tick of the clock.
    assert.deepEqual(asks.slice(0, 4), [0, 1_800, 4_300, 6_800]);
  });

  it("asks DNS again after a second where SES has said Success", async () => {
    const { reads, endedMs } = await wait({ servedMs: 100_000, successMs: 0 });
    const [before, last] = reads.slice(-2);
    assert.equal((last ?? 0) - (before ?? 0), 1_000);
    assert.equal(endedMs, last);
  });

  it("reads DNS closely again where a value is gone from it", async () => {
    const { reads, endedMs } = await wait({ servedMs: 0, successMs: 90_000, goneMs: 25_000, backMs: 40_000 });
    assert.ok(reads.filter((at) => at > 31_000 && at < 45_000).length >= 3, reads.join());
    assert.ok(endedMs < 95_000, `${endedMs} ms`);
  });

  it("notices the end within five seconds, or 5 % of the time gone", async () => {
    const dice = openDice(12);
    for (const hardest of [20_000, 100_000, 600_000, 1_800_000]) {
      const late: number[] = [];
      for (let draw = 0; draw < 24; draw += 1) {
        const [first, second] = [dice.below(hardest), hardest - dice.below(hardest / 10)];
        const served = draw % 2 === 0 ? { servedMs: first, successMs: second } : { servedMs: second, successMs: first };
        const { endedMs } = await wait(served);
        late.push(endedMs - second - Math.max(5_000, second * 0.05));
      }
      late.sort((a, b) => a - b);
      assert.ok((late[Math.floor(late.length * 0.95)] ?? 0) <= 0, `${hardest}: ${late.slice(-4).join()} ms too late`);
    }
  });
});

describe("the moments at which SES is asked", () => {
  it("are the same for all that wait, whenever they began", () => {
    for (const began of [0, 1, 1_300, 2_459]) {
      assert.equal(nextStatusMs(10_000 + began, 0, 10_000 + began + 40), 12_500);
    }
  });

  it("are later ones where an answer took longer than the pause, and soon where one is still to come", () => {
    assert.equal(nextStatusMs(10_000, 0, 19_000), 20_000);
    assert.ok(nextStatusMs(1_000_000, 600_000, 1_001_000, true) <= 1_002_500);
    assert.equal(nextStatusMs(1_000_000, 600_000, 1_001_000), 1_007_500);
  });

  it("lie further apart the longer a wait takes, to a bound", () => {
    assert.deepEqual([0, 9_999, 10_000, 60_000].map(paceMs), [1_000, 1_000, 2_500, 4_000]);
    assert.ok(paceMs(200_000) > 2_500 && paceMs(200_000) < 0.05 * 200_000);
    assert.equal(paceMs(100_000_000), 20_000);
  });
});
