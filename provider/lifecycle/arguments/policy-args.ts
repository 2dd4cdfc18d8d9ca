import { readAccountId } from "../../aws/account-id";
import { RESOURCE_KINDS, type ResourceKind } from "../../aws/permissions";
import type { PolicyRequest } from "../../aws/policy";
import { PARTITIONS, partitionOf } from "../../aws/region";
import { regionFault } from "../../aws/region-fault";
import { roleFault } from "../../aws/role-arn";
import { parseFqdn } from "../../core/fqdn";
import { clip } from "../../core/text";
import { DNS_KINDS, hostOf } from "../../dns/hosts";
import { checkAddress } from "./address";
import { checkDomain } from "./domain-name";
import {
  type Bag,
  fail,
  known,
  type Notes,
  type Read,
  readBoolean,
  readChoice,
  readList,
  readObject,
  readText,
} from "./read";
import { type Failure, PLACEMENTS } from "./types";

/** What a policy can be asked for. */
export const POLICY_KEYS = [
  "resources",
  "host",
  "domains",
  "emailAddresses",
  "placement",
  "mailFromDomains",
  "zoneIds",
  "regions",
  "accountId",
  "roleArns",
  "partition",
  "readOnly",
  "requiredOnly",
  "verificationOnly",
] as const;

/** `other`: the DNS is at none of the hosts that this package writes to. */
export const POLICY_HOSTS = [...DNS_KINDS, "other"] as const;

/** Far more than IAM takes; what is a little too long is printed, so that it can be divided. */
const ARNS_AT_MOST = 10_000;

type CheckedPolicy =
  | { readonly kind: "checked"; readonly request: PolicyRequest; readonly warnings: readonly string[] }
  | { readonly kind: "refused"; readonly failures: readonly Failure[] };

/** Validates what a policy is asked for. Pure; never throws. */
export function checkPolicyArgs(raw: unknown): CheckedPolicy {
  const notes: Notes = { failures: [], warnings: [], unknownPaths: [] };
  const bag = readObject(notes, "", raw ?? {}, POLICY_KEYS);
  const request = known(bag) ? readRequest(notes, bag) : undefined;
  for (const property of notes.unknownPaths) fail(notes, property, "is not known yet");
  return request === undefined || notes.failures.length > 0
    ? { kind: "refused", failures: notes.failures }
    : { kind: "checked", request, warnings: notes.warnings };
}

function readRequest(notes: Notes, bag: Bag): PolicyRequest {
  const texts = (name: string, judge: (text: string) => Judged) => readTexts(notes, name, bag[name], judge);
  const addresses = texts("emailAddresses", (text) => {
    const checked = checkAddress(text);
    return "fault" in checked ? checked : { value: checked.address };
  });
  const domains = texts("domains", (text) => {
    const checked = checkDomain(text);
    if ("fault" in checked) return checked;
    notes.warnings.push(...checked.warnings);
    return { value: checked.domain };
  });
  const resources = readResources(notes, bag.resources, addresses.length > 0);
  const regions = texts("regions", unless(regionFault));
  const roleArns = texts("roleArns", unless(roleFault));
  const zoneIds = texts("zoneIds", judgeZone);
  if (domains.length > 0 && resources.every((kind) => kind === "VerifiedEmailAddress")) {
    fail(notes, "domains", "goes with a resource of a domain, and VerifiedEmailAddress is of an address");
  }
  const placement = readChoice(notes, "placement", bag.placement, PLACEMENTS);
  if (known(placement) && domains.length === 0) fail(notes, "placement", "goes with a domain");
  const verificationOnly = readBoolean(notes, "verificationOnly", bag.verificationOnly) === true;
  const named = texts("mailFromDomains", judgeName);
  if (named.length > 0 && domains.length === 0) fail(notes, "mailFromDomains", "goes with a domain");
  if (named.length > 0 && verificationOnly)
    fail(notes, "mailFromDomains", "is for MAIL FROM, which goes beyond verification");
  const host = readChoice(notes, "host", bag.host, POLICY_HOSTS) ?? "route53";
  const route53 = host === "route53" && resources.includes("VerifiedDomain");
  if (zoneIds.length > 0 && !route53) {
    const why = host === "route53" ? `${resources.join(" and ")} writes no DNS` : `the host is ${host}`;
    fail(notes, "zoneIds", `is for Route 53, but ${why}`);
  }
  const domainKinds = resources.filter((kind) => kind !== "VerifiedEmailAddress");
  // One that is in use and not named could not be tagged otherwise.
  const namesKnown =
    (domainKinds.length === 0 || domains.length > 0) &&
    (domainKinds.length === resources.length || addresses.length > 0);
  const identities = namesKnown ? [...domains, ...addresses] : [];
  const arns = Math.max(identities.length, 1) * Math.max(regions.length, 1);
  if (arns > ARNS_AT_MOST) {
    fail(notes, "regions", `with these domains and addresses make ${arns} ARNs, and a policy has room for about 100`);
  }
  return {
    readOnly: readBoolean(notes, "readOnly", bag.readOnly) === true,
    requiredOnly: readBoolean(notes, "requiredOnly", bag.requiredOnly) === true,
    verificationOnly,
    resources,
    route53,
    partition: readPartition(notes, bag.partition, regions, roleArns),
    regions,
    accountId: readAccount(notes, bag.accountId),
    identities,
    recordNames: domains.flatMap((domain) => recordNames(domain, known(placement) ? placement : "auto")),
    sendingNames: [...new Set([...domains.flatMap((domain) => sendingNames(domain, named)), ...named])],
    zoneIds,
    roleArns,
  };
}

function readResources(notes: Notes, value: unknown, withAddresses: boolean): readonly ResourceKind[] {
  const read = readList(notes, "resources", value, (at, entry) => readChoice(notes, at, entry, RESOURCE_KINDS));
  const named = known(read) ? read.filter((each) => known(each)) : [];
  const kinds: readonly ResourceKind[] = named.length > 0 ? named : ["VerifiedDomain"];
  return [...new Set([...kinds, ...(withAddresses ? ["VerifiedEmailAddress" as const] : [])])];
}

type Judged = { readonly value: string } | { readonly fault: string };

function unless(faultOf: (text: string) => string | undefined): (text: string) => Judged {
  return (text) => {
    const fault = faultOf(text);
    return fault === undefined ? { value: text } : { fault };
  };
}

/** Each once, in their order. */
function readTexts(notes: Notes, path: string, value: unknown, judge: (text: string) => Judged): readonly string[] {
  const read = readList(notes, path, value, (at, entry): Read<string> => {
    const text = readText(notes, at, entry);
    if (!known(text)) return text;
    const judged = judge(text);
    return "fault" in judged ? fail(notes, at, judged.fault) : judged.value;
  });
  return known(read) ? [...new Set(read.filter((each) => known(each)))] : [];
}

function judgeName(text: string): Judged {
  const read = parseFqdn(text);
  if ("fault" in read) return read;
  return read.name.includes("*") ? { fault: "has a wildcard" } : { value: read.name };
}

function judgeZone(text: string): Judged {
  const property = hostOf("route53").properties.zoneId;
  return property?.type === "text" ? (property.judge?.(text, undefined) ?? { value: text }) : { value: text };
}

function readAccount(notes: Notes, value: unknown): string | undefined {
  const text = readText(notes, "accountId", value);
  if (!known(text)) return undefined;
  const read = readAccountId(text);
  return "fault" in read ? fail(notes, "accountId", read.fault) : read.id;
}

/** By the option, else by the regions and roles, which have to agree. */
function readPartition(notes: Notes, value: unknown, regions: readonly string[], roleArns: readonly string[]): string {
  const given = readChoice(notes, "partition", value, PARTITIONS);
  const implied = [
    ...regions.map((region) => ({ by: region, partition: partitionOf(region) })),
    ...roleArns.map((arn) => ({ by: arn, partition: arn.split(":")[1] ?? "aws" })),
  ];
  const first = known(given) ? { by: "partition", partition: given } : implied[0];
  const other = implied.find(({ partition }) => partition !== first?.partition);
  if (first !== undefined && other !== undefined) {
    const both = `${clip(other.by, 80)} is in partition ${other.partition}, and ${first.by} says ${first.partition}`;
    fail(
      notes,
      known(given) ? "partition" : regions.includes(other.by) ? "regions" : "roleArns",
      `${both}; write a policy for each`,
    );
  }
  return first?.partition ?? "aws";
}

/** `auto` takes `_amazonses` on Route 53. */
function recordNames(domain: string, placement: (typeof PLACEMENTS)[number]): readonly string[] {
  const below = `_amazonses.${domain}`;
  switch (placement) {
    case "apex":
      return [domain];
    case "split":
      return [below, domain];
    default:
      return [below];
  }
}

/** The names of DKIM are known once SES has made its tokens. Without names of their own, MAIL FROM domains are the usual ones. */
function sendingNames(domain: string, named: readonly string[]): readonly string[] {
  const usual = named.length === 0 ? [`bounce.${domain}`, `bounce-*.${domain}`] : [];
  return [`*._domainkey.${domain}`, ...usual, `_dmarc.${domain}`];
}
