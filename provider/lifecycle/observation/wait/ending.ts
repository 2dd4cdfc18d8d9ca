import type { Ctx } from "../../../core/ctx";
import { SesError } from "../../../core/errors";
import type { WatchedPart } from "../observe";
import type { Trend } from "./grace";
import { type Goal, report, type WaitRound } from "./round";

const PARTS = {
  dkim: { code: "dkim-failed", what: "DKIM" },
  mailFrom: { code: "mail-from-failed", what: "the MAIL FROM domain" },
} as const satisfies Readonly<Record<WatchedPart, { readonly code: string; readonly what: string }>>;

/** SES looks for the records of each part by itself, and gives each up by itself. */
async function endWherePartFails(goal: Goal, round: WaitRound, trend: Trend, ctx: Ctx): Promise<void> {
  for (const { watched, seen, atMs } of round.identities) {
    for (const part of watched.parts ?? []) {
      const status = seen[part]?.status ?? "unknown";
      // A part that is not set up is set up by the next run.
      const answer = status === "none" || status === "absent" ? ("NotStarted" as const) : status;
      const requested = watched.restarted?.includes(part) === true;
      if (trend.ending({ name: `${part} ${seen.name}`, status: answer }, requested, atMs) !== "failed") continue;
      const { code, what } = PARTS[part];
      throw new SesError(
        code,
        await report(goal, round, ctx, `SES in ${seen.region} says ${status} for ${what} of ${goal.domain}.`),
        { hint: "Run `pulumi up` again once the cause is fixed: it asks SES again." },
      );
    }
  }
}

/** Throws where waiting longer is of no use: by SES's status, or because SES may not be asked. */
export async function endWhereFinal(
  goal: Goal,
  round: WaitRound,
  trend: Trend,
  otherTokens: ReadonlyMap<string, string>,
  ctx: Ctx,
): Promise<void> {
  const ends = round.identities.map(({ watched, seen, atMs }) => ({
    seen,
    ending: trend.ending(seen, watched.requested === true, atMs),
  }));
  const failed = ends.find(({ ending }) => ending === "failed");
  if (failed !== undefined) {
    throw new SesError(
      "verification-failed",
      await report(goal, round, ctx, `SES in ${failed.seen.region} stopped looking for the value of ${goal.domain}.`),
      {
        hint: "Run `pulumi up` again once the cause is fixed: it asks SES again.",
      },
    );
  }
  await endWherePartFails(goal, round, trend, ctx);
  const refused = round.identities.find(({ seen }) => seen.failure !== undefined && !seen.failure.retryable);
  if (refused?.seen.failure !== undefined) throw refused.seen.failure;
  const gone = ends.find(({ ending }) => ending === "gone");
  if (gone !== undefined) {
    throw new SesError(
      "identity-gone",
      `The identity ${goal.domain} in ${gone.seen.region} was deleted during the wait.`,
      { hint: "Run `pulumi up` again: it asks SES again." },
    );
  }
  const [changed] = goal.renew === undefined ? otherTokens.keys() : [];
  const other = round.identities.find(({ seen }) => seen.name === changed && seen.status !== "Success");
  if (other !== undefined) {
    const where = `${goal.domain} in ${other.seen.region}`;
    throw new SesError(
      "token-changed",
      await report(goal, round, ctx, `SES has another token for ${where} now: the record holds the previous one.`),
      {
        hint: "`pulumi up --refresh` has the `DomainIdentity` take the new token, and the record's provider write it.",
      },
    );
  }
}
