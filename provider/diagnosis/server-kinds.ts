import { NO_ADDRESS, type ServerSighting } from "../authority/authority";
import { clip } from "../core/text";
import { counted, listed } from "../core/words";

export type Lame = Extract<ServerSighting, { kind: "lame" }>;
export type Unreachable = Extract<ServerSighting, { kind: "unreachable" }>;

/** It answered, and showed no authority for the zone. */
export const isLame = (one: ServerSighting): one is Lame => one.kind === "lame" && !one.servesZone;

/** Of whom was not asked nothing is known. A name without an address is told by itself. */
export const isUnreachable = (one: ServerSighting): one is Unreachable =>
  one.kind === "unreachable" && one.unasked === undefined && !one.servesZone && one.address !== NO_ADDRESS;

/** It has the zone, and gives no answer that says anything of this name. */
export const failsAtName = (one: ServerSighting): one is Lame | Unreachable =>
  (one.kind === "lame" || one.kind === "unreachable") && one.servesZone === true;

/** It has the CNAME, and fails at TXT behind it. */
export const failsBehindAlias = (one: ServerSighting): one is Lame | Unreachable =>
  failsAtName(one) && one.alias !== undefined;

/** Its CNAMEs lead in a circle. */
export const isEndless = (one: ServerSighting): one is Lame => one.kind === "lame" && one.endless === true;

export type Failure = "lame" | "unreachable" | "fails" | "unresolvable" | "not-asked";

/** What kept a server from an answer that counts: it, the way to it, this name there, or that it was not asked. */
export function failureOf(one: Lame | Unreachable): Failure {
  if (one.kind === "unreachable" && one.unasked !== undefined) return "not-asked";
  if (one.address === NO_ADDRESS) return "unresolvable";
  if (one.servesZone) return "fails";
  return one.kind;
}

/** The servers that were asked are not all that could have been. */
export const isCutOff = (one: ServerSighting) => one.kind === "unreachable" && one.unasked === "limit";

export const isAsked = (one: ServerSighting) => one.kind !== "unreachable" || one.unasked === undefined;

/** `ns1.example.net (REFUSED), ns2.example.net (no answer in 5 s)`. */
export function reasons(of: readonly (Lame | Unreachable)[]): string {
  const byServer = new Map(of.map(({ server, reason }) => [server, `${server} (${clip(reason)})`]));
  return byServer.size > 6
    ? `${listed([...byServer.values()])}, ${counted(byServer.size, "server")} in all`
    : listed([...byServer.values()], 6);
}
