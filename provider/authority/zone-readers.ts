import type { Fqdn } from "../core/fqdn";
import type { Message } from "../wire/message";
import { type Glue, inWords, isAuthorityFor, type ParsedReply, readReply, serversIn } from "./reply";

type SoaReading =
  | { readonly kind: "zone"; readonly zone: Fqdn }
  | { readonly kind: "alias" }
  | Extract<ParsedReply, { kind: "referral" }>;

/** Reads the reply to "SOA of `name`?". A CNAME hides it; the name one label up is in the same zone. */
export function readZoneOf(name: Fqdn, zone: Fqdn) {
  return (message: Message): { good: SoaReading } | { lame: string; recursive: boolean } => {
    if (isAuthorityFor(message, name)) return { good: { kind: "zone", zone: name } };
    const reply = readReply(message, { name, type: "TXT" }, zone);
    if (reply.kind === "referral") return { good: reply };
    if (reply.kind === "cname") return { good: { kind: "alias" } };
    if (reply.kind === "absent" && reply.zone !== undefined) return { good: { kind: "zone", zone: reply.zone } };
    return reply.kind === "lame"
      ? { lame: reply.reason, recursive: reply.recursive }
      : { lame: "did not say which zone it answers from", recursive: false };
  };
}

export function readApex(zone: Fqdn) {
  return (message: Message): { good: { glue: Glue; ttl: number } } | { lame: string; recursive: boolean } => {
    const glue = serversIn(message.answers, zone, message.additionals, zone);
    const ttl = message.answers.find(({ type }) => type === "NS")?.ttl ?? 0;
    if (message.authoritative && glue.size > 0) return { good: { glue, ttl } };
    return { lame: `did not answer for the name servers of ${inWords(zone)}`, recursive: message.recursionAvailable };
  };
}
