import type { Authority, Verdict } from "../authority/authority";
import { judge } from "../authority/judge";
import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import { describeAnswers } from "../diagnosis/answers";
import { describeFinding, describeFindings, diagnose } from "../diagnosis/diagnose";
import type { ExpectedValue } from "../diagnosis/finding";
import type { DnsBackend, TxtValue } from "../dns/backend";
import { formatDuration } from "./check/duration";
import { investigate, type Reading, read, readingsOf, type SeenIdentity, seeIdentity, type Watched } from "./observe";

/** What is to be seen in DNS. */
export interface Target {
  readonly expected: readonly ExpectedValue[];
  readonly values: readonly TxtValue[];
}

export interface Goal extends Target {
  readonly domain: Fqdn;
  readonly identities: readonly Watched[];
  /** Whether SES's word is awaited too. */
  readonly ses: boolean;
  readonly hosts: readonly DnsBackend[];
  /** Undefined where DNS is not to be read. */
  readonly authority: Authority | undefined;
  readonly timeoutMs: number;
  /** Tokens that SES gave before those of `expected`. */
  readonly earlierTokens?: readonly string[];
  /** Publishes the token that SES has given an identity meanwhile. Undefined where the record is another provider's. */
  readonly renew?: (tokens: ReadonlyMap<string, string>) => Promise<Target>;
}

/** One look at everything that is awaited. */
export interface Round {
  readonly readings: readonly Reading[];
  readonly verdicts: readonly Verdict[];
  readonly identities: readonly { readonly watched: Watched; readonly seen: SeenIdentity }[];
}

/** Verified all the same, but the zone has a server that is dead or lame. */
export function warnOfServers({ domain, expected }: Goal, { readings, identities }: Round, ctx: Ctx): void {
  const seen = identities.map((one) => one.seen);
  const found = diagnose({ domain, identities: seen, expected, ...readingsOf(readings), probes: [], written: [] });
  for (const one of found) if (one.severity === "warning") ctx.log.warn(describeFinding(one));
}

export async function lookAround(goal: Goal, names: readonly Fqdn[], ctx: Ctx): Promise<Round> {
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

export function seconds(ms: number): string {
  return ms < 1_000 ? "0s" : formatDuration(Math.floor(ms / 1_000) * 1_000);
}

/** What is awaited, in one line: which servers of how many, and SES's word per region. */
export function progress(goal: Goal, { readings, verdicts, identities }: Round, verified: boolean): string {
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

export async function report(goal: Goal, round: Round, ctx: Ctx, headline: string): Promise<readonly string[]> {
  const seen = await investigate(
    goal.domain,
    round.identities.map(({ watched, seen }) => ({ seen, ses: watched.ses })),
    goal.expected,
    round.readings,
    goal.hosts,
    goal.authority,
    ctx,
  );
  return [headline, describeAnswers(seen), describeFindings(diagnose(seen))]
    .filter((text) => text !== "")
    .flatMap((text) => text.split("\n"));
}
