import type { Ctx } from "../../core/ctx";
import { type Fqdn, parseFqdn } from "../../core/fqdn";
import { diagnose } from "../../diagnosis/diagnose";
import type { Finding } from "../../diagnosis/finding";
import { keyText } from "../../dns/record";
import type { Requirement } from "../../dns/requirement";
import type { CheckedArgs } from "../arguments/types";
import type { Located } from "../identity/accounts";
import type { Outlook, PartName, Plan } from "../lifecycle";
import { authorityFor } from "../observation/clients";
import { lookTxtBy } from "../observation/mail-records";
import { isByHand } from "../records/by-hand";
import { eachOnce, requirementsOf, unnamedDkimRecord } from "../records/requirements";
import { dmarcName, dmarcRecord } from "../sending/dmarc";
import { holderOf } from "../sending/holder";
import { type SendingWish, wishesOf } from "../sending/wish";
import { type ConflictsSeen, conflictsAt } from "./conflicts";
import { type DmarcSeen, lookAtDmarc, looksForDmarc } from "./look-at-dmarc";
import { describePart, type PartOf } from "./part-words";
import type { Observation, PriorDomain } from "./plan-question";
import { refusedSteps } from "./refused";
import type { Past, View } from "./view";

/** What the hosts have at the names of records that the program asks for since the last run, or that were not written yet. */
export async function conflictsOf(
  { args, hosts, wishes }: View,
  plan: Plan,
  { asksHosts, sameSending, former = [] }: PriorDomain & Past,
  { identities, expected }: Observation,
  ctx: Ctx,
): Promise<ConflictsSeen> {
  if (!asksHosts || sameSending || args.previewCheck === "off") return { failures: [], unknown: [] };
  const written = hosts.filter((host) => !isByHand(host));
  const holders = identities.map(({ name, arn }) => holderOf({ name, identityArn: arn, token: "" }, wishes[name]));
  const known = [...requirementsOf(args.domain, holders, {}, args.ttl), ...expected];
  // The names of a new identity's records are known once SES has it; where they are delegated to shows before.
  const isNameless =
    Object.values(wishes).some(({ dkim }) => typeof dkim === "object") &&
    !known.some(({ owner }) => owner.purpose === "dkim");
  const wanted = isNameless ? [...known, unnamedDkimRecord(args.domain, args.ttl)] : known;
  const dmarc = plan.steps.some((one) => one.step === "publish" && one.name === dmarcName(args.domain));
  const all =
    dmarc && typeof args.dmarc === "object"
      ? [...wanted, dmarcRecord(args.domain, args.dmarc.ifAbsent, args.ttl)]
      : wanted;
  const isWatched = ({ owner }: Requirement) => owner.purpose === "dkim" && wishes[owner.identity]?.dkim === "keep";
  // What an earlier run wrote there makes room.
  const isFormer = ({ record }: Requirement) => former.some((one) => keyText(one.record) === keyText(record));
  return conflictsAt(written, eachOnce(all.filter((one) => !isWatched(one) && !isFormer(one))), ctx);
}

/** What the hosts would refuse to write again. */
export async function refusedOf(
  { args, hosts }: View,
  { steps }: Plan,
  { asksHosts, former = [] }: PriorDomain & Past,
  { expected }: Observation,
  ctx: Ctx,
) {
  if (!asksHosts || args.previewCheck === "off") return [];
  return refusedSteps({ hosts: hosts.filter((host) => !isByHand(host)), steps, expected, former }, ctx);
}

export async function seeDmarc({ args, wishes, ports }: View, ctx: Ctx): Promise<DmarcSeen | undefined> {
  const authority = authorityFor(args.dnsCheck, ports.clients);
  if (args.previewCheck === "off" || authority === undefined || !looksForDmarc(args)) return undefined;
  const look = lookTxtBy((name) => ports.cache.reading(authority, args.domain, name, ctx));
  return ports.cache.once(
    `dmarc ${JSON.stringify([args.domain, args.dmarc, wishes])}`,
    () => lookAtDmarc(args, wishes, look),
    ctx,
  );
}

/** `isNew`: what the first `up` writes is not missing yet. */
export function dmarcFindings(
  { domain, dmarc }: CheckedArgs,
  seen: DmarcSeen | undefined,
  isNew: boolean,
): readonly Finding[] {
  if (seen === undefined) return [];
  const nothing = { identities: [], expected: [], sightings: [], probes: [], unread: [], written: [] };
  const { inspection, isWeaker } = seen;
  const dmarcWeaker =
    isWeaker && typeof dmarc === "object"
      ? { wish: dmarc.ifAbsent, name: dmarcName(domain), text: dmarc.ifAbsent }
      : undefined;
  const isToCome = isNew && seen.standing?.kind === "absent";
  return diagnose({ domain, ...nothing, dmarc: inspection, dmarcWeaker }).filter(
    ({ code }) => !(isToCome && code === "dmarc-missing"),
  );
}

/** The part that a record set of this resource is for. */
export function partOf({ domain }: CheckedArgs, wishes: Readonly<Record<string, SendingWish>>): PartOf {
  const mailFromNames = new Set<string>(
    Object.values(wishes).flatMap(({ mailFrom }) => (mailFrom === false ? [] : [mailFrom.domain])),
  );
  return ({ name, type }) => {
    if (type === "CNAME") return "dkim";
    if (type === "MX" || mailFromNames.has(name)) return "mailFrom";
    return name === dmarcName(domain) ? "dmarc" : undefined;
  };
}

/** Only those that the program asks for. */
export function describeParts(
  args: CheckedArgs,
  wishes: Readonly<Record<string, SendingWish>>,
  plan: Plan,
): Outlook["parts"] {
  const all = Object.values(wishes);
  const asked: readonly PartName[] = [
    ...(all.some(({ dkim }) => dkim !== false) ? (["dkim"] as const) : []),
    ...(all.some(({ mailFrom }) => mailFrom !== false) ? (["mailFrom"] as const) : []),
    ...(looksForDmarc(args) ? (["dmarc"] as const) : []),
  ];
  return Object.fromEntries(asked.map((part) => [part, describePart(part, plan, partOf(args, wishes))]));
}

/** Where DKIM records lead is remembered under the identity's ARN, too. */
export function zoneKey(arn: string): string {
  return `${arn} dkim-zone`;
}

/** By identity name. */
export function zonesOf(
  existing: readonly Located[],
  { state, tokens }: PriorDomain & Past,
): Readonly<Record<string, Fqdn>> {
  return Object.fromEntries(
    existing.flatMap(({ spec: { name }, arn }) => {
      const zone = state?.verifications.find((one) => one.identityArn === arn)?.dkim?.zone ?? tokens[zoneKey(arn)];
      const parsed = zone === undefined ? undefined : parseFqdn(zone);
      return parsed !== undefined && "name" in parsed ? [[name, parsed.name]] : [];
    }),
  );
}

/** The records of MAIL FROM domains that a program asks for. */
export function mailFromRecordsOf(args: CheckedArgs): readonly Requirement[] {
  const holders = Object.entries(wishesOf(args)).map(([name, wish]) => holderOf({ name, token: "" }, wish));
  return requirementsOf(args.domain, holders, {}, args.ttl);
}
