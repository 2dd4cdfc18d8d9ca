import type { Authority, Verdict } from "../../../authority/authority";
import { onAbort } from "../../../core/abort";
import type { Ctx } from "../../../core/ctx";
import { AuthorityError } from "../../../core/errors";
import type { Fqdn } from "../../../core/fqdn";
import { describeAnswers } from "../../../diagnosis/answers";
import { describeFinding, describeFindings, diagnose, toReport } from "../../../diagnosis/diagnose";
import type { Observations } from "../../../diagnosis/finding";
import type { DnsBackend } from "../../../dns/backend";
import type { RecordKey } from "../../../dns/record";
import type { Requirement } from "../../../dns/requirement";
import { restartsSeen } from "../../identity/restarts";
import { judgeSet } from "../../records/judge-set";
import { investigate } from "../investigate";
import {
  type Reading,
  read,
  readingsOf,
  readTypes,
  type SeenIdentity,
  seeIdentity,
  seeParts,
  type Watched,
} from "../observe";
import { within } from "./bound";
import type { Due } from "./schedule";

export interface Goal {
  /** What is to be seen in DNS. */
  readonly requirements: readonly Requirement[];
  readonly domain: Fqdn;
  readonly identities: readonly Watched[];
  /** Whether SES's status is awaited too. */
  readonly ses: boolean;
  readonly hosts: readonly DnsBackend[];
  /** Undefined where DNS is not to be read. */
  readonly authority: Authority | undefined;
  readonly timeoutMs: number;
  /** Tokens that SES gave before those of `requirements`. */
  readonly earlierTokens?: readonly string[];
  /** Publishes the token that SES has given an identity meanwhile. Undefined where the record is another provider's. */
  readonly renew?: (tokens: ReadonlyMap<string, string>) => Promise<readonly Requirement[]>;
}

/** One look at everything that is awaited. */
export interface WaitRound {
  readonly readings: readonly Reading[];
  /** When DNS had been read, by the clock: SES may take longer. */
  readonly readMs: number;
  readonly verdicts: readonly Verdict[];
  /** Whether DNS was read in this round. Otherwise what is said of it was read in an earlier one. */
  readonly isRead: boolean;
  readonly identities: readonly AskedIdentity[];
}

/** What SES said of an identity, and when, by the clock. */
interface AskedIdentity {
  readonly watched: Watched;
  readonly seen: SeenIdentity;
  readonly atMs: number;
}

/** Verified, but the zone has a server that is dead or lame. */
export function warnOfServers(
  { domain, requirements: expected }: Goal,
  { readings, identities }: WaitRound,
  ctx: Ctx,
): void {
  const seen = identities.map((one) => one.seen);
  const found = diagnose({ domain, identities: seen, expected, ...readingsOf(readings), probes: [], written: [] });
  for (const one of found) if (one.severity === "warning") ctx.log.warn(describeFinding(one));
}

/** So long one round waits for SES, in ms of real time: the question goes on, and a later round has its answer. */
const SES_WAIT_MS = 15_000;
const REPORT_MS = 20_000;

/** Why nothing is known of what was asked. Every part of an investigation leaves out what ends with it. */
export const LATE = new AuthorityError("endpoint-silent", "No answer came within the time of this wait.", {
  retryable: true,
});

/** What SES says of each identity; unknown where it has not answered yet. */
export type AskIdentities = (ctx: Ctx) => Promise<WaitRound["identities"]>;

/** One question at a time for each identity, which goes on from round to round until `signal` aborts. */
export function openAskIdentities({ identities, domain }: Goal, signal: AbortSignal): AskIdentities {
  const asks = identities.map((watched) => {
    const { ses } = watched;
    const status = onceAtATime((ctx) => ses.status(domain, ctx), signal);
    const dkim = onceAtATime((ctx) => ses.dkim(domain, ctx), signal);
    const mailFrom = onceAtATime((ctx) => ses.mailFrom(domain, ctx), signal);
    return { watched, status, dkim, mailFrom };
  });
  return (ctx) =>
    Promise.all(
      asks.map(async ({ watched, status, dkim, mailFrom }) => {
        const [seen, parts] = await Promise.all([
          seeIdentity(watched, () => status(ctx)),
          seeParts(watched, { dkim: () => dkim(ctx), mailFrom: () => mailFrom(ctx) }, watched.verifiedBefore),
        ]);
        return { watched, seen: { ...seen, ...parts }, atMs: ctx.clock.now() };
      }),
    );
}

/** A question that goes on until `signal` aborts: a later round has its answer. */
function onceAtATime<T>(ask: (ctx: Ctx) => Promise<T>, signal: AbortSignal): (ctx: Ctx) => Promise<T> {
  let pending: Promise<T> | undefined;
  return (ctx) => {
    if (pending === undefined) {
      const asked = ask({ ...ctx, signal, waits: true });
      const done = () => {
        if (pending === asked) pending = undefined;
      };
      pending = asked;
      asked.then(done, done);
    }
    return unlessLate(pending, ctx.signal);
  };
}

function unlessLate<T>(asked: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(LATE);
    const timer = setTimeout(late, SES_WAIT_MS);
    const release = onAbort(signal, late);
    asked.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      release();
    });
  });
}

/** A round of which nothing is known. */
export function unknownRound({ identities }: Goal, ctx: Ctx): Promise<WaitRound> {
  const nowMs = ctx.clock.now();
  const nothing = async (watched: Watched) => ({
    watched,
    seen: await seeIdentity(watched, () => Promise.reject(LATE)),
    atMs: nowMs,
  });
  return Promise.all(identities.map(nothing)).then((seen) => ({
    readings: [],
    readMs: nowMs,
    verdicts: [],
    isRead: true,
    identities: seen,
  }));
}

export async function lookAround(
  goal: Goal,
  keys: readonly RecordKey[],
  askIdentities: AskIdentities,
  due: Due,
  before: WaitRound | undefined,
  ctx: Ctx,
): Promise<WaitRound> {
  const { authority } = goal;
  let readMs = ctx.clock.now();
  const readAll = async (reader: Authority) => {
    const names = [...new Set(keys.map(({ name }) => name))];
    const typesOf = (name: Fqdn) => keys.filter((key) => key.name === name).map(({ type }) => type);
    const readName = async (name: Fqdn) => {
      const [only, ...others] = typesOf(name);
      if (only !== undefined && others.length === 0) return [await read(reader, name, ctx, only)];
      return readTypes(reader, name, typesOf(name), ctx);
    };
    const readings = await Promise.all(names.map(readName));
    readMs = ctx.clock.now();
    return readings.flat();
  };
  const isRead = authority !== undefined && (due.dns || before === undefined);
  const [readings, identities] = await Promise.all([
    isRead ? readAll(authority) : undefined,
    due.ses || before === undefined ? askIdentities(ctx) : before.identities,
  ]);
  // What is wanted may be another value since.
  const known = readings ?? before?.readings ?? [];
  const verdicts = known.flatMap((reading) =>
    "sighting" in reading ? [judgeSet(reading.sighting, goal.requirements)] : [],
  );
  return { readings: known, readMs: isRead ? readMs : (before?.readMs ?? readMs), verdicts, isRead, identities };
}

/** What an investigation finds within its time, else what the round has seen. */
export async function report(goal: Goal, round: WaitRound, ctx: Ctx, headline: string): Promise<readonly string[]> {
  const { domain } = goal;
  const nowMs = ctx.clock.now();
  const identities = round.identities.map(({ watched: { ses, asked }, seen }) => ({
    seen: { ...seen, askedAgain: asked && restartsSeen(asked, nowMs) },
    ses,
  }));
  // SES looks for no value where it has no identity, or no token for it.
  const unlooked = new Set(
    identities.flatMap(({ seen }) => (seen.status === "absent" || seen.tokenless ? [seen.name] : [])),
  );
  const expected = goal.requirements.filter(({ owner }) => !unlooked.has(owner.identity));
  const seen = await within(REPORT_MS, LATE, ctx, (inner) =>
    investigate(domain, identities, expected, round.readings, goal.hosts, goal.authority, inner),
  ).catch((error: unknown): Observations => {
    if (error !== LATE) throw error;
    const those = identities.map((one) => one.seen);
    return { domain, identities: those, expected, ...readingsOf(round.readings), probes: [], written: [] };
  });
  return [headline, describeAnswers(seen), describeFindings(toReport(diagnose(seen)))]
    .filter((text) => text !== "")
    .flatMap((text) => text.split("\n"));
}
