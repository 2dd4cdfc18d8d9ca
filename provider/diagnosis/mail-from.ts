import type { ServerSighting, Sighting } from "../authority/authority";
import { type DefiniteSighting, isDefiniteSighting } from "../authority/sighting";
import type { Fqdn } from "../core/fqdn";
import { quoted } from "../core/text";
import { listed } from "../core/words";
import { dataText, type Requirement } from "../dns/requirement";
import type { Code } from "./catalogue";
import type { Finding, Observations } from "./finding";
import { finding, labels, valuesOf } from "./make";
import { misplacedRecord, wildcardSeen } from "./misplaced";
import { isEndless, type Lame, reasons } from "./server-kinds";

/** What the MX set at a MAIL FROM name is, where it is not the one that SES wants. */
type MxFault =
  | { readonly code: "mail-from-mx-missing"; readonly wildcard?: string }
  | {
      readonly code:
        | "mail-from-mx-several"
        | "mail-from-mx-foreign"
        | "mail-from-mx-other-region"
        | "mail-from-receives";
      readonly values: readonly string[];
    };

/** SES's hosts for bounces and for receiving, in its partitions (SES Developer Guide, "Regions and Amazon SES"). */
const FEEDBACK = /^feedback-smtp\.(?:([a-z0-9-]+)\.amazonses\.com|ses\.([a-z0-9-]+)\.amazonaws\.com\.cn)\.$/;
const RECEIVING = /^inbound-smtp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\.$/;

/**
 * What is wrong with the MX records of custom MAIL FROM domains. Pure. Empty where none is expected. `invisible`: names whose
 * absence the zone explains.
 */
export function mailFromFindings(observed: Observations, invisible: ReadonlySet<Fqdn>): Finding[] {
  return observed.expected
    .filter(({ owner, record }) => owner.purpose === "mail-from" && record.type === "MX" && !invisible.has(record.name))
    .flatMap((requirement) => {
      const { name, type } = requirement.record;
      const sighting = observed.sightings.find((one) => one.name === name && one.type === type);
      return sighting === undefined ? [] : inSighting(observed, requirement, sighting);
    });
}

function inSighting(observed: Observations, requirement: Requirement, sighting: Sighting): Finding[] {
  const wanted = dataText(requirement);
  const answers = sighting.servers.filter(isDefiniteSighting);
  const endless = answers.length === 0 ? sighting.servers.filter(isEndless) : [];
  if (endless.length > 0) return [endlessCname(observed, requirement, endless)];
  const faulty = answers.filter((one) => !isOnly(valuesOf(one), wanted));
  if (faulty.length === 0) return [];
  if (sighting.cnames.length > 0) return [underCname(observed, requirement, sighting, faulty)];
  const right = answers.filter((one) => isOnly(valuesOf(one), wanted));
  const groups = new Map<string, { readonly fault: MxFault; readonly at: ServerSighting[] }>();
  for (const one of faulty) {
    const fault = faultOf(observed, requirement, one);
    const key = JSON.stringify(fault);
    const group = groups.get(key) ?? { fault, at: [] };
    group.at.push(one);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ fault, at }) =>
    told(observed, requirement, fault.code, seenWords(observed, requirement, fault, at, right), at),
  );
}

/** Exactly one MX, with SES's exchange. The preference orders only several (RFC 5321 section 5.1). */
function isOnly(values: readonly string[], wanted: string): boolean {
  const [first, ...more] = new Set(values);
  return first !== undefined && more.length === 0 && exchangeOf(first) === exchangeOf(wanted);
}

function exchangeOf(mx: string): string {
  return mx.slice(mx.indexOf(" ") + 1);
}

function faultOf(observed: Observations, requirement: Requirement, seen: DefiniteSighting): MxFault {
  const values = [...new Set(valuesOf(seen))].sort();
  if (values.length === 0) return { code: "mail-from-mx-missing" };
  const wild = new Set(wildcardSeen(observed, requirement.record)?.servers.flatMap(valuesOf));
  if (values.every((value) => wild.has(value))) return { code: "mail-from-mx-missing", wildcard: values[0] ?? "" };
  const exchanges = values.map(exchangeOf);
  if (exchanges.some((one) => RECEIVING.test(one))) return { code: "mail-from-receives", values };
  const wanted = exchangeOf(dataText(requirement));
  const isOfSes = exchanges.some((one) => regionOf(one) !== undefined || one === wanted);
  if (values.length > 1 && isOfSes) return { code: "mail-from-mx-several", values };
  // A name of the same region that is not the one wanted is none of SES's.
  const isOtherRegion = isOfSes && regionOf(exchanges[0] ?? "") !== regionOf(wanted);
  return { code: isOtherRegion ? "mail-from-mx-other-region" : "mail-from-mx-foreign", values };
}

/** The region whose bounces this host takes; undefined where it is none of SES's. */
function regionOf(exchange: string): string | undefined {
  const [, region, chinese] = FEEDBACK.exec(exchange) ?? [];
  return region ?? chinese;
}

function seenWords(
  observed: Observations,
  requirement: Requirement,
  fault: MxFault,
  at: readonly ServerSighting[],
  right: readonly ServerSighting[],
): string {
  const { name } = requirement.record;
  const wanted = dataText(requirement);
  const who = labels(at, right);
  const has = who.length === 1 ? "has" : "have";
  if ("values" in fault) {
    return `${listed(who)} ${has} MX ${listed(
      fault.values.map((value) => quoted(value, 120)),
      3,
    )} at ${name}; it should be ${quoted(wanted, 120)} alone.`;
  }
  if (fault.wildcard !== undefined) {
    return `${name} has no MX record of its own: a wildcard answers with ${quoted(fault.wildcard, 120)}. It should be ${quoted(wanted, 120)}.`;
  }
  const having = labels(right, at);
  const others = having.length === 0 ? "" : `; ${listed(having)} ${having.length === 1 ? "has" : "have"} it`;
  const found = misplacedRecord(observed, requirement.record, wanted)?.found;
  const elsewhere = found === undefined ? "" : ` Such a record is at ${found}.`;
  return `${listed(who)} ${has} no MX record at ${name}${others}.${elsewhere}`;
}

function endlessCname(observed: Observations, requirement: Requirement, at: readonly Lame[]): Finding {
  const seen = `${requirement.record.name} is an alias whose target has no records: ${reasons(at)}.`;
  return told(observed, requirement, "mail-from-mx-under-cname", seen, at);
}

function underCname(
  observed: Observations,
  requirement: Requirement,
  { name, target, cnames }: Sighting,
  at: readonly ServerSighting[],
): Finding {
  const wild = wildcardSeen(observed, requirement.record);
  const fromWildcard = wild !== undefined && wild.cnames[0] === cnames[0];
  const also = fromWildcard ? `, and so is ${wild.name}, a name that does not exist: a wildcard answers` : "";
  const seen = `${name} is an alias of ${target}${also}. There is no MX ${quoted(dataText(requirement), 120)}.`;
  return told(observed, requirement, "mail-from-mx-under-cname", seen, at);
}

function told(
  observed: Observations,
  { owner, record, ...rest }: Requirement,
  code: Code,
  seen: string,
  at: readonly ServerSighting[],
): Finding {
  const { name, type } = record;
  const value = dataText({ record, ...rest });
  const region = observed.identities.find((one) => one.name === owner.identity)?.region;
  return finding(observed, code, seen, {
    facts: { name, value, server: at[0]?.server, region },
    records: [{ name, type, value }],
    identities: [owner.identity],
  });
}
