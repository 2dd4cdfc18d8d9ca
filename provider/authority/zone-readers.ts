import type { Fqdn } from "../core/fqdn";
import type { Message } from "../wire/message";
import type { Reading } from "./cut";
import { type Glue, inWords, isAuthorityFor, type ParsedReply, readReply, serversIn } from "./reply";

type SoaReading =
  | { readonly kind: "zone"; readonly zone: Fqdn }
  | { readonly kind: "alias" }
  | Extract<ParsedReply, { kind: "referral" }>;

/** A parent refers to the child whatever the type. All looks ask for this one, so that they share the answer. */
export const REFERRAL_TYPE = "TXT";

/** Reads the reply to "SOA of `name`?". A CNAME hides it; the name one label up is in the same zone. */
export function readZoneOf(name: Fqdn, zone: Fqdn) {
  return (message: Message): Reading<SoaReading> => {
    if (isAuthorityFor(message, name)) return { good: { kind: "zone", zone: name } };
    const reply = readReply(message, { name, type: REFERRAL_TYPE }, zone);
    if (reply.kind === "referral") return { good: reply };
    if (reply.kind === "cname") return { good: { kind: "alias" } };
    if (reply.kind === "absent" && reply.zone !== undefined) return { good: { kind: "zone", zone: reply.zone } };
    return reply.kind === "lame"
      ? { lame: reply.reason, recursive: reply.recursive }
      : { lame: "did not say which zone it answers from", recursive: false };
  };
}

export function readApex(zone: Fqdn) {
  return (message: Message): Reading<{ readonly glue: Glue; readonly ttl: number }> => {
    const glue = serversIn(message.answers, zone, message.additionals, zone);
    const ttl = message.answers.find(({ type }) => type === "NS")?.ttl ?? 0;
    if (message.authoritative && glue.size > 0) return { good: { glue, ttl } };
    return { lame: `did not answer for the name servers of ${inWords(zone)}`, recursive: message.recursionAvailable };
  };
}
