import type { Fqdn } from "../core/fqdn";
import { NO_ADDRESS, type ServerSighting, type Sighting } from "./authority";
import type { Staff } from "./cut";
import type { Outcome } from "./reply";
import type { Answer } from "./round";

export type Alias = Answer & { readonly outcome: Extract<Outcome, { kind: "cname" }> };

/** What following an alias led to; `nowhere`: into a zone that does not exist, which is definite. */
export type Led =
  | { readonly kind: "there"; readonly sighting: Sighting }
  | { readonly kind: "nowhere" }
  | { readonly kind: "endless"; readonly trail: readonly Fqdn[] }
  /** `limited`: our own limits forbid to follow it. */
  | { readonly kind: "unread"; readonly reason: string; readonly limited: boolean };

export function isAlias(answer: Answer): answer is Alias {
  return answer.outcome.kind === "cname";
}

export function sightingOf({ station: { server, address }, outcome }: Answer): ServerSighting {
  switch (outcome.kind) {
    case "values":
      return { server, address, kind: "values", values: outcome.values, ttl: outcome.ttl };
    case "absent":
      return { server, address, kind: "absent", nxdomain: outcome.nxdomain, negativeTtl: outcome.negativeTtl };
    case "cname":
      return lame({ server, address }, `has a CNAME to ${outcome.target}`);
    case "referral":
      return lame({ server, address }, `refers to ${outcome.zone}, unlike the other servers`);
    default:
      return { server, address, ...outcome };
  }
}

export function unasked({ server, reason, because }: Staff["unasked"][number]): ServerSighting {
  return { server, address: NO_ADDRESS, kind: "unreachable", reason, ...(because && { unasked: because }) };
}

/** A server whose alias is that of most servers and leads to no sighting. `alone`: no other server says anything definite. */
export function stranded(
  { station, outcome }: Alias,
  led: Exclude<Led, { kind: "there" }>,
  alone: boolean,
): ServerSighting {
  if (led.kind === "nowhere") return absent(station, true);
  if (led.kind === "unread") return unread(station, `its CNAME leads to ${outcome.target}: ${led.reason}`, led);
  if (!alone) return absent(station, false);
  const reason = `has a CNAME to ${outcome.target} that never ends (${led.trail.join(" → ")})`;
  return { ...place(station), kind: "lame", reason, recursive: false, endless: true };
}

/**
 * A server whose alias is another than that of most servers, by what its own leads to: whoever asks it gets that. Values
 * count that all servers there have.
 */
export function aside({ station, outcome }: Alias, led: Led): ServerSighting {
  const odd = `has a CNAME to ${outcome.target}, unlike the other servers`;
  if (led.kind === "nowhere") return absent(station, true);
  // It is sure to lead nobody to the values.
  if (led.kind === "endless") return absent(station, false);
  if (led.kind === "unread" && led.limited) return unread(station, `${odd}: ${led.reason}`, led);
  if (led.kind === "unread") return lame(station, `${odd}: ${led.reason}`);
  const { servers } = led.sighting;
  const lacking = servers.find(({ kind }) => kind === "absent");
  if (lacking !== undefined) return { ...lacking, ...place(station) };
  const [first, ...more] = servers.flatMap((one) => (one.kind === "values" ? [one] : []));
  if (first === undefined) return lame(station, `${odd}; no server answers there with authority`);
  const others = more.map(({ values }) => new Set(values));
  return {
    ...place(station),
    kind: "values",
    values: first.values.filter((value) => others.every((values) => values.has(value))),
    ttl: Math.min(first.ttl, ...more.map(({ ttl }) => ttl)),
  };
}

type Place = Pick<ServerSighting, "server" | "address">;

function place({ server, address }: Place): Place {
  return { server, address };
}

function absent(at: Place, nxdomain: boolean): ServerSighting {
  return { ...place(at), kind: "absent", nxdomain, negativeTtl: undefined };
}

function unread(at: Place, reason: string, { limited }: { readonly limited: boolean }): ServerSighting {
  return { ...place(at), kind: "unreachable", reason, ...(limited && { unasked: "limit" }) };
}

function lame(at: Place, reason: string): ServerSighting {
  return { ...place(at), kind: "lame", reason, recursive: false };
}
