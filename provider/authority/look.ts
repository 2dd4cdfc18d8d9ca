import type { Ctx } from "../core/ctx";
import { AuthorityError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import { NO_ADDRESS, type ServerSighting, type Sighting } from "./authority";
import type { Staff } from "./cut";
import type { Terms } from "./exchange";
import { openGate } from "./gate";
import { realNowMs } from "./patience";
import type { Outcome } from "./reply";
import { type Answer, askRound, type Round, type Surroundings } from "./round";

/** CNAMEs in a row that are followed; resolvers give up at about as many. */
const ALIASES_AT_MOST = 8;
/** A look waits its turn before its time begins to run. */
const LOOKS_AT_ONCE = 128;
const gate = openGate(LOOKS_AT_ONCE);

/** Asks every server of the zone that holds `name`, at every address, in parallel. Contract: `Authority.look`. */
export async function look(name: Fqdn, around: Surroundings, ctx: Ctx): Promise<Sighting> {
  await gate.enter(ctx.signal);
  try {
    const untilMs = realNowMs() + around.patience.lookMs;
    return await follow(name, around, { patience: around.patience, signal: ctx.signal, untilMs });
  } finally {
    gate.leave();
  }
}

async function follow(name: Fqdn, around: Surroundings, terms: Terms): Promise<Sighting> {
  const cnames: Fqdn[] = [];
  const passed: ServerSighting[] = [];
  let target = name;
  let last: Round | undefined;
  const seen = (round: Round, servers: readonly ServerSighting[]): Sighting => ({
    name,
    target,
    cnames,
    via: "authoritative",
    delegation: {
      zone: round.cut.zone,
      parentServers: [...round.cut.glue.keys()].sort(),
      zoneServers: round.zoneServers,
      servers: round.staff.servers,
    },
    servers: [...passed, ...servers, ...round.staff.unasked.map(unasked)],
  });

  for (;;) {
    const round = await askRound(target, around, terms).catch((error: unknown) => {
      // A CNAME into a zone that does not exist: whoever has that CNAME has no value, and that is definite.
      if (last && error instanceof AuthorityError && error.code === "zone-unknown") return undefined;
      throw error;
    });
    if (round === undefined && last) return seen(last, last.answers.filter(isAlias).map(dangling));
    if (round === undefined) throw new RangeError("unreachable: the first round always stands");
    last = round;
    const alias = round.answers.find(isAlias)?.outcome.target;
    if (alias === undefined) return seen(round, round.answers.map(sightingOf));
    if (alias === name || cnames.includes(alias) || cnames.length === ALIASES_AT_MOST) {
      return seen(
        round,
        round.answers.map((answer) => (isAlias(answer) ? endless(answer, cnames) : sightingOf(answer))),
      );
    }
    passed.push(
      ...round.answers.filter((answer) => !isAlias(answer) || answer.outcome.target !== alias).map(sightingOf),
    );
    cnames.push(alias);
    target = alias;
  }
}

type Alias = Answer & { readonly outcome: Extract<Outcome, { kind: "cname" }> };

function isAlias(answer: Answer): answer is Alias {
  return answer.outcome.kind === "cname";
}

function sightingOf({ station: { server, address }, outcome }: Answer): ServerSighting {
  const lame = (reason: string): ServerSighting => ({ server, address, kind: "lame", reason, recursive: false });
  switch (outcome.kind) {
    case "values":
      return { server, address, kind: "values", values: outcome.values, ttl: outcome.ttl };
    case "absent":
      return { server, address, kind: "absent", nxdomain: outcome.nxdomain, negativeTtl: outcome.negativeTtl };
    case "cname":
      return lame(`has a CNAME to ${outcome.target}, unlike the other servers`);
    case "referral":
      return lame(`refers to ${outcome.zone}, unlike the other servers`);
    default:
      return { server, address, ...outcome };
  }
}

function unasked({ server, reason }: Staff["unasked"][number]): ServerSighting {
  return { server, address: NO_ADDRESS, kind: "unreachable", reason };
}

function dangling({ station: { server, address } }: Alias): ServerSighting {
  return { server, address, kind: "absent", nxdomain: true, negativeTtl: undefined };
}

function endless({ station: { server, address }, outcome }: Alias, cnames: readonly Fqdn[]): ServerSighting {
  const reason = `has a CNAME to ${outcome.target} that never ends (${cnames.join(" → ")})`;
  return { server, address, kind: "lame", reason, recursive: false };
}
