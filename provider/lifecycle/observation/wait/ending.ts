import type { Ctx } from "../../../core/ctx";
import { SesError } from "../../../core/errors";
import type { Trend } from "./grace";
import { type Goal, report, type WaitRound } from "./round";

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
