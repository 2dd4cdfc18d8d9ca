import type { ServerSighting, Sighting } from "../authority/authority";
import type { Fqdn } from "../core/fqdn";
import type { Code } from "./catalogue";
import { bareToken, damageOf, isTokenShaped, splitInto } from "./damage";
import type { ExpectedValue, Finding, Observations } from "./finding";
import { type DefiniteSighting, finding, isDefinite, labels, placed, valuesOf } from "./make";
import { mistakeAt, wildcardProbe } from "./probes";
import { clip, counted, listed, quoted } from "./words";

/** From when on the time that caches keep an absence is worth a word. */
const LONG_ABSENCE_SECONDS = 3_600;

/** `invisible`: names in a zone that the world does not ask, whose absence is explained by that. */
export function recordFindings(observed: Observations, invisible: ReadonlySet<Fqdn>): Finding[] {
  if (observed.expected.length === 0 && observed.identities.length === 0) return noToken(observed);
  return observed.sightings.flatMap((sighting) => {
    const answers = sighting.servers.filter(isDefinite);
    const expected = observed.expected.filter(({ name }) => name === sighting.name);
    if (answers.length === 0 || expected.length === 0) return [];
    const nowhere = expected.filter(({ name, value }) => placed(observed, name, value) === "nowhere");
    const explained = nowhere.flatMap((value) => explain(observed, sighting, answers, value) ?? []);
    const named = new Set(explained.flatMap(({ identities }) => identities));
    const unexplained = nowhere.filter(({ identity }) => !named.has(identity));
    return [
      ...partly(observed, sighting, answers, expected),
      ...explained,
      ...(unexplained.length > 0 && !invisible.has(sighting.name)
        ? [missing(observed, sighting, answers, unexplained)]
        : []),
      ...(nowhere.length > 0 ? aboutAbsence(observed, sighting, answers) : []),
    ];
  });
}

/** Nobody says which value should be there: that some token of SES is, is all that can be looked for. */
function noToken(observed: Observations): Finding[] {
  const hasToken = (one: ServerSighting) => valuesOf(one).some(isTokenShaped);
  const seen = observed.sightings.flatMap(({ name, via, servers }) => {
    const answers = servers.filter(isDefinite);
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
      { facts: { name: first.name } },
    ),
  ];
}

/** Values that some servers have, by the servers that lack them. */
function partly(
  observed: Observations,
  { name }: Sighting,
  answers: readonly DefiniteSighting[],
  expected: readonly ExpectedValue[],
): Finding[] {
  const groups = new Map<
    string,
    { values: ExpectedValue[]; lacking: DefiniteSighting[]; having: DefiniteSighting[] }
  >();
  for (const one of expected) {
    const having = answers.filter((answer) => valuesOf(answer).includes(one.value));
    const lacking = answers.filter((answer) => !valuesOf(answer).includes(one.value));
    if (having.length === 0 || lacking.length === 0) continue;
    const key = lacking.map(({ address }) => address).join();
    const group = groups.get(key) ?? { values: [], lacking, having };
    group.values.push(one);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ values, lacking, having }) => {
    const identities = values.map(({ identity }) => identity);
    const verified = identities.every(
      (id) => observed.identities.find((each) => each.name === id)?.status === "Success",
    );
    const who = labels(lacking, having);
    return finding(
      observed,
      "txt-partial",
      `${listed(who)} ${who.length === 1 ? "lacks" : "lack"} ${what(values)} at ${name}; ${listed(labels(having, lacking))} ${
        labels(having, lacking).length === 1 ? "has" : "have"
      } ${values.length === 1 ? "it" : "them"}.`,
      {
        facts: { name, value: values[0]?.value, server: lacking[0]?.server },
        identities,
        severity: verified ? "warning" : "error",
      },
    );
  });
}

/** The most telling reason why a value is nowhere at its name; undefined where nothing like it was seen. */
function explain(
  observed: Observations,
  sighting: Sighting,
  answers: readonly DefiniteSighting[],
  wanted: ExpectedValue,
): Finding | undefined {
  const { name } = sighting;
  const details = { facts: { name, value: wanted.value, server: answers[0]?.server }, identities: [wanted.identity] };
  const say = (code: Code, seen: string, found: { found?: Fqdn; server?: string | undefined } = {}) =>
    finding(observed, code, seen, { ...details, facts: { ...details.facts, ...found } });
  const there = [...new Set(answers.flatMap(valuesOf))];
  const holder = (value: string) => listed(labels(answers.filter((answer) => valuesOf(answer).includes(value))));
  const forWhom = `identity "${wanted.identity}"`;

  const parts = splitInto(there, wanted.value);
  if (parts !== undefined) {
    return say(
      "txt-wrong-value",
      `${holder(parts[0])} ${labels(answers).length === 1 ? "has" : "have"} ${quoted(parts[0])} and ${quoted(parts[1])} at ${name}, two values that should be one: ${quoted(wanted.value)}.`,
    );
  }
  for (const found of there) {
    const damage = damageOf(found, wanted.value);
    if (damage === undefined) continue;
    const seen = `${holder(found)} ${labels(answers).length === 1 ? "has" : "have"} ${quoted(found)} at ${name}; it should be ${quoted(wanted.value)}: ${damage.words}.`;
    return say(damage.kind === "prefix-missing" ? "txt-at-domain" : "txt-wrong-value", seen);
  }
  const elsewhere = foundElsewhere(observed, wanted);
  if (elsewhere !== undefined) {
    return say(
      mistakeAt(observed.domain, name, elsewhere.name),
      `The value of ${forWhom}, ${quoted(elsewhere.value)}, is at ${elsewhere.name} (${listed(labels(elsewhere.sightings))}); it should be at ${name}${
        elsewhere.value === wanted.value ? "" : `, as ${quoted(wanted.value)}`
      }.`,
      { found: elsewhere.name, server: elsewhere.sightings[0]?.server },
    );
  }
  if (sighting.cnames.length > 0) {
    return say(
      "txt-under-cname",
      `${name} is an alias of ${sighting.target}, and ${quoted(wanted.value)} is not there.`,
    );
  }
  const tokens = there.filter(isTokenShaped);
  if (tokens.length > 0) {
    const owners = tokens.map((token) => {
      const known = observed.expected.find(({ value }) => bareToken(value) === bareToken(token));
      return known === undefined
        ? `${quoted(token)} of an identity that is not in this program`
        : `the value of identity "${known.identity}"`;
    });
    return say(
      "txt-other-identity",
      `On ${listed(labels(answers))}, ${name} has ${listed(owners, 2)}, but not ${quoted(wanted.value)} of ${forWhom}.`,
    );
  }
  if (there.length > 0 && name !== observed.domain && wildcardValues(observed, there) === undefined) {
    return say(
      "txt-wrong-value",
      `On ${listed(labels(answers))}, ${name} has ${listed(
        there.map((value) => quoted(value)),
        2,
      )}; it should have ${quoted(wanted.value)}.`,
    );
  }
  return undefined;
}

function foundElsewhere(observed: Observations, wanted: ExpectedValue) {
  for (const probe of observed.probes) {
    if (probe.name === wanted.name || probe.name === wildcardProbe(observed.domain)) continue;
    for (const answer of probe.servers) {
      const value = valuesOf(answer).find(
        (each) => each === wanted.value || damageOf(each, wanted.value) !== undefined,
      );
      if (value === undefined) continue;
      return {
        name: probe.name,
        value,
        sightings: probe.servers.filter((each) => valuesOf(each).includes(value)),
      };
    }
  }
  return undefined;
}

function missing(
  observed: Observations,
  { name }: Sighting,
  answers: readonly DefiniteSighting[],
  values: readonly ExpectedValue[],
): Finding {
  const servers = labels(answers);
  const nobody =
    servers.length === 1 ? `${servers[0]} does not have` : `None of ${counted(servers.length, "name server")} has`;
  const others = [...new Set(answers.flatMap(valuesOf))];
  const instead =
    others.length > 0
      ? `there ${others.length === 1 ? "is" : "are"} ${counted(others.length, "other value")}`
      : answers.every((answer) => answer.kind === "absent" && answer.nxdomain)
        ? "the name does not exist"
        : "there is no TXT record";
  const asked = servers.length === 1 ? "" : `asked: ${listed(servers)}; `;
  return finding(observed, "txt-missing", `${nobody} ${what(values)} at ${name} (${asked}${instead}).`, {
    facts: { name, value: values[0]?.value },
    identities: values.map(({ identity }) => identity),
  });
}

/** What else there is to say of a name that lacks its value. */
function aboutAbsence(
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
        )}, and so does ${wild}, which nobody has made.`,
        {
          facts: { name },
        },
      ),
    );
  }
  const seconds = Math.max(0, ...answers.map((answer) => (answer.kind === "absent" ? (answer.negativeTtl ?? 0) : 0)));
  if (seconds > LONG_ABSENCE_SECONDS) {
    findings.push(
      finding(
        observed,
        "absence-cached",
        `Caches keep the absence of ${name} for ${hours(seconds)} after they last asked.`,
        {
          facts: { name, zone: delegation?.zone },
        },
      ),
    );
  }
  return findings;
}

/** The name that shows that `there` comes from a wildcard. */
function wildcardValues(observed: Observations, there: readonly string[]): Fqdn | undefined {
  const probe = observed.probes.find(({ name }) => name === wildcardProbe(observed.domain));
  if (probe === undefined || there.length === 0) return undefined;
  const wild = probe.servers.flatMap(valuesOf);
  return there.every((value) => wild.includes(value)) ? probe.name : undefined;
}

function what(values: readonly ExpectedValue[]): string {
  const [first] = values;
  return values.length === 1 && first !== undefined
    ? quoted(first.value)
    : `the values of ${listed(values.map(({ identity }) => clip(identity)))}`;
}

function hours(seconds: number): string {
  const rounded = Math.round(seconds / 360) / 10;
  return rounded === 1 ? "1 hour" : `${rounded} hours`;
}
