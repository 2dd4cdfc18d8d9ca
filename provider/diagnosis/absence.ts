import type { ServerSighting, Sighting } from "../authority/authority";
import { type DefiniteSighting, isDefiniteSighting } from "../authority/sighting";
import type { Fqdn } from "../core/fqdn";
import { clip, quoted } from "../core/text";
import { counted, dated, listed } from "../core/words";
import { isTokenShaped } from "./damage";
import type { ExpectedValue } from "./expected";
import type { Finding, Observations } from "./finding";
import { othersInWords } from "./foreign";
import { finding, labels, valuesOf } from "./make";
import { wildcardProbe } from "./probes";

/** From when on the time that caches keep what is there now is worth a word. */
const LONG_SECONDS = 3_600;

/** It is not known which value should be there: all that can be checked is whether some token of SES is. */
export function noToken(observed: Observations): Finding[] {
  const hasToken = (one: ServerSighting) => valuesOf(one).some(isTokenShaped);
  const seen = observed.sightings.flatMap(({ name, via, servers }) => {
    const answers = servers.filter(isDefiniteSighting);
    // That authorities differ is said of them.
    const settled = answers.every(hasToken) || (via === "authoritative" && answers.some(hasToken));
    return answers.length === 0 ? [] : [{ name, settled, lacking: answers.filter((one) => !hasToken(one)) }];
  });
  const [first] = seen;
  if (first === undefined || seen.some(({ settled }) => settled)) return [];
  const who = labels(first.lacking);
  return [
    finding(
      observed,
      "txt-missing",
      `${listed(who)} ${who.length === 1 ? "has" : "have"} no token of SES at ${first.name}. Which one it should be is not known: SES was not asked.`,
      { facts: { name: first.name }, situation: "unasked" },
    ),
  ];
}

/** A value that no server has, and nothing explains why. */
export function missing(
  observed: Observations,
  { name }: Sighting,
  answers: readonly DefiniteSighting[],
  values: readonly ExpectedValue[],
): Finding {
  const servers = labels(answers);
  const unmade =
    servers.length === 1 ? `${servers[0]} does not have` : `None of ${counted(servers.length, "name server")} has`;
  const others = [...new Set(answers.flatMap(valuesOf))];
  const instead =
    others.length > 0
      ? `there ${others.length === 1 ? "is" : "are"} ${counted(others.length, "other value")}: ${othersInWords(others)}`
      : answers.every((answer) => answer.kind === "absent" && answer.nxdomain)
        ? "the name does not exist"
        : "there is no TXT record, though the name exists";
  const asked = servers.length === 1 ? "" : `asked: ${listed(servers)}; `;
  return finding(observed, "txt-missing", `${unmade} ${what(values)} at ${name} (${asked}${instead}).`, {
    facts: { name, values: values.map(({ value }) => value) },
    identities: values.map(({ identity }) => identity),
  });
}

/** What else there is to say of a name that lacks its value. */
export function aboutAbsence(
  observed: Observations,
  { name, delegation }: Sighting,
  answers: readonly DefiniteSighting[],
): Finding[] {
  const findings: Finding[] = [];
  const there = [...new Set(answers.flatMap(valuesOf))];
  const wild = wildcardValues(observed, there);
  if (wild !== undefined) {
    findings.push(
      finding(
        observed,
        "txt-wildcard",
        `${name} answers with ${listed(
          there.map((value) => quoted(value)),
          2,
        )}, and so does ${wild}, a name that does not exist.`,
        {
          facts: { name },
        },
      ),
    );
  }
  const kept = (one: DefiniteSighting) => (one.kind === "absent" ? (one.negativeTtl ?? 0) : one.ttl);
  const seconds = Math.max(0, ...answers.map(kept));
  if (seconds > LONG_SECONDS) {
    const absent = answers.every(({ kind }) => kind === "absent");
    const until =
      observed.atMs === undefined
        ? ""
        : ` A cache that asked just now drops it on ${dated(observed.atMs + seconds * 1_000)}.`;
    const seen = `Caches keep ${absent ? "the absence of" : "what there is at"} ${name} for ${hours(seconds)} after they last asked.${until}`;
    findings.push(finding(observed, "absence-cached", seen, { facts: { name, zone: delegation?.zone } }));
  }
  return findings;
}

/** The name that shows that `there` comes from a wildcard. */
function wildcardValues(observed: Observations, there: readonly string[]): Fqdn | undefined {
  const probe = observed.probes.find(({ name }) => name === wildcardProbe(observed.domain));
  if (probe === undefined || there.length === 0) return undefined;
  const wild = new Set(probe.servers.flatMap(valuesOf));
  return there.every((value) => wild.has(value)) ? probe.name : undefined;
}

/** Values as they are named in a sentence. */
export function what(values: readonly ExpectedValue[]): string {
  const [first] = values;
  return values.length === 1 && first !== undefined
    ? quoted(first.value)
    : `the values of ${listed(values.map(({ identity }) => clip(identity)))}`;
}

function hours(seconds: number): string {
  const rounded = Math.round(seconds / 360) / 10;
  return rounded === 1 ? "1 hour" : `${rounded} hours`;
}
