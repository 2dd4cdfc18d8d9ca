import type { Fqdn } from "../../core/fqdn";
import type { MailFault } from "../fault";
import type { AlignmentVerdict } from "./alignment";
import type { PolicyLook } from "./climb";
import type { Applied, DmarcDiscovery } from "./discover";
import { spfAtPolicyName } from "./misplaced";
import { policyName } from "./names";
import { effectiveByList, effectiveByWalk, wayDifferences } from "./policy";
import type { DmarcRecord } from "./record";
import type { JudgedDestination } from "./reports";

/** All that was seen of DMARC for one domain. What was not asked is left out. */
export interface DmarcSeen {
  readonly discovery: DmarcDiscovery;
  readonly alignment?: AlignmentVerdict | undefined;
  readonly destinations?: readonly JudgedDestination[] | undefined;
  /** From `misplacedRecords`. */
  readonly misplaced?: readonly MailFault[] | undefined;
}

/** The faults of what was seen. Pure. A look without an answer is no fault, and hides none that was seen. */
export function dmarcFaults({
  discovery,
  alignment,
  destinations = [],
  misplaced = [],
}: DmarcSeen): readonly MailFault[] {
  return [
    ...lookFaults(discovery),
    ...misplaced,
    ...policyFaults(discovery),
    ...differenceFaults(discovery, alignment),
    ...(alignment === undefined ? [] : alignmentFaults(discovery, alignment)),
    ...strictFaults(discovery, alignment),
    ...destinations.flatMap(destinationFaults),
  ];
}

/** What is at the domain's own name, and at the name whose record applies. */
function lookFaults({ own, looks, walk, list }: DmarcDiscovery): MailFault[] {
  const records = new Map<Fqdn, DmarcRecord>();
  for (const applied of [walk.applied, list.applied]) {
    if (applied.kind === "found") records.set(applied.at, applied.record);
  }
  const several = looks.filter(
    (look) =>
      look.kind === "several" && (look === own || (list.applied.kind === "several" && list.applied.at === look.domain)),
  );
  return [
    ...several.flatMap(severalFaults),
    ...nearFaults(own),
    ...spfAtPolicyName(own),
    ...[...records].flatMap(([at, record]) => recordFaults(at, record)),
  ];
}

function severalFaults({ domain, selection }: PolicyLook): MailFault[] {
  const name = policyName(domain) ?? domain;
  return selection.records.map((text): MailFault => ({ code: "dmarc-several", reason: "several", name, text }));
}

/** A value that was meant as a record, where there is none. */
function nearFaults({ domain, kind, selection }: PolicyLook): MailFault[] {
  if (kind !== "none") return [];
  const name = policyName(domain) ?? domain;
  return selection.near.map(({ text, reason }): MailFault => ({ code: "dmarc-syntax", reason, name, text }));
}

function recordFaults(at: Fqdn, { text, faults }: DmarcRecord): MailFault[] {
  const name = policyName(at) ?? at;
  return faults.flatMap(({ reason, level, span }): MailFault[] => {
    if (level === "older") return [{ code: "dmarc-syntax", reason, level, name, text, span }];
    if (level === "error") return [{ code: "dmarc-syntax", reason, name, text, span }];
    const obsolete = reason === "obsolete-tag" || reason === "size-limit";
    return obsolete ? [{ code: "dmarc-obsolete-tags", reason, name, text, span }] : [];
  });
}

function policyFaults({ domain, own, walk, list }: DmarcDiscovery): MailFault[] {
  const name = policyName(domain) ?? domain;
  const both = [walk.applied, list.applied];
  const missing = both.every(({ kind }) => kind === "none" || kind === "several") && own.kind !== "several";
  // A value that was meant as a record is told as such.
  if (missing && own.selection.near.length > 0) return [];
  if (missing) return [{ code: "dmarc-missing", reason: "missing", name }];
  const applied = both.find((one) => one.kind === "found");
  if (applied?.kind !== "found") return [];
  const faults: MailFault[] = [];
  const at = policyName(applied.at) ?? applied.at;
  const { text } = applied.record;
  if (applied.relation !== "own") {
    faults.push({ code: "dmarc-inherited", reason: applied.relation, name, text, names: [at] });
  }
  const effective = (applied === walk.applied ? effectiveByWalk(applied) : effectiveByList(applied))?.existing;
  if (effective?.policy === "none") {
    const reason = effective.applies === false ? "ignored" : effective.from;
    faults.push({ code: "dmarc-none", reason, name: at, text, span: policySpan(applied, effective.from) });
  } else if (effective?.enforced === "none") {
    faults.push({ code: "dmarc-none", reason: "testing", name: at, text, span: policySpan(applied, "t") });
  }
  return faults;
}

function policySpan(applied: Applied, tag: string): MailFault["span"] {
  return applied.kind === "found" ? applied.record.tags.find(({ name }) => name === tag)?.span : undefined;
}

function differenceFaults(discovery: DmarcDiscovery, alignment: AlignmentVerdict | undefined): MailFault[] {
  const { domain, walk, list } = discovery;
  const name = policyName(domain) ?? domain;
  const names = [walk.applied, list.applied].map((one) => (one.kind === "found" ? (policyName(one.at) ?? one.at) : ""));
  const told = wayDifferences(discovery).filter((reason) => reason !== "organization");
  // Another organisational domain matters where it changes what is aligned.
  const known = alignment?.identifiers.filter((one) => one.walk !== "unknown" && one.list !== "unknown") ?? [];
  const aligned = known.some((one) => (one.walk === "aligned") !== (one.list === "aligned"));
  const bothFound = walk.applied.kind === "found" && list.applied.kind === "found";
  const reasons = [...told, ...(aligned && bothFound ? ["alignment"] : [])];
  return reasons.map((reason): MailFault => ({ code: "dmarc-walk-differs", reason, name, names }));
}

function alignmentFaults({ domain }: DmarcDiscovery, { walk, list, identifiers }: AlignmentVerdict): MailFault[] {
  if (walk !== "not-aligned" && list !== "not-aligned") return [];
  const reason = walk === list ? "both" : walk === "not-aligned" ? "by-walk" : "by-list";
  return [{ code: "not-aligned", reason, name: domain, names: identifiers.map(({ identifier }) => identifier) }];
}

/** Strict modes: SES's MAIL FROM is a subdomain, and its signature has the identity's domain, also for mail from subdomains. */
function strictFaults({ domain, walk, list }: DmarcDiscovery, alignment: AlignmentVerdict | undefined): MailFault[] {
  const applied = [walk.applied, list.applied].find((one) => one.kind === "found");
  if (applied?.kind !== "found") return [];
  const { record } = applied;
  const name = policyName(applied.at) ?? applied.at;
  const exact = (by: "dkim" | "spf") =>
    alignment?.identifiers.some((one) => one.by === by && one.identifier === domain) === true;
  const span = (tag: string) => record.tags.find((one) => one.name === tag)?.span;
  const faults: MailFault[] = [];
  if (record.aspf === "s" && !exact("spf")) {
    faults.push({ code: "dmarc-strict-spf", reason: "mail-from", name, text: record.text, span: span("aspf") });
  }
  if (record.adkim === "s") {
    const reason = alignment === undefined || exact("dkim") ? "subdomains" : "domain";
    faults.push({ code: "dmarc-strict-dkim", reason, name, text: record.text, span: span("adkim") });
  }
  return faults;
}

function destinationFaults({ authorisation, at, record, uri, name, external }: JudgedDestination): MailFault[] {
  if (authorisation !== "absent" && authorisation !== "redirected-elsewhere" && authorisation !== "too-long") return [];
  // Found to be outside by one of the ways at least; which one is part of the reason.
  const only =
    external.walk === false ? "-by-list" : external.list ? "" : external.walk === true ? "-by-walk" : undefined;
  if (only === undefined) return [];
  return [
    {
      code: "dmarc-report-unauthorised",
      reason: `${authorisation}${only}`,
      name: policyName(at) ?? at,
      text: record.text,
      span: uri.span,
      names: name === undefined ? [] : [name],
    },
  ];
}
