import type { Ctx } from "../core/ctx";
import { AuthorityError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import { openSemaphore } from "../core/queues";
import type { RecordType } from "../wire/presentation";
import { askedFor, isLimitCode } from "./allowance";
import type { Sighting } from "./authority";
import { openBudget } from "./budget";
import type { Terms } from "./exchange";
import { type Answer, askRound, type Surroundings } from "./round";
import { type Alias, aside, isAlias, type Led, sightingOf, stranded, unasked } from "./sighting";
import { realNowMs } from "./timeouts";

/** Names that one look follows CNAMEs to, in a row or because servers differ; resolvers give up at about as many. */
const ALIASES_AT_MOST = 8;
/** A look waits its turn before its time begins to run. */
const LOOKS_AT_ONCE = 128;
const running = openSemaphore(LOOKS_AT_ONCE);

/** One look under way, and what the names led to that it followed. */
interface Chase {
  readonly type: RecordType;
  readonly around: Surroundings;
  readonly terms: Terms;
  readonly led: Map<Fqdn, Led>;
}

/** Asks every server of the zone that holds `name`, at every address, in parallel. Contract: `Authority.look`. */
export async function look(name: Fqdn, type: RecordType, around: Surroundings, ctx: Ctx): Promise<Sighting> {
  await running.acquire(ctx.signal);
  try {
    const { patience, limits } = around;
    const untilMs = realNowMs() + patience.lookMs;
    const budget = openBudget(askedFor(name, ctx), limits);
    // A resolver that answers tells nothing of the servers that a look is for: port 53 to them may be blocked.
    const heard: Terms["heard"] = (from) => from === "server" && ctx.answered?.();
    const terms = { patience, signal: ctx.signal, untilMs, budget, heard };
    const led = await follow(name, [], { type, around, terms, led: new Map() });
    if (led.kind === "endless") throw new RangeError("unreachable: it is only of targets that nothing is said");
    return led.sighting;
  } finally {
    running.release();
  }
}

/** `trail`: the names that led here. "endless" only where there are such, and all that answers leads on for ever. */
async function follow(
  name: Fqdn,
  trail: readonly Fqdn[],
  chase: Chase,
): Promise<Extract<Led, { kind: "there" | "endless" }>> {
  const { cut, staff, zoneServers, answers } = await askRound(name, chase.type, chase.around, chase.terms);
  const servers = [...answers.filter((answer) => !isAlias(answer)).map(sightingOf), ...staff.unasked.map(unasked)];
  const sighting: Sighting = {
    name,
    type: chase.type,
    target: name,
    cnames: [],
    via: "authoritative",
    delegation: { zone: cut.zone, parentServers: [...cut.glue.keys()].sort(), zoneServers, servers: staff.servers },
    servers,
  };
  const [most, ...others] = byTarget(answers);
  if (most === undefined) return { kind: "there", sighting };

  const [target, holders] = most;
  const led = await lead(target, [...trail, name], chase);
  for (const [other, those] of others) {
    const there = await lead(other, [...trail, name], chase);
    servers.push(...those.map((alias) => aside(alias, there)));
  }
  if (led.kind === "there") {
    const there = led.sighting;
    const cnames = [target, ...there.cnames];
    return { kind: "there", sighting: { ...there, name, cnames, servers: [...servers, ...there.servers] } };
  }
  const alone = servers.every(({ kind }) => kind === "lame" || kind === "unreachable");
  if (led.kind === "endless" && alone && trail.length > 0) return led;
  servers.push(...holders.map((alias) => stranded(alias, led, alone)));
  return { kind: "there", sighting: led.kind === "endless" ? sighting : { ...sighting, target, cnames: [target] } };
}

/** The servers' aliases, that of most servers first. */
function byTarget(answers: readonly Answer[]): readonly (readonly [target: Fqdn, aliases: readonly Alias[]])[] {
  const groups = new Map<Fqdn, Alias[]>();
  for (const alias of answers.filter(isAlias)) {
    const { target } = alias.outcome;
    groups.set(target, [...(groups.get(target) ?? []), alias]);
  }
  return [...groups].sort(([, a], [, b]) => b.length - a.length);
}

/** Follows one alias. Once there is something to say of the name itself, what cannot be learned of the target is no failure. */
async function lead(target: Fqdn, trail: readonly Fqdn[], chase: Chase): Promise<Led> {
  const known = chase.led.get(target);
  if (known !== undefined) return known;
  if (trail.includes(target) || trail.length > ALIASES_AT_MOST) return { kind: "endless", trail: trail.slice(1) };
  if (chase.led.size === ALIASES_AT_MOST) {
    return { kind: "unread", reason: "it was not followed: the servers' CNAMEs lead to too many names", limited: true };
  }
  // It holds for whoever comes back here on the way.
  chase.led.set(target, { kind: "endless", trail: trail.slice(1) });
  const led = await follow(target, trail, chase).catch((error: unknown): Led => {
    if (!(error instanceof AuthorityError)) throw error;
    if (error.code === "zone-unknown") return { kind: "nowhere" };
    return { kind: "unread", reason: error.message, limited: isLimitCode(error.code) };
  });
  chase.led.set(target, led);
  return led;
}
