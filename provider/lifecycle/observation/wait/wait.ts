import type { Verdict } from "../../../authority/authority";
import { countRound, NO_ROUNDS } from "../../../authority/rounds";
import { onAbort } from "../../../core/abort";
import type { Ctx } from "../../../core/ctx";
import { formatDuration } from "../../../core/duration";
import { TimeoutError } from "../../../core/errors";
import { ordinal } from "../../../core/ordinal";
import { seconds, withStatusLine } from "../../../core/status-line";
import { keyText, type RecordKey } from "../../../dns/record";
import { dataText, keysOf, type Requirement } from "../../../dns/requirement";
import type { VerificationStatus } from "../../../ses/port";
import { byWriter } from "../../records/by-hand";
import { publish } from "../../records/records";
import { isSuccess } from "../observe";
import { within } from "./bound";
import { endWhereFinal } from "./ending";
import { openTrend } from "./grace";
import { newTokens, tokenOf } from "./new-token";
import { anyAnswered, isBlocked } from "./reach";
import {
  type AskIdentities,
  type Goal,
  LATE,
  lookAround,
  openAskIdentities,
  report,
  unknownRound,
  type WaitRound,
  warnOfServers,
} from "./round";
import { type Due, openSchedule } from "./schedule";
import { openWaitLine, type WaitLine } from "./wait-line";

/** How long no server may answer before that is the result. */
const SILENCE_MS = 25_000;
/** The last round begins when the time is over, and has this long. */
const LEAST_LOOK_MS = 5_000;
/** A value that a round has seen, or that had this long to appear, and is nowhere, was erased. */
const APPEARS_WITHIN_MS = 60_000;

const KEPT = "What was done is kept: `pulumi up` continues from here.";
const OVER_HTTPS = 'Where this network blocks port 53, read over HTTPS: dnsCheck: { mode: "doh" }.';

/**
 * Resolves, with SES's last word per identity, once every authoritative server serves every value in two rounds running
 * and SES says Success for every identity. A value that another controller erases meanwhile is written again, and said;
 * so is the token where SES gives another one. Throws `TimeoutError` (`not-verified-in-time`) with the findings, and early:
 * `SesError` `verification-failed` where SES gave up, `identity-gone` where it has no such identity, `token-changed` where
 * it has another token and the record is another provider's, `TimeoutError` `servers-unreachable` where no authoritative
 * server answers at all. The line says how far it is, and in the end what was reached (wait-line.ts).
 */
export function awaitVerified(wanted: Goal, ctx: Ctx): Promise<ReadonlyMap<string, LastWord>> {
  return withStatusLine(ctx, async (inner) => {
    const asking = new AbortController();
    const release = onAbort(ctx.signal, () => asking.abort(ctx.signal.reason));
    const line = openWaitLine(wanted, inner);
    try {
      return await watch(wanted, openAskIdentities(wanted, asking.signal), line, inner);
    } catch (error) {
      line.failed(error);
      throw error;
    } finally {
      release();
      asking.abort(LATE);
    }
  });
}

async function watch(
  wanted: Goal,
  askIdentities: AskIdentities,
  line: WaitLine,
  ctx: Ctx,
): Promise<ReadonlyMap<string, LastWord>> {
  let goal = wanted;
  const startedMs = ctx.clock.now();
  const keys = keysOf(goal.requirements);
  let rounds = NO_ROUNDS;
  let silentSinceMs: number | undefined;
  let writtenMs = startedMs;
  let erased = 0;
  const published = new Set<string>();
  let whole: WaitRound | undefined;
  let before: WaitRound | undefined;
  const schedule = openSchedule(startedMs, goal.timeoutMs, {
    hasDns: goal.authority !== undefined,
    hasSes: goal.identities.length > 0,
  });
  const trend = openTrend();
  const earlier = new Set(goal.earlierTokens);

  for (;;) {
    const beganMs = ctx.clock.now();
    const leftMs = Math.max(LEAST_LOOK_MS, startedMs + goal.timeoutMs - beganMs);
    const due = schedule.due(beganMs);
    const round = await look(goal, keys, askIdentities, due, before, leftMs, ctx);
    before = round;
    // Where the time ends in the middle of a look, the one before it tells what is wrong.
    if (!isCutShort(goal, round)) whole = round;
    const evidence = whole ?? round;
    const nowMs = ctx.clock.now();
    const elapsedMs = nowMs - startedMs;
    if (round.isRead) silentSinceMs = anyAnswered(round) ? undefined : (silentSinceMs ?? beganMs);
    const silentMs = silentSinceMs === undefined ? 0 : round.readMs - silentSinceMs;

    const isVerifiedNow =
      round.identities.length > 0 && round.identities.every(({ watched, seen }) => isSuccess(watched, seen));
    if (round.isRead) {
      rounds = countRound(rounds, round.verdicts.length === keys.length ? round.verdicts : [], isVerifiedNow);
    }
    const renewed = newTokens(goal, round, trend, earlier);
    const verified =
      !goal.ses || (!renewed.pending && round.identities.every(({ watched, seen }) => isSuccess(watched, seen)));
    if (verified && (goal.authority === undefined || rounds.ready)) {
      line.reached(goal, round);
      warnOfServers(goal, round, ctx);
      return new Map(
        // What SES did not say in this round stays as it was said before.
        round.identities.map(({ seen: { name, status, token, dkim, mailFrom } }) => [
          name,
          { status: said(status), token, dkim: said(dkim?.status), mailFrom: said(mailFrom?.status) },
        ]),
      );
    }

    line.saw(goal, round, evidence, rounds);
    if (goal.ses) await endWhereFinal(goal, round, trend, renewed.tokens, ctx);
    if (silentMs >= SILENCE_MS) {
      throw new TimeoutError(
        "servers-unreachable",
        await report(
          goal,
          evidence,
          ctx,
          `No authoritative name server of ${goal.domain} answered for ${seconds(silentMs)}.`,
        ),
        { hint: isBlocked(round) ? OVER_HTTPS : KEPT },
      );
    }
    if (elapsedMs >= goal.timeoutMs) {
      throw new TimeoutError(
        "not-verified-in-time",
        await report(
          goal,
          evidence,
          ctx,
          `${goal.domain} was not verified within ${formatDuration(goal.timeoutMs)}. ${line.summary()}.`,
        ),
        { hint: KEPT },
      );
    }

    for (const verdict of round.verdicts) {
      if (verdict.state === "published") published.add(keyText(verdict.sighting));
    }
    const renews = goal.renew !== undefined && renewed.tokens.size > 0;
    if (goal.renew !== undefined && renews) {
      for (const [name, token] of renewed.tokens) {
        ctx.log.info(`SES has given another token for ${goal.domain} (${name}); it is published now.`);
        const before = tokenOf(goal.requirements, name);
        if (before !== undefined) earlier.add(before);
        earlier.delete(token);
      }
      goal = { ...goal, requirements: await goal.renew(renewed.tokens) };
      rounds = NO_ROUNDS;
      published.clear();
      writtenMs = ctx.clock.now();
    }

    const lost =
      renews || !round.isRead
        ? []
        : goal.requirements.filter((one) => round.verdicts.some((verdict) => lacks(verdict, one)));
    const nowhere = lost.some(
      (one) =>
        published.has(keyText(one.record)) &&
        round.verdicts.some(
          ({ sighting, nowhere: values }) =>
            keyText(sighting) === keyText(one.record) && values.includes(dataText(one)),
        ),
    );
    // What some servers lack may be on its way; after that long the host is asked, one of two may have lost it.
    if (lost.length > 0 && (nowhere || nowMs - writtenMs >= APPEARS_WITHIN_MS)) {
      writtenMs = nowMs;
      // What a person is told to publish is not counted as written again.
      const { written, byHand } = byWriter(goal.hosts);
      await publish(byHand, lost, ctx);
      const added = await publish(written, lost, ctx);
      if (added > 0) {
        erased += 1;
        ctx.log.warn(
          erased === 1
            ? `${lost.map(({ record }) => record.name).join(", ")}: a value was erased while we waited; it was written again.`
            : `${lost.map(({ record }) => record.name).join(", ")}: a value was erased for the ${ordinal(erased)} time and written again: another controller manages this record set.`,
        );
      }
    }
    const wakeMs = schedule.after({
      due,
      beganMs,
      nowMs: ctx.clock.now(),
      readMs: round.readMs,
      rounds: { ...rounds, ready: rounds.ready && isServedByAll(round) },
      verified: isVerifiedNow,
      late: round.identities.some(isLate),
      renewed: renews,
    });
    await ctx.clock.sleep(Math.max(1, wakeMs - ctx.clock.now()), ctx.signal);
  }
}

/** SES's last word on an identity; undefined where it did not say. */
export interface LastWord {
  readonly status: VerificationStatus | undefined;
  readonly token: string | undefined;
  readonly dkim: VerificationStatus | undefined;
  readonly mailFrom: VerificationStatus | undefined;
}

function said(status: VerificationStatus | "absent" | "unknown" | "none" | undefined): VerificationStatus | undefined {
  return status === "absent" || status === "unknown" || status === "none" ? undefined : status;
}

/** One round within the time that is left: what has not answered by then is unknown. */
async function look(
  goal: Goal,
  keys: readonly RecordKey[],
  askIdentities: AskIdentities,
  due: Due,
  before: WaitRound | undefined,
  leftMs: number,
  ctx: Ctx,
): Promise<WaitRound> {
  try {
    return await within(leftMs, LATE, ctx, (inner) => lookAround(goal, keys, askIdentities, due, before, inner));
  } catch (error) {
    if (error !== LATE) throw error;
    return unknownRound(goal, ctx);
  }
}

/** Whether every server serves a value. A lame or silent one does not keep the wait from ending, but it may still change. */
function isServedByAll({ readings }: WaitRound): boolean {
  return readings.every(
    (reading) => "sighting" in reading && reading.sighting.servers.every(({ kind }) => kind === "values"),
  );
}

/** Whether SES has not answered yet. */
function isLate({ seen }: WaitRound["identities"][number]): boolean {
  return seen.failure === LATE;
}

/** Whether the look ended before every name was read. */
function isCutShort({ authority }: Goal, { readings }: WaitRound): boolean {
  if (authority === undefined) return false;
  return readings.length === 0 || readings.some((reading) => "code" in reading && reading.code === LATE.code);
}

/** Whether some server that answers with authority does not have the value. */
function lacks({ sighting, state, answers }: Verdict, wanted: Requirement): boolean {
  if (state !== "missing" || keyText(sighting) !== keyText(wanted.record)) return false;
  const value = dataText(wanted);
  return answers.some((one) => one.kind === "absent" || (one.kind === "other" && one.missing.includes(value)));
}
