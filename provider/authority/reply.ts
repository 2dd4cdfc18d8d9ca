import { type Fqdn, isWithin, parentOf, parseFqdn } from "../core/fqdn";
import type { Message, ResourceRecord } from "../wire/message";
import { presentHost, presentMx, type RecordType } from "../wire/presentation";
import { joinStrings } from "../wire/txt";

/** Name server names with the addresses that a message holds for them; a name without any is there too. */
export type Glue = ReadonlyMap<string, readonly string[]>;

/** The record set that is asked for. Addresses are asked for only where a CNAME is missing. */
export interface WantedSet {
  readonly name: Fqdn;
  readonly type: RecordType | "A" | "AAAA";
}

/**
 * The type in the question. A CNAME answers questions for every type (RFC 1034 section 3.6.2), so that for TXT shows it, and also
 * what SES and receivers get at that name.
 */
export function questionType({ type }: Pick<WantedSet, "type">): string {
  return type === "CNAME" ? "TXT" : type;
}

/**
 * The name whose zone is asked for. A CNAME hides the zone of its own name, and is at the top of none; so the name one label up
 * tells, and tells it for all CNAMEs below it.
 */
export function placeOf({ name, type }: WantedSet): Fqdn {
  return type === "CNAME" ? parentOf(name) : name;
}

/** What a name has instead of a CNAME, as one address says. TXT values as a sighting has them; addresses where there is no TXT. */
export interface Instead {
  readonly texts: readonly string[];
  readonly addresses: readonly string[];
}

/** What an authority's reply to a question for a record set says; `cname` never where that is for a CNAME. */
export type ParsedReply =
  /** `authority`: the zone that answers and its NS set, where the reply has them, as Route 53's and older BINDs do. */
  | {
      readonly kind: "values";
      readonly values: readonly string[];
      readonly ttl: number;
      readonly authority: { readonly zone: Fqdn; readonly glue: Glue } | undefined;
    }
  | { readonly kind: "cname"; readonly target: Fqdn }
  /** `zone`: the owner of the SOA that proves it (RFC 2308 section 2). `instead`: as in a sighting. */
  | {
      readonly kind: "absent";
      readonly nxdomain: boolean;
      readonly negativeTtl: number | undefined;
      readonly zone: Fqdn | undefined;
      readonly instead?: Instead;
    }
  | { readonly kind: "referral"; readonly zone: Fqdn; readonly glue: Glue; readonly ttl: number }
  | {
      readonly kind: "lame";
      readonly reason: string;
      readonly recursive: boolean;
      readonly servesZone?: true;
      readonly alias?: string;
    };

/** A name of the letters of base64 (RFC 4648 section 4), and those that host names have. */
const BASE64_NAME = /^[a-z0-9+/=_-]+(?:\.[a-z0-9+/=_-]+)*$/;

/**
 * Reads the reply to a question for a record set of a server that should be an authority for `zone`. Pure. A server that holds both
 * a parent and its child answers for the child at once: the SOA says so.
 */
export function readReply(message: Message, wanted: WantedSet, zone: Fqdn): ParsedReply {
  const { name } = wanted;
  const lame = (reason: string): ParsedReply => ({ kind: "lame", reason, recursive: false });
  if (message.rcode !== "NOERROR" && message.rcode !== "NXDOMAIN") {
    return { kind: "lame", reason: `answered ${message.rcode}`, recursive: false };
  }
  const referral = referralIn(message, name, zone);
  if (referral?.kind === "referral") return referral;
  if (!message.authoritative) {
    if (message.recursionAvailable) {
      return { kind: "lame", reason: "answered as a recursive resolver, without authority", recursive: true };
    }
    return lame(referral?.reason ?? "answered without authority");
  }
  const values = valuesIn(message, wanted);
  // With a CNAME the code is that of the name at its end (RFC 6604 section 3).
  if (values.length > 0 && wanted.type === "CNAME") {
    const reply = valuesReply(values, message, name, zone);
    // A server that follows a chain back to the name gives its CNAME again.
    return { ...reply, values: [...new Set(reply.values)] };
  }
  if (values.length > 0 && message.rcode === "NXDOMAIN") return lame("says NXDOMAIN and gives a record");
  if (values.length > 0) return valuesReply(values, message, name, zone);
  const texts = wanted.type === "CNAME" ? valuesIn(message, { name, type: "TXT" }).map(({ value }) => value) : [];
  if (texts.length > 0 && message.rcode === "NOERROR") {
    const owner = authorityIn(message, name, zone)?.zone;
    return {
      kind: "absent",
      nxdomain: false,
      negativeTtl: undefined,
      zone: owner,
      instead: { texts, addresses: [] },
    };
  }
  const alias = message.answers.find((record) => record.type === "CNAME" && record.name === name);
  if (alias?.type === "CNAME") {
    const target = parseFqdn(alias.target);
    if ("name" in target) return { kind: "cname", target: target.name };
    // By mistake the value of a TXT record is published as a CNAME: no host's name, but one that can be asked for.
    return BASE64_NAME.test(alias.target)
      ? { kind: "cname", target: alias.target as Fqdn }
      : lame(`has a CNAME to "${alias.target}", which ${target.fault}`);
  }
  return denial(message, name, zone);
}

function valuesReply(
  values: readonly { readonly value: string; readonly ttl: number }[],
  message: Message,
  name: Fqdn,
  zone: Fqdn,
): Extract<ParsedReply, { kind: "values" }> {
  return {
    kind: "values",
    values: values.map(({ value }) => value),
    ttl: Math.min(...values.map(({ ttl }) => ttl)),
    authority: authorityIn(message, name, zone),
  };
}

/** Whether this reply to "SOA of `zone`?" is that of a server that has the zone. */
export function isAuthorityFor(message: Message, zone: Fqdn): boolean {
  return message.authoritative && message.answers.some((record) => record.type === "SOA" && record.name === zone);
}

/** The set's values as a sighting has them. */
export function valuesIn(
  { answers }: Message,
  { name, type }: WantedSet,
): readonly { readonly value: string; readonly ttl: number }[] {
  return answers.flatMap((record) => {
    const value = record.type === type && record.name === name ? valueIn(record) : undefined;
    return value === undefined ? [] : [{ value, ttl: record.ttl }];
  });
}

function valueIn(record: ResourceRecord): string | undefined {
  switch (record.type) {
    case "TXT":
      return joinStrings(record.strings.map((string) => Buffer.from(string, "latin1")));
    case "CNAME":
      return presentHost(record.target);
    case "MX":
      return presentMx(record.preference, record.exchange);
    case "A":
    case "AAAA":
      return record.address;
    default:
      return undefined;
  }
}

function authorityIn(
  message: Message,
  name: Fqdn,
  zone: Fqdn,
): { readonly zone: Fqdn; readonly glue: Glue } | undefined {
  const owner = message.authorities.find(({ type }) => type === "NS")?.name as Fqdn | undefined;
  if (owner === undefined || !isWithin(name, owner) || !isWithin(owner, zone)) return undefined;
  return { zone: owner, glue: serversIn(message.authorities, owner, message.additionals, owner) };
}

function denial(message: Message, name: Fqdn, zone: Fqdn): ParsedReply {
  const nxdomain = message.rcode === "NXDOMAIN";
  const soa = message.authorities.find((record) => record.type === "SOA");
  if (soa?.type !== "SOA") {
    // Some servers leave the SOA out of a denial, but none answers it with records of other names.
    if (message.answers.length > 0)
      return { kind: "lame", reason: "gave other records than those asked for", recursive: false };
    return { kind: "absent", nxdomain, negativeTtl: undefined, zone: undefined };
  }
  const owner = soa.name as Fqdn;
  if (!isWithin(name, owner) || !isWithin(owner, zone)) {
    return {
      kind: "lame",
      reason: `answered for the zone ${inWords(owner)}, not for ${inWords(zone)}`,
      recursive: false,
    };
  }
  return { kind: "absent", nxdomain, negativeTtl: Math.min(soa.ttl, soa.minimum), zone: owner };
}

/** A referral has no answer and no SOA, and names a zone further down (RFC 1034 section 4.3.2); any other is lame. */
function referralIn(
  message: Message,
  name: Fqdn,
  zone: Fqdn,
): Extract<ParsedReply, { kind: "referral" | "lame" }> | undefined {
  if (message.rcode !== "NOERROR" || message.answers.length > 0) return undefined;
  if (message.authorities.some(({ type }) => type === "SOA")) return undefined;
  const found = message.authorities.find(({ type }) => type === "NS");
  if (found === undefined) return undefined;
  const owner = found.name as Fqdn;
  if (owner === zone || !isWithin(owner, zone) || !isWithin(name, owner)) {
    return { kind: "lame", reason: `refers to ${inWords(owner)} instead of answering`, recursive: false };
  }
  const glue = serversIn(message.authorities, owner, message.additionals, zone);
  return { kind: "referral", zone: owner, glue, ttl: found.ttl };
}

/** The NS set of `owner`, with the addresses within `bailiwick`; addresses of other names are ignored, since its servers have no authority for them. */
export function serversIn(
  records: readonly ResourceRecord[],
  owner: Fqdn,
  additionals: readonly ResourceRecord[],
  bailiwick: Fqdn,
): Glue {
  const glue = new Map<string, Set<string>>();
  for (const record of records) {
    if (record.type === "NS" && record.name === owner && record.target !== "") glue.set(record.target, new Set());
  }
  for (const record of additionals) {
    if (record.type !== "A" && record.type !== "AAAA") continue;
    if (isWithin(record.name as Fqdn, bailiwick)) glue.get(record.name)?.add(record.address);
  }
  return new Map([...glue].map(([server, addresses]) => [server, [...addresses]]));
}

export function inWords(zone: Fqdn): string {
  return zone === "" ? "the root" : zone;
}
