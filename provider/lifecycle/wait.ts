import { isLimitCode } from "../authority/allowance";
import type { Authority, Verdict } from "../authority/authority";
import { judge } from "../authority/judge";
import { countRound, NO_ROUNDS } from "../authority/rounds";
import type { Ctx } from "../core/ctx";
import { SesError, TimeoutError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import { describeAnswers } from "../diagnosis/answers";
import { describeFinding, describeFindings, diagnose } from "../diagnosis/diagnose";
import type { ExpectedValue } from "../diagnosis/finding";
import type { DnsBackend, TxtValue } from "../dns/backend";
import type { IdentityStatus } from "../ses/port";
import { formatDuration } from "./check/duration";
import { investigate, type Reading, read, readingsOf, type SeenIdentity, seeIdentity, type Watched } from "./observe";
import { publish } from "./records";

/** How long nobody may answer before that is the result. */
const SILENCE_MS = 25_000;
/** An identity just made may not be listed at once. */
const GONE_MS = 30_000;
/** A value that a round has seen, or that had this long to appear, and is nowhere, was erased by somebody. */
const APPEARS_WITHIN_MS = 60_000;

export interface Goal {
  readonly domain: Fqdn;
  readonly identities: readonly Watched[];
  readonly expected: readonly ExpectedValue[];
  readonly values: readonly TxtValue[];
  /** Whether SES's word is awaited too. */
  readonly ses: boolean;
  readonly hosts: readonly DnsBackend[];
  /** Undefined where DNS is not to be read. */
  readonly authority: Authority | undefined;
  readonly timeoutMs: number;
}

interface Round {
  readonly readings: readonly Reading[];
  readonly verdicts: readonly Verdict[];
  readonly identities: readonly { readonly watched: Watched; readonly seen: SeenIdentity }[];
}

/** Milliseconds until the next look: close while things move, calm later. */
export function pauseMs(elapsedMs: number): number {
  if (elapsedMs < 10_000) return 1_000;
  if (elapsedMs < 60_000) return 2_500;
  return elapsedMs < 300_000 ? 7_500 : 20_000;
}

/**
 * Resolves, with SES's last word per identity, once every authoritative server serves every value in two rounds running
 * and SES says Success for every identity. A value that another controller erases meanwhile is written again, and said.
 * Throws `TimeoutError` (`not-verified-in-time`) with the findings, and early: `SesError` `verification-failed` where SES
 * gave up, `TimeoutError` `servers-unreachable` where no authoritative server answers at all.
 */
export async function awaitVerified(goal: Goal, ctx: Ctx): Promise<ReadonlyMap<string, IdentityStatus>> {
  const startedMs = ctx.clock.now();
  const names = [...new Set(goal.expected.map(({ name }) => name))];
  let rounds = NO_ROUNDS;
  let answeredMs = startedMs;
  let writtenMs = startedMs;
  let standingMs = startedMs;
  let erased = 0;
  let shown = "";
  const published = new Set<string>();

  for (;;) {
    const round = await lookAround(goal, names, ctx);
    const nowMs = ctx.clock.now();
    const elapsedMs = nowMs - startedMs;
    if (goal.authority === undefined || somebodyAnswered(round)) answeredMs = nowMs;

    rounds = countRound(rounds, round.verdicts.length === names.length ? round.verdicts : []);
    const verified = !goal.ses || round.identities.every(({ seen }) => seen.status === "Success");
    if (verified && (goal.authority === undefined || rounds.ready)) {
      warnOfServers(goal, round, ctx);
      return new Map(
        round.identities.map(({ seen }) => [seen.name, { status: known(seen.status), token: seen.token }]),
      );
    }

    const text = progress(goal, round, verified);
    if (text !== shown) ctx.log.status(`${text} (${seconds(elapsedMs)} of ${formatDuration(goal.timeoutMs)})`);
    shown = text;

    const failed = goal.ses ? round.identities.find(({ seen }) => seen.status === "Failed") : undefined;
    if (failed !== undefined) {
      throw new SesError(
        "verification-failed",
        await report(goal, round, ctx, `SES gave up on ${goal.domain} in ${failed.seen.region}.`),
        {
          hint: "Run `pulumi up` again once the cause is mended: it asks SES anew.",
        },
      );
    }
    const refused = round.identities.find(({ seen }) => seen.failure !== undefined && !seen.failure.retryable);
    if (goal.ses && refused?.seen.failure !== undefined) throw refused.seen.failure;
    const gone = goal.ses ? round.identities.find(({ seen }) => seen.status === "absent") : undefined;
    if (gone === undefined) standingMs = nowMs;
    else if (nowMs - standingMs >= GONE_MS) {
      throw new SesError(
        "identity-gone",
        `Somebody deleted the identity ${goal.domain} in ${gone.seen.region} while we waited for it.`,
        { hint: "Run `pulumi up` again: it asks SES anew." },
      );
    }
    if (nowMs - answeredMs >= SILENCE_MS) {
      throw new TimeoutError(
        "servers-unreachable",
        await report(
          goal,
          round,
          ctx,
          `No authoritative name server of ${goal.domain} answered for ${seconds(nowMs - answeredMs)}.`,
        ),
        { hint: 'Where this network blocks port 53, read over HTTPS: dnsCheck: { mode: "doh" }.' },
      );
    }
    if (elapsedMs >= goal.timeoutMs) {
      throw new TimeoutError(
        "not-verified-in-time",
        await report(
          goal,
          round,
          ctx,
          `${goal.domain} was not verified within ${formatDuration(goal.timeoutMs)}. ${text}.`,
        ),
        { hint: "What was done is kept: `pulumi up` goes on from here." },
      );
    }

    for (const verdict of round.verdicts) {
      if (verdict.state === "published") published.add(verdict.sighting.name);
    }
    const lost = goal.values.filter((value) => round.verdicts.some((verdict) => lacks(verdict, value)));
    const nowhere = lost.some(
      ({ name, value }) =>
        published.has(name) &&
        round.verdicts.some((verdict) => verdict.sighting.name === name && verdict.nowhere.includes(value)),
    );
    // What some servers lack may be on its way; after that long the host is asked, one of two may have lost it.
    if (lost.length > 0 && (nowhere || nowMs - writtenMs >= APPEARS_WITHIN_MS)) {
      writtenMs = nowMs;
      const added = await publish(goal.hosts, lost, ctx);
      if (added > 0) {
        erased += 1;
        ctx.log.warn(
          erased === 1
            ? `${lost.map(({ name }) => name).join(", ")}: a value was erased while we waited; it was written again.`
            : `${lost.map(({ name }) => name).join(", ")}: a value was erased for the ${erased}th time and written again: another controller manages this record set.`,
        );
      }
    }
    await ctx.clock.sleep(Math.min(pauseMs(elapsedMs), Math.max(1, goal.timeoutMs - elapsedMs)), ctx.signal);
  }
}

/** Whether some server that answers with authority does not have the value. */
function lacks({ sighting, state, answers }: Verdict, { name, value }: TxtValue): boolean {
  if (state !== "missing" || sighting.name !== name) return false;
  return answers.some((one) => one.kind === "absent" || (one.kind === "other" && one.missing.includes(value)));
}

/**
 * Whether the name servers are within reach, whatever they say: a zone that is being set up refuses, and a domain that
 * is being delegated is denied by the zone above. A resolver that answers in their place is not they. Where our own limits
 * keep us from asking, nobody is silent.
 */
function somebodyAnswered({ readings }: Round): boolean {
  return readings.some((reading) =>
    "sighting" in reading
      ? reading.sighting.servers.some((one) =>
          one.kind === "lame"
            ? !one.recursive
            : one.kind !== "unreachable" || one.noTcp === true || one.unasked === "limit",
        )
      : reading.code === "zone-unknown" || isLimitCode(reading.code),
  );
}

/** Verified all the same, but the zone has a server that is dead or lame. */
function warnOfServers({ domain, expected }: Goal, { readings, identities }: Round, ctx: Ctx): void {
  const seen = identities.map((one) => one.seen);
  const found = diagnose({ domain, identities: seen, expected, ...readingsOf(readings), probes: [], written: [] });
  for (const one of found) if (one.severity === "warning") ctx.log.warn(describeFinding(one));
}

async function lookAround(goal: Goal, names: readonly Fqdn[], ctx: Ctx): Promise<Round> {
  const { authority } = goal;
  const [readings, identities] = await Promise.all([
    authority === undefined ? [] : Promise.all(names.map((name) => read(authority, name, ctx))),
    Promise.all(
      goal.identities.map(async (watched) => ({
        watched,
        seen: await seeIdentity(watched, (ses) => ses.status(goal.domain, ctx)),
      })),
    ),
  ]);
  const verdicts = readings.flatMap((reading) =>
    "sighting" in reading ? [judge(reading.sighting, valuesAt(goal.expected, reading.sighting.name))] : [],
  );
  return { readings, verdicts, identities };
}

export function valuesAt(expected: readonly ExpectedValue[], name: Fqdn): string[] {
  return [...new Set(expected.filter((one) => one.name === name).map(({ value }) => value))];
}

function seconds(ms: number): string {
  return ms < 1_000 ? "0s" : formatDuration(Math.floor(ms / 1_000) * 1_000);
}

function known(status: Round["identities"][number]["seen"]["status"]): IdentityStatus["status"] {
  return status === "absent" || status === "unknown" ? "Pending" : status;
}

/** What is awaited, in one line: which servers of how many, and SES's word per region. */
function progress(goal: Goal, { readings, verdicts, identities }: Round, verified: boolean): string {
  const parts = [];
  if (goal.authority !== undefined) {
    const servers = verdicts.flatMap((verdict) => verdict.servers);
    const serving = servers.filter(({ state }) => state === "serves").length;
    const not = servers.filter(({ state }) => state !== "serves").map(({ server, state }) => `${server} ${state}`);
    const unread = readings.flatMap((reading) => ("sighting" in reading ? [] : [`${reading.name}: ${reading.code}`]));
    const rest = [...not, ...unread];
    parts.push(
      `DNS ${serving} of ${servers.length} servers${rest.length === 0 ? "" : ` (not yet: ${rest.join(", ")})`}`,
    );
  }
  if (goal.ses) {
    parts.push(...identities.map(({ seen }) => `${seen.name} ${seen.status}`));
    if (verified) parts.push("SES done");
  }
  return parts.join(" · ");
}

async function report(goal: Goal, round: Round, ctx: Ctx, headline: string): Promise<string> {
  const seen = await investigate(
    goal.domain,
    round.identities.map(({ watched, seen }) => ({ seen, ses: watched.ses })),
    goal.expected,
    round.readings,
    goal.hosts,
    goal.authority,
    ctx,
  );
  return [headline, describeAnswers(seen), describeFindings(diagnose(seen))].filter((text) => text !== "").join("\n");
}
