import type { Fqdn } from "../core/fqdn";
import { NO_ADDRESS, type ServerSighting, type Sighting } from "./authority";
import type { NameServers } from "./name-servers";
import type { ParsedReply } from "./reply";
import type { ServerReply } from "./zone-question";

export type DefiniteSighting = Extract<ServerSighting, { kind: "values" | "absent" }>;

/** An answer with authority: what is not in it is not there. */
export function isDefiniteSighting(sighting: ServerSighting): sighting is DefiniteSighting {
  return sighting.kind === "values" || sighting.kind === "absent";
}

export type Alias = ServerReply & { readonly outcome: Extract<ParsedReply, { kind: "cname" }> };

/** What following an alias led to; `no-zone`: the target is in a zone that does not exist, which is definite. */
export type AliasResult =
  | { readonly kind: "read"; readonly sighting: Sighting }
  | { readonly kind: "no-zone" }
  | { readonly kind: "endless"; readonly path: readonly Fqdn[] }
  /** `limited`: not followed because of our own limits. */
  | { readonly kind: "unread"; readonly reason: string; readonly limited: boolean };

export function isAlias(answer: ServerReply): answer is Alias {
  return answer.outcome.kind === "cname";
}

export function sightingOf({ serverAddress: { server, address }, outcome }: ServerReply): ServerSighting {
  switch (outcome.kind) {
    case "values":
      return { server, address, kind: "values", values: outcome.values, ttl: outcome.ttl };
    case "absent": {
      const { nxdomain, negativeTtl, instead } = outcome;
      return { server, address, kind: "absent", nxdomain, negativeTtl, ...(instead && { instead }) };
    }
    case "cname":
      return failing({ server, address }, `has a CNAME to ${outcome.target}`);
    case "referral":
      return failing({ server, address }, `refers to ${outcome.zone}, unlike the other servers`);
    default:
      return { server, address, ...outcome };
  }
}

export function unasked({ server, reason, because }: NameServers["unasked"][number]): ServerSighting {
  return { server, address: NO_ADDRESS, kind: "unreachable", reason, ...(because && { unasked: because }) };
}

/** A server with the alias of most servers, which leads to no sighting. `alone`: no other server gives a definite answer. */
export function failedAlias(
  { serverAddress, outcome }: Alias,
  result: Exclude<AliasResult, { kind: "read" }>,
  alone: boolean,
): ServerSighting {
  if (result.kind === "no-zone") return absent(serverAddress, true);
  if (result.kind === "unread")
    return unread(serverAddress, `its CNAME leads to ${outcome.target}: ${result.reason}`, result);
  if (!alone) return absent(serverAddress, false);
  const reason = `has a CNAME to ${outcome.target} that never ends (${result.path.join(" → ")})`;
  return {
    ...serverAndAddress(serverAddress),
    kind: "lame",
    reason,
    recursive: false,
    servesZone: true,
    endless: true,
  };
}

/**
 * A server whose alias is another than that of most servers, by what its own leads to, since a resolver that asks it
 * gets that. Of the target's values, those count that all its servers have.
 */
export function otherAlias({ serverAddress, outcome }: Alias, result: AliasResult): ServerSighting {
  const odd = `has a CNAME to ${outcome.target}, unlike the other servers`;
  if (result.kind === "no-zone") return absent(serverAddress, true);
  // No resolver finds the values through a loop.
  if (result.kind === "endless") return absent(serverAddress, false);
  if (result.kind === "unread" && result.limited) return unread(serverAddress, `${odd}: ${result.reason}`, result);
  if (result.kind === "unread") return failing(serverAddress, `${odd}: ${result.reason}`);
  const { servers } = result.sighting;
  const lacking = servers.find(({ kind }) => kind === "absent");
  if (lacking !== undefined) return { ...lacking, ...serverAndAddress(serverAddress) };
  const [first, ...more] = servers.flatMap((one) => (one.kind === "values" ? [one] : []));
  if (first === undefined) return failing(serverAddress, `${odd}; no server answers there with authority`);
  const others = more.map(({ values }) => new Set(values));
  return {
    ...serverAndAddress(serverAddress),
    kind: "values",
    values: first.values.filter((value) => others.every((values) => values.has(value))),
    ttl: Math.min(first.ttl, ...more.map(({ ttl }) => ttl)),
  };
}

type ServerAndAddress = Pick<ServerSighting, "server" | "address">;

function serverAndAddress({ server, address }: ServerAndAddress): ServerAndAddress {
  return { server, address };
}

function absent(at: ServerAndAddress, nxdomain: boolean): ServerSighting {
  return { ...serverAndAddress(at), kind: "absent", nxdomain, negativeTtl: undefined };
}

function unread(at: ServerAndAddress, reason: string, { limited }: { readonly limited: boolean }): ServerSighting {
  return {
    ...serverAndAddress(at),
    kind: "unreachable",
    reason,
    ...(limited ? { unasked: "limit" } : { servesZone: true }),
  };
}

/** An authoritative answer, as it shows, with an alias that has no target. */
function failing(at: ServerAndAddress, reason: string): ServerSighting {
  return { ...serverAndAddress(at), kind: "lame", reason, recursive: false, servesZone: true };
}
