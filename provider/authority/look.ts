import type { Ctx } from "../core/ctx";
import { AuthorityError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import { openSemaphore } from "../core/queues";
import type { RecordType } from "../wire/presentation";
import { domainCharged, isLimitCode } from "./allowance";
import type { Sighting } from "./authority";
import { openBudget } from "./budget";
import type { QueryLimits } from "./exchange";
import {
  type Alias,
  type AliasResult,
  failedAlias,
  isAlias,
  isDefiniteSighting,
  otherAlias,
  sightingOf,
  unasked,
} from "./sighting";
import { realNowMs } from "./timeouts";
import type { ServerReply } from "./zone-question";
import { askZoneOfName, type Reader } from "./zone-replies";

/** Names that one look follows CNAMEs to, in a row or because servers differ; resolvers give up at about as many. */
const ALIASES_AT_MOST = 8;
/** Further looks wait; their time begins when their turn comes. */
const LOOKS_AT_ONCE = 128;
const running = openSemaphore(LOOKS_AT_ONCE);

/** One look in progress; `results` by the alias targets that it has followed. */
interface AliasWalk {
  readonly type: RecordType;
  readonly reader: Reader;
  readonly limits: QueryLimits;
  readonly results: Map<Fqdn, AliasResult>;
}

/** Asks every server of the zone that holds `name`, at every address, in parallel. Contract: `Authority.look`. */
export async function look(name: Fqdn, type: RecordType, reader: Reader, ctx: Ctx): Promise<Sighting> {
  const [sighting] = await lookAll(name, [type], reader, ctx);
  if (sighting === undefined) throw new RangeError("unreachable: there is a sighting for each type");
  return sighting;
}

/**
 * The same for several types at once. What tells where the name's servers are is shared (`Delegations`, `Reader.shareZone`); each
 * type has its own number of questions, so that one does not use up what the other gives back. Contract: `Authority.lookAll`.
 */
export async function lookAll(
  name: Fqdn,
  types: readonly RecordType[],
  reader: Reader,
  ctx: Ctx,
): Promise<readonly Sighting[]> {
  await running.acquire(ctx.signal);
  try {
    const untilMs = realNowMs() + reader.timeouts.lookMs;
    const looks = await Promise.allSettled(types.map((type) => lookOnce(name, type, untilMs, reader, ctx)));
    return looks.map((one) => {
      if (one.status === "rejected") throw one.reason;
      return one.value;
    });
  } finally {
    running.release();
  }
}

async function lookOnce(name: Fqdn, type: RecordType, untilMs: number, reader: Reader, ctx: Ctx): Promise<Sighting> {
  const { timeouts, processLimits } = reader;
  const budget = openBudget(domainCharged(name, ctx), processLimits);
  // Only replies of servers count: a resolver may answer while port 53 to the servers is blocked.
  const onReply: QueryLimits["onReply"] = (from) => from === "server" && ctx.answered?.();
  const limits = { timeouts, signal: ctx.signal, untilMs, budget, onReply };
  const result = await lookAt(name, [], { type, reader, limits, results: new Map() });
  if (result.kind === "endless") throw new RangeError("unreachable: it is only of targets that nothing is said");
  return result.sighting;
}

/** `path`: the aliases followed so far. "endless" only where there are some and every server that answers is in the loop. */
async function lookAt(
  name: Fqdn,
  path: readonly Fqdn[],
  walk: AliasWalk,
): Promise<Extract<AliasResult, { kind: "read" | "endless" }>> {
  const { cut, nameServers, zoneServers, answers, root, ...own } = await askZoneOfName(
    name,
    walk.type,
    walk.reader,
    walk.limits,
  );
  const servers = [
    ...answers.filter((answer) => !isAlias(answer)).map(sightingOf),
    ...nameServers.unasked.map(unasked),
  ];
  const sighting: Sighting = {
    name,
    type: walk.type,
    target: name,
    cnames: [],
    via: "authoritative",
    delegation: {
      zone: cut.zone,
      parentServers: [...cut.glue.keys()].sort(),
      zoneServers,
      servers: nameServers.servers,
      ...(nameServers.unresolved.length > 0 && { unresolved: nameServers.unresolved }),
    },
    servers,
    ...(root !== undefined && { root }),
  };
  const [most, ...others] = byTarget(answers);
  const childOnly = childOnlyOf(own.childOnly, most?.[0]);
  if (most === undefined) return { kind: "read", sighting: { ...sighting, ...childOnly } };

  const [target, holders] = most;
  const result = await followAlias(target, [...path, name], walk);
  for (const [other, those] of others) {
    const there = await followAlias(other, [...path, name], walk);
    servers.push(...those.map((alias) => otherAlias(alias, there)));
  }
  if (result.kind === "read") {
    const there = result.sighting;
    const cnames = [target, ...there.cnames];
    const more = [...(childOnly.childOnly ?? []), ...(there.childOnly ?? [])];
    const read = { ...there, name, cnames, servers: [...servers, ...there.servers] };
    return { kind: "read", sighting: more.length > 0 ? { ...read, childOnly: more } : read };
  }
  const alone = !servers.some(isDefiniteSighting);
  if (result.kind === "endless" && alone && path.length > 0) return result;
  servers.push(...holders.map((alias) => failedAlias(alias, result, alone)));
  return { kind: "read", sighting: result.kind === "endless" ? sighting : { ...sighting, target, cnames: [target] } };
}

/** Those with the alias of most servers lead where these lead. */
function childOnlyOf(answers: readonly ServerReply[], target: Fqdn | undefined): Pick<Sighting, "childOnly"> {
  const others = answers.filter(({ outcome }) => outcome.kind !== "cname" || outcome.target !== target);
  return others.length > 0 ? { childOnly: others.map(sightingOf) } : {};
}

/** The servers' aliases by target, the one of most servers first. */
function byTarget(answers: readonly ServerReply[]): readonly (readonly [target: Fqdn, aliases: readonly Alias[]])[] {
  const groups = new Map<Fqdn, Alias[]>();
  for (const alias of answers.filter(isAlias)) {
    const { target } = alias.outcome;
    groups.set(target, [...(groups.get(target) ?? []), alias]);
  }
  return [...groups].sort(([, a], [, b]) => b.length - a.length);
}

/** Follows one alias. What cannot be read at the target is a result, not an error: something is known of the name itself. */
async function followAlias(target: Fqdn, path: readonly Fqdn[], walk: AliasWalk): Promise<AliasResult> {
  const known = walk.results.get(target);
  if (known !== undefined) return known;
  if (path.includes(target) || path.length > ALIASES_AT_MOST) return { kind: "endless", path: path.slice(1) };
  if (walk.results.size === ALIASES_AT_MOST) {
    return { kind: "unread", reason: "it was not followed: the servers' CNAMEs lead to too many names", limited: true };
  }
  // Marks a loop for deeper calls that come to this name again.
  walk.results.set(target, { kind: "endless", path: path.slice(1) });
  const result = await lookAt(target, path, walk).catch((error: unknown): AliasResult => {
    if (!(error instanceof AuthorityError)) throw error;
    if (error.code === "zone-unknown") return { kind: "no-zone" };
    return { kind: "unread", reason: error.message, limited: isLimitCode(error.code) };
  });
  walk.results.set(target, result);
  return result;
}
