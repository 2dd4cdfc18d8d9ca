import { judge } from "../../authority/judge";
import { isDefiniteSighting } from "../../authority/sighting";
import { type ExpectedValue, expectedValues } from "../../diagnosis/expected";
import type { Finding, IdentitySeen } from "../../diagnosis/finding";
import { placed } from "../../diagnosis/make";
import { type DomainReport, servesToken } from "../../doctor/report";

/** How far a value is published: on `serving` of `servers` name servers. */
export interface ValueStanding {
  /** `none`: no value is known that should be there. */
  readonly placed: "everywhere" | "partly" | "nowhere" | "unknown" | "none";
  readonly serving: number;
  readonly servers: number;
  /** The code of the finding that tells why SES does not see it, where there is one. */
  readonly because: string | undefined;
}

/** Where one identity stands, or a value whose identity was not asked about. */
export interface Standing {
  /** The identity's name, or what a given value is called. */
  readonly name: string;
  /** Undefined where SES was not to be asked. */
  readonly seen: IdentitySeen | undefined;
  readonly value: ValueStanding;
  /** The codes of the findings that concern it. */
  readonly codes: ReadonlySet<string>;
}

/** Codes that tell why SES does not see a value, the most telling first. */
const HIDING = [
  "zone-unknown",
  "zone-not-delegated",
  "zone-private",
  "dnssec-bogus",
  "txt-wrong-value",
  "txt-name-doubled",
  "txt-at-domain",
  "txt-without-underscore",
  "txt-wrong-level",
  "txt-wrong-name",
  "txt-under-cname",
  "txt-multivalue-overflow",
  "txt-other-identity",
  "txt-missing",
  "txt-partial",
] as const;

/** Each identity and each value that was looked at, in the order of the report. Pure. */
export function standingsOf(report: DomainReport): readonly Standing[] {
  const { identities, expected } = report.observations;
  const values = expectedValues(expected);
  const alone = [...new Set(values.map(({ identity }) => identity))].filter(
    (name) => !identities.some((one) => one.name === name),
  );
  const standing = (name: string, seen: IdentitySeen | undefined): Standing => {
    const codes = codesOf(name, report.findings);
    const own = values.filter(({ identity }) => identity === name);
    return { name, seen, value: standingOf(own, codes, report), codes };
  };
  return [...identities.map((seen) => standing(seen.name, seen)), ...alone.map((name) => standing(name, undefined))];
}

function codesOf(name: string, findings: readonly Finding[]): ReadonlySet<string> {
  const own = findings.filter(({ identities }) => identities.length === 0 || identities.includes(name));
  return new Set(own.map(({ code }) => code));
}

function standingOf(
  values: readonly ExpectedValue[],
  codes: ReadonlySet<string>,
  { observations }: DomainReport,
): ValueStanding {
  const because = HIDING.find((code) => codes.has(code));
  if (values.length === 0) return { placed: "none", serving: 0, servers: 0, because };
  const verdicts = values.flatMap(({ name, value }) =>
    observations.sightings.filter((one) => one.name === name).flatMap((one) => judge(one, [value]).servers),
  );
  const states = values.map(({ name, value }) => placed(observations, name, value));
  return {
    placed: states.includes("unknown")
      ? "unknown"
      : states.includes("nowhere")
        ? "nowhere"
        : states.includes("partly")
          ? "partly"
          : "everywhere",
    serving: verdicts.filter(({ state }) => state === "serves").length,
    servers: verdicts.length,
    because,
  };
}

/** Where no value is known: on how many of the servers that answer with authority there is a token of SES. */
export function anyToken({ verdicts }: DomainReport): { readonly serving: number; readonly servers: number } {
  const best = verdicts
    .map(({ sighting }) => ({
      serving: sighting.servers.filter((one) => isDefiniteSighting(one) && servesToken(one)).length,
      servers: sighting.servers.filter(isDefiniteSighting).length,
    }))
    .sort((a, b) => b.serving - a.serving);
  return best[0] ?? { serving: 0, servers: 0 };
}
