import type { Ctx } from "../../core/ctx";
import { nearest } from "../../core/suggest";
import { quoted } from "../../core/text";
import type { Failure } from "../../lifecycle/arguments/types";
import type { FunctionPorts, Invoked, PluginFunction, Props } from "./functions/declaration";

// Loaded with the first call: most runs have none, and the doctor is large.
const load = (): typeof import("./functions/all") => require("./functions/all");

/** Failures of one call that are told; the rest is counted. */
const FAILURES_AT_MOST = 20;

/**
 * Calls a function of the plugin, such as `sesdomain:index:getIamPolicy`. Reads only, and keeps nothing. `failures`: of the
 * arguments. Throws `SesDomainError`; rejects with the signal's reason once `ctx.signal` aborts.
 */
export async function invokeFunction(token: string, args: Props, ports: FunctionPorts, ctx: Ctx): Promise<Invoked> {
  ctx.signal.throwIfAborted();
  const { FUNCTIONS } = load();
  const called = FUNCTIONS.find(({ declaration }) => declaration.token === token);
  if (called === undefined) return { failures: [unknownToken(token, FUNCTIONS)] };
  const invoked = await called.run(args, ports, ctx);
  return "failures" in invoked ? { failures: bounded(invoked.failures) } : invoked;
}

function unknownToken(token: string, functions: readonly PluginFunction[]): Failure {
  const tokens = functions.map(({ declaration }) => declaration.token);
  const meant = nearest(token.slice(0, 200), tokens);
  const hint = meant === undefined ? `. There are ${tokens.join(", ")}` : `; did you mean ${meant}?`;
  return { property: "", reason: `${quoted(token)} is no function of this plugin${hint}` };
}

function bounded(failures: readonly Failure[]): readonly Failure[] {
  const more = failures.length - FAILURES_AT_MOST;
  if (more <= 0) return failures;
  const rest = { property: "", reason: `and ${more} more arguments are wrong`, valueFree: true };
  return [...failures.slice(0, FAILURES_AT_MOST), rest];
}
