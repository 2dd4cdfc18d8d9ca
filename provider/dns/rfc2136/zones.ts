import type { Ctx } from "../../core/ctx";
import { type Fqdn, isWithin, parentOf, parseFqdn, ROOT } from "../../core/fqdn";
import type { Message } from "../../wire/message";
import type { Zone } from "../backend";
import type { Rfc2136Access } from "./access";
import type { Rfc2136Request } from "./ask";
import { goneFault, missingFault, OF_PROGRAM, rcodeFault } from "./faults";

/** Asks the server; a reply that comes back is signed, of any RCODE. */
export type Ask = (request: Rfc2136Request, doing: string, ctx: Ctx) => Promise<Message>;

const DNAME = 39;

/**
 * The zone of the name, as the server itself says by its SOA: in the answer where the name is the apex, else in the
 * authority section (RFC 2308 section 2). For an alias it asks for the name one label up: an answer about the alias' target
 * says nothing about the name.
 */
export async function findZone(access: Rfc2136Access, ask: Ask, name: Fqdn, ctx: Ctx): Promise<Zone> {
  const doing = `finding the zone of ${name}${access.zone === undefined ? "" : ` (dns.zone ${access.zone})`}`;
  if (access.zone !== undefined && !isWithin(name, access.zone)) {
    throw missingFault(access, doing, `${name} is not within ${access.zone}.`, "Check dns.zone.");
  }
  const apex = await apexOf(access, ask, access.zone ?? name, doing, ctx);
  if (access.zone !== undefined && apex !== access.zone) {
    throw goneFault(
      access,
      doing,
      `${access.zone} is a name in the zone ${apex}, not a zone.`,
      `Check dns.zone. ${OF_PROGRAM}`,
    );
  }
  const reply = await ask({ kind: "question", name: apex, type: "NS" }, doing, ctx);
  const servers = reply.answers.flatMap((record) =>
    record.type === "NS" && record.name === apex ? [record.target] : [],
  );
  // Another server's zone of this name is another zone.
  return { name: apex, id: `${access.label} ${apex}`, servers };
}

async function apexOf(access: Rfc2136Access, ask: Ask, start: Fqdn, doing: string, ctx: Ctx): Promise<Fqdn> {
  for (let at = start; ; at = parentOf(at)) {
    const reply = await ask({ kind: "question", name: at, type: "SOA" }, doing, ctx);
    if (reply.rcode !== "NOERROR" && reply.rcode !== "NXDOMAIN")
      throw rcodeFault(access, doing, reply.rcode, "question");
    if (!reply.authoritative) throw notAuthoritative(access, reply, doing);
    const apex = soaOwner(reply, at);
    if (apex !== undefined) return apex;
    if (at === ROOT)
      throw missingFault(access, doing, "it serves no zone that holds the name.", `Check dns.server. ${OF_PROGRAM}`);
  }
}

function soaOwner(reply: Message, asked: Fqdn): Fqdn | undefined {
  const own = reply.answers.some(({ type, name }) => type === "SOA" && name === asked);
  if (own) return asked;
  if (reply.answers.some((record) => record.type === "CNAME" || (record.type === "OTHER" && record.code === DNAME))) {
    return undefined;
  }
  const owner = reply.authorities.find(({ type }) => type === "SOA")?.name;
  const parsed = owner === undefined || owner === "" ? undefined : parseFqdn(owner);
  return parsed !== undefined && "name" in parsed && isWithin(asked, parsed.name) ? parsed.name : undefined;
}

/** A server that refers elsewhere, or a resolver that answers from its cache. */
export function notAuthoritative(access: Rfc2136Access, reply: Message, doing: string) {
  const cut = reply.authorities.find(({ type }) => type === "NS");
  if (cut !== undefined && !reply.recursionAvailable) {
    return missingFault(
      access,
      doing,
      `it does not serve the zone itself: ${cut.name} is delegated to other servers.`,
      "Name the primary server of the delegated zone as dns.server.",
    );
  }
  return missingFault(
    access,
    doing,
    `it answers without authority${reply.recursionAvailable ? ", as a resolver does" : ""}.`,
    "Name the zone's primary server as dns.server.",
  );
}
