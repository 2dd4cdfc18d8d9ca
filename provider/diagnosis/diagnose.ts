import { clip } from "../core/text";
import { wrapped } from "../core/words";
import { addressFindings } from "./address";
import { CATALOGUE } from "./catalogue";
import type { AddressObservations, Finding, Observations, Severity } from "./finding";
import { recordFindings } from "./record";
import { serverFindings } from "./servers";
import { sesFindings } from "./ses";
import { zoneFindings } from "./zone";

const GRAVITY: readonly Severity[] = ["error", "warning", "note"];
const ORDER: ReadonlyMap<string, number> = new Map(CATALOGUE.map(({ code }, index) => [code, index]));

/**
 * Observations in, problems out. Pure. Errors come first, then warnings, then notes; among these in the catalogue's
 * order, and in the order of the observations. A symptom whose cause is found is left out. Empty where all is well.
 */
export function diagnose(seen: Observations): readonly Finding[] {
  const zone = zoneFindings(seen);
  return ordered([
    ...recordFindings(seen, zone.invisible),
    ...zone.findings,
    ...serverFindings(seen),
    ...sesFindings(seen),
  ]);
}

/** The same for a single address. Pure. */
export function diagnoseAddress(seen: AddressObservations): readonly Finding[] {
  return ordered(addressFindings(seen));
}

function ordered(findings: readonly Finding[]): readonly Finding[] {
  return findings
    .map((one, index) => ({ one, index }))
    .sort(
      (a, b) =>
        GRAVITY.indexOf(a.one.severity) - GRAVITY.indexOf(b.one.severity) ||
        (ORDER.get(a.one.code) ?? 0) - (ORDER.get(b.one.code) ?? 0) ||
        a.index - b.index,
    )
    .map(({ one }) => one);
}

/** One line: `txt-missing: None of 3 name servers has …`. */
export function describeFinding({ code, seen }: Finding): string {
  return `${code}: ${seen}`;
}

/** All of it, for a terminal `width` columns wide; empty where there are none. The command stands on a line of its own, unbroken. */
export function describeFindings(findings: readonly Finding[], width = 100): string {
  const indent = " ".repeat(7);
  return findings
    .map(({ code, severity, seen, why, fix, command, identities }) => {
      const whose = identities.length > 0 ? ` (${identities.map((name) => clip(name)).join(", ")})` : "";
      return [
        `${severity} ${code}${whose}`,
        `  seen ${wrapped(seen, width, indent)}`,
        `  why  ${wrapped(why, width, indent)}`,
        `  fix  ${wrapped(fix, width, indent)}`,
        ...(command === undefined ? [] : [`  try  ${command}`]),
      ].join("\n");
    })
    .join("\n\n");
}
