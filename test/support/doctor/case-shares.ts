import assert from "node:assert/strict";
import { findProgram, requireProgram } from "../servers/programs";
import { type CasePool, openCasePool } from "./case-pool";
import type { Ground } from "./case-types";
import { jobsOf, programsOf, readCases } from "./problem-cases";
import { differencesOf, OTHER_WORLDS } from "./view-differences";

/** Kinds of worlds, by the names of their cases: the first that fits counts. */
const KINDS = {
  sending:
    /^(healthy-)?(dkim|mail-from|spf|dmarc|not-aligned|not-ready|replica|sandbox|sending|address-overrides)(-|$)/,
  "healthy-servers": /^healthy-.*(server|lossy|slow|referral|registry|way-|ipv6|glue|bailiwick)/,
  healthy: /^healthy-/,
  silence: /^(server|parent|port)-.*(silent|unreachable|unresolvable|blocked|no-(edns|tcp|udp))/,
  servers: /^(servers?|parent|port|two-servers)-/,
  "txt-wrong-value": /^txt-wrong-value/,
  txt: /^txt-/,
  ses: /^(address|identity|mail|revocation|ses|success|temporary|verification)-/,
  zones: /^/,
} as const;

type Kind = keyof typeof KINDS;
const kinds = Object.keys(KINDS) as Kind[];

/** What one test file runs: a kind of worlds on the emulator, or what needs this server, as the last of several. */
export type Share = `emulator-${Kind}` | Server | `${Server}-sending`;
type Server = Exclude<Ground, "emulator" | `${string}+${string}`>;

export function shareOf({ name, ground }: { readonly name: string; readonly ground: Ground }): Share {
  const kind = kinds.find((one) => KINDS[one].test(name)) ?? "zones";
  if (ground === "emulator") return `emulator-${kind}`;
  const server = lastOf(ground);
  return kind === "sending" ? `${server}-sending` : server;
}

function lastOf(ground: Exclude<Ground, "emulator">): Server {
  switch (ground) {
    case "knot+bind":
      return "bind";
    case "nsd+powerdns":
      return "powerdns";
    case "knot+unbound":
      return "unbound";
    default:
      return ground;
  }
}

/** Every case on each of its grounds. On the first of them, a preview and a wait look, too. */
export function allJobs() {
  return readCases().flatMap((one) => jobsOf(one).map((job, index) => ({ ...job, withViews: index === 0 })));
}

/** The worlds of test/zones in one share: what is wrong is named, its cause first, and nothing else is. */
export function describeCases(share: Share): void {
  describe("the doctor in every world of test/zones", () => {
    const jobs = allJobs().filter((job) => shareOf(job) === share);
    let pool: CasePool;
    before(() => {
      pool = openCasePool(jobs.filter((job) => programsOf(job.given, job.ground).every(findProgram)));
    });
    after(() => pool.close());

    for (const { name, given, ground } of jobs.filter(({ withViews }) => withViews)) {
      if (name in OTHER_WORLDS || !("zones" in given) || given.address !== undefined || given.sending) continue;
      it(`and a preview and a wait name the same cause of ${name}`, async function () {
        for (const program of programsOf(given, ground)) requireProgram(this, program);
        const { codes, views } = await pool.result({ name, ground });
        assert.ok(views !== undefined);
        const words = JSON.stringify({ codes, ...views });
        assert.deepEqual(differencesOf({ codes, views }), [], words);
      });
    }

    for (const { name, given, ground } of jobs) {
      it(`${given.expect === null ? "is silent about" : "names"} ${name} on ${ground}`, async function () {
        for (const program of programsOf(given, ground)) requireProgram(this, program);
        const { codes, named, wrong, firstIsRoot, contradictions, exitCode } = await pool.result({ name, ground });
        const words = `exit ${exitCode}: ${codes.join(", ") || "nothing"}`;
        assert.deepEqual(wrong, [], words);
        assert.ok(named, words);
        assert.ok(given.expect === null || firstIsRoot, words);
        assert.deepEqual(contradictions, [], words);
      });
    }
  });
}
