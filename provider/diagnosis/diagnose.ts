import { clip } from "../core/text";
import { wrapped } from "../core/words";
import type { Requirement } from "../dns/requirement";
import { addressFindings } from "./address";
import { CATALOGUE } from "./catalogue";
import { dkimFindings } from "./dkim/findings";
import type { AddressObservations, Finding, Observations } from "./finding";
import { mailFromFindings } from "./mail-from";
import { fixApart } from "./publish";
import { reconcile, withoutWaiting } from "./reconcile";
import { recordFindings } from "./record";
import { accountFindings, lackingFindings } from "./sending/account";
import { dkimStatusFindings } from "./sending/dkim-status";
import { dmarcFindings } from "./sending/dmarc";
import { mailFromStatusFindings } from "./sending/mail-from-status";
import { spfFindings } from "./sending/spf";
import { serverFindings } from "./servers";
import { sesFindings } from "./ses";
import { zoneFindings } from "./zone";

/** Observations in, problems out, the root cause first and none that contradicts another. Pure. Empty where all is well. */
export function diagnose(all: Observations): readonly Finding[] {
  const seen = withoutObsolete(all);
  const zone = zoneFindings(seen);
  const findings = [
    ...recordFindings(seen, zone.invisible),
    ...dkimFindings(seen, zone.invisible),
    ...mailFromFindings(seen, zone.invisible),
    ...zone.findings,
    ...serverFindings(seen),
    ...sesFindings(seen),
    ...dkimStatusFindings(seen),
    ...mailFromStatusFindings(seen),
    ...spfFindings(seen),
    ...dmarcFindings(seen),
    ...accountFindings(seen),
    ...lackingFindings(seen),
  ];
  return reconcile(findings, CATALOGUE);
}

/** Without values of an earlier token, where SES holds none now: it looks for none of them. */
function withoutObsolete(seen: Observations): Observations {
  const tokenless = new Set(seen.identities.flatMap((one) => (one.tokenless ? [one.name] : [])));
  if (tokenless.size === 0) return seen;
  const isSought = ({ owner }: Requirement) => owner.purpose !== "verification" || !tokenless.has(owner.identity);
  return { ...seen, expected: seen.expected.filter(isSought) };
}

/** The findings as a report tells them: nothing that says to wait where an error says what to do. Pure. */
export function toReport(findings: readonly Finding[]): readonly Finding[] {
  return withoutWaiting(findings, CATALOGUE);
}

/** `diagnose` for a single address. Pure. */
export function diagnoseAddress(seen: AddressObservations): readonly Finding[] {
  return reconcile(addressFindings(seen), CATALOGUE);
}

/** One line: `txt-missing: None of 3 name servers has …`. */
export function describeFinding({ code, seen }: Finding): string {
  return `${code}: ${seen}`;
}

/** What a description has in addition to the findings. */
export interface Description {
  /** Lines of records that stand further up already. */
  readonly shown?: readonly string[] | undefined;
  /** Where more is told of a code: one line. */
  readonly more?: ((code: string) => string) | undefined;
}

/**
 * All of it, for a terminal `width` columns wide; empty where there are none. Commands, and records to publish, stand on
 * lines of their own, unbroken.
 */
export function describeFindings(
  findings: readonly Finding[],
  width = 100,
  { shown = [], more }: Description = {},
): string {
  const indent = " ".repeat(7);
  const told = new Set(shown);
  return findings
    .map((finding) => {
      const { code, severity, seen, why, command, identities } = finding;
      const fix = fixApart(finding, told);
      for (const line of fix.lines) told.add(line);
      const whose = identities.length > 0 ? ` (${identities.map((name) => clip(name)).join(", ")})` : "";
      return [
        `${severity} ${code}${whose}`,
        `  seen ${wrapped(seen, width, indent)}`,
        `  why  ${wrapped(why, width, indent)}`,
        `  fix  ${wrapped(fix.text, width, indent)}`,
        ...fix.lines.map((line) => `${indent}${line}`),
        ...(command === undefined ? [] : [`  try  ${command}`]),
        ...(more === undefined ? [] : [`  more ${more(code)}`]),
      ].join("\n");
    })
    .join("\n\n");
}
