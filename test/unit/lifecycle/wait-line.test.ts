import assert from "node:assert/strict";
import type { Authority, ServerSighting } from "../../../provider/authority/authority";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import { AuthorityError, SesError } from "../../../provider/core/errors";
import { fqdn } from "../../../provider/core/fqdn";
import type { Goal } from "../../../provider/lifecycle/observation/wait/round";
import { awaitVerified } from "../../../provider/lifecycle/observation/wait/wait";
import type { SesPort, VerificationStatus } from "../../../provider/ses/port";
import { openHastyClock } from "../../support/hasty-clock";
import { txtFor } from "../../support/lifecycle/required";

const DOMAIN = fqdn("example.com");
const NAME = fqdn("_amazonses.example.com");
const TOKEN = "b3VyIG93biB0b2tlbiwgMzIgb2N0ZXRzIGxvbmcuLi4=";
const SERVERS = ["ns1.example.net", "ns2.example.net", "ns3.example.net"];
const REGIONS = ["us-east-1", "eu-west-1"];
/** What Pulumi shows of a line in a window of 120 columns. */
const NARROW = 25;

/** From when each serves the value, or says Success, in seconds; `"unknown"`: SES cannot be asked. */
interface Schedule {
  readonly serves: readonly number[];
  readonly success: readonly (number | "unknown")[];
  readonly timeoutMs?: number;
  readonly ses?: boolean;
  readonly authority?: Authority;
  readonly failsAfter?: number;
  readonly ended?: (seconds: number) => void;
}

async function run({ serves, success, timeoutMs = 600_000, ses = true, ...more }: Schedule) {
  const clock = openHastyClock();
  const statuses: { readonly ms: number; readonly text: string }[] = [];
  const infos: string[] = [];
  const control = new AbortController();
  const ctx: Ctx = {
    clock,
    signal: control.signal,
    log: {
      ...silentLog,
      status: (text) => void statuses.push({ ms: clock.now(), text }),
      info: (text) => void infos.push(text),
    },
  };
  const at = (seconds: number) => clock.now() >= seconds * 1_000;
  const authority = {
    look: async () => ({
      name: NAME,
      type: "TXT",
      target: NAME,
      cnames: [],
      via: "authoritative",
      delegation: undefined,
      servers: SERVERS.map((server, index): ServerSighting => {
        const here = { server, address: `192.0.2.${index + 1}` };
        return at(serves[index] ?? 0)
          ? { ...here, kind: "values", values: [TOKEN], ttl: 300 }
          : { ...here, kind: "absent", nxdomain: false, negativeTtl: undefined };
      }),
    }),
    examine: async () => ({ serials: [], faults: [] }),
    validate: async () => undefined,
  } as unknown as Authority;
  const goal: Goal = {
    domain: DOMAIN,
    identities: success.map((seconds, index) => ({
      name: REGIONS[index] ?? "",
      ses: {
        region: REGIONS[index],
        async status() {
          if (seconds === "unknown") throw new SesError("throttled", "SES is busy.", { retryable: true });
          const failed = more.failsAfter !== undefined && at(more.failsAfter);
          const status: VerificationStatus = failed ? "Failed" : at(seconds) ? "Success" : "Pending";
          return { status, token: TOKEN };
        },
        info: async () => undefined,
      } as unknown as SesPort,
      accountId: undefined,
      verifiedBefore: false,
    })),
    requirements: success.map((_, index) => txtFor(REGIONS[index] ?? "", NAME, TOKEN)),
    ses,
    hosts: [],
    authority: more.authority ?? authority,
    timeoutMs,
  };
  const code = await awaitVerified(goal, ctx).then(
    () => undefined,
    (error) => error.code,
  );
  const gaps = statuses.slice(1).map(({ ms }, index) => ms - (statuses[index]?.ms ?? 0));
  return { code, infos, lines: statuses.map(({ text }) => text), longestGap: Math.max(...gaps) };
}

describe("what the line of a wait says", () => {
  it("has the counts of DNS and SES, then the time, in its first 25 characters", async () => {
    const { lines } = await run({ serves: [0, 0, 50], success: [20, 80] });
    const waiting = lines.slice(0, -1);
    for (const line of waiting) assert.match(line.slice(0, NARROW), /^\d\/3 DNS, SES \d\/2, \d+/);
    assert.deepEqual(
      [...new Set(waiting.map((line) => line.split(", ").slice(0, 2).join(", ")))],
      ["2/3 DNS, SES 0/2", "2/3 DNS, SES 1/2", "3/3 DNS, SES 1/2"],
    );
  });

  it("moves every few seconds in a stretch where nothing changes", async () => {
    const { lines, longestGap } = await run({ serves: [0, 0, 0], success: [0, 601], timeoutMs: 3_600_000 });
    assert.ok(longestGap <= 5_000, `${longestGap} ms`);
    assert.equal(new Set(lines).size, lines.length);
  });

  it("moves while SES cannot be asked", async () => {
    const { lines, longestGap } = await run({ serves: [0, 0, 0], success: ["unknown"], timeoutMs: 60_000 });
    assert.ok(longestGap <= 5_000);
    assert.match(lines.at(-1) ?? "", /3\/3 DNS, SES 0\/1/);
  });

  for (const [what, schedule, code, end] of [
    ["verified", { serves: [0, 0, 5], success: [30, 40] }, undefined, /^verified: 3\/3 DNS, SES 2\/2, 4\ds$/],
    ["verified at the first looks", { serves: [0, 0, 0], success: [0] }, undefined, /^verified: 3\/3 DNS, SES 1\/1/],
    ["served, where SES is not awaited", { serves: [0, 9, 0], success: [99], ses: false }, undefined, /: 3\/3 DNS, \d/],
    [
      "what the time-out found",
      { serves: [0, 0, 999], success: [0, 999], timeoutMs: 60_000 },
      "not-verified-in-time",
      /2\/3 DNS, SES 1\/2, 1m/,
    ],
    [
      "what SES gave up",
      { serves: [0, 0, 0], success: [99], failsAfter: 10 },
      "verification-failed",
      /3\/3 DNS, SES 0\/1/,
    ],
  ] as const) {
    it(`ends with ${what}`, async () => {
      const run1 = await run(schedule);
      assert.equal(run1.code, code);
      assert.match(run1.lines.at(-1) ?? "", end);
    });
  }

  it("ends with what was reached where no server answers", async () => {
    const look = () => Promise.reject(new AuthorityError("servers-unreachable", "None.", { retryable: true }));
    const authority = { look, validate: async () => undefined } as unknown as Authority;
    const { code, lines } = await run({ serves: [], success: [99], authority });
    assert.equal(code, "servers-unreachable");
    assert.match(lines.at(-1) ?? "", /\?\/\? DNS, SES 0\/1, \d+s$/);
  });

  it("has a line that stays for each change, and none for anything else", async () => {
    const { infos } = await run({ serves: [0, 20, 60], success: [100, 200] });
    const about = (what: string) => infos.filter((text) => text.includes(what));
    assert.equal(infos.length, 4, infos.join("\n"));
    for (const server of SERVERS.slice(1)) assert.equal(about(server).length, 1);
    for (const region of REGIONS) assert.equal(about(region).length, 1);
    assert.equal(about(SERVERS[0] ?? "").length, 0);
    assert.match(infos.at(-1) ?? "", /3\/3 DNS, SES 2\/2/);
  });

  it("has no line that stays where all was there at once", async () => {
    const { infos } = await run({ serves: [0, 0, 0], success: [0, 0] });
    assert.deepEqual(infos, []);
  });

  it("does not fill a log with a server that flaps", async () => {
    let times = 0;
    const flapping = {
      look: async () => {
        times += 1;
        const here = { server: "ns1.example.net", address: "192.0.2.1" };
        const server =
          times % 2 === 0 ? { ...here, kind: "values", values: [TOKEN], ttl: 300 } : { ...here, kind: "absent" };
        const rest = { name: NAME, type: "TXT", target: NAME, cnames: [], via: "authoritative", delegation: undefined };
        return { ...rest, servers: [server] };
      },
      examine: async () => ({ serials: [], faults: [] }),
      validate: async () => undefined,
    } as unknown as Authority;
    const { infos } = await run({ serves: [], success: [9_999], authority: flapping });
    assert.ok(infos.length > 5 && infos.length <= 20, `${infos.length} lines`);
  });
});
