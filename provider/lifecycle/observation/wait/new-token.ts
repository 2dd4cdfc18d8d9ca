import type { Requirement } from "../../../dns/requirement";
import { tokenIn } from "../../records/requirements";
import type { Trend } from "./grace";
import type { Goal, WaitRound } from "./round";

/** The token that is expected in DNS for an identity. */
export function tokenOf(requirements: readonly Requirement[], identity: string): string | undefined {
  const own = requirements.find(({ owner }) => owner.identity === identity && owner.purpose === "verification");
  return own && tokenIn(own);
}

/**
 * The identities that SES has another token for, with that token. An answer older than the last request can only hold a
 * previous token: such a one counts once it stands. `pending`: SES names another token for some identity, counted or not.
 */
export function newTokens(
  goal: Goal,
  { identities }: WaitRound,
  trend: Trend,
  earlier: ReadonlySet<string>,
): { readonly tokens: ReadonlyMap<string, string>; readonly pending: boolean } {
  const others = identities.flatMap(({ seen: { name, token }, atMs }) => {
    const stands = trend.tokenStands({ name, token }, atMs);
    const expected = tokenOf(goal.requirements, name);
    if (token === undefined || expected === undefined || token === expected) return [];
    const counts = stands || (goal.renew !== undefined && !earlier.has(token));
    return [{ name, token, counts }];
  });
  return {
    tokens: new Map(others.filter(({ counts }) => counts).map(({ name, token }) => [name, token])),
    pending: goal.renew !== undefined && others.length > 0,
  };
}
