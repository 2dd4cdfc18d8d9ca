import type { Sighting } from "../authority/authority";
import { type DefiniteSighting, isDefiniteSighting } from "../authority/sighting";
import type { Fqdn } from "../core/fqdn";
import { quoted } from "../core/text";
import { listed } from "../core/words";
import { aboutAbsence, missing, noToken, what } from "./absence";
import type { Code } from "./catalogue";
import { bareToken, damageOf, isCopyOf, isTokenAt, splitInto } from "./damage";
import { type ExpectedValue, expectedValues } from "./expected";
import type { Finding, Observations } from "./finding";
import { finding, labels, placed, valuesOf } from "./make";
import { isShifting, overflow } from "./multivalue";
import { mistakeAt, wildcardProbe } from "./probes";
import { runTogether } from "./run-together";

/** `invisible`: names whose absence is explained by the zone: it is private, not delegated to, or delegated to other servers. */
export function recordFindings(observed: Observations, invisible: ReadonlySet<Fqdn>): Finding[] {
  if (observed.expected.length === 0 && observed.identities.length === 0) return noToken(observed);
  return observed.sightings.flatMap((sighting) => {
    const answers = sighting.servers.filter(isDefiniteSighting);
    const expected = expectedValues(observed.expected).filter(({ name }) => name === sighting.name);
    if (answers.length === 0 || expected.length === 0) return [];
    if (isShifting(observed, sighting)) return overflow(observed, sighting, answers, expected);
    const nowhere = expected.filter(({ name, value }) => placed(observed, name, value) === "nowhere");
    const together = runTogether(observed, sighting, answers, nowhere);
    const inOne = new Set(together.flatMap(({ identities }) => identities));
    const alone = nowhere.filter(({ identity }) => !inOne.has(identity));
    const explained = [...together, ...alone.flatMap((value) => explain(observed, sighting, answers, value) ?? [])];
    const named = new Set(explained.flatMap(({ identities }) => identities));
    const unexplained = nowhere.filter(({ identity }) => !named.has(identity));
    return [
      ...partly(observed, sighting, answers, expected),
      ...explained,
      ...(invisible.has(sighting.name)
        ? []
        : byHold(observed, unexplained).map((values) => missing(observed, sighting, answers, values))),
      ...(nowhere.length > 0 ? aboutAbsence(observed, sighting, answers) : []),
    ];
  });
}

/** Values whose absence means different things: some identities stay verified without them, by DKIM. */
function byHold({ identities }: Observations, values: readonly ExpectedValue[]): (readonly ExpectedValue[])[] {
  const held = new Set(identities.flatMap((one) => (one.status === "Success" && one.dkimVerified ? [one.name] : [])));
  const groups = [values.filter((one) => !held.has(one.identity)), values.filter((one) => held.has(one.identity))];
  return groups.filter((group) => group.length > 0);
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
    const copies = lacking.flatMap((one) =>
      valuesOf(one).flatMap((found) => values.flatMap(({ value }) => damaged(one.server, found, value))),
    );
    return finding(
      observed,
      "txt-partial",
      `${listed(who)} ${who.length === 1 ? "lacks" : "lack"} ${what(values)} at ${name}; ${listed(labels(having, lacking))} ${
        labels(having, lacking).length === 1 ? "has" : "have"
      } ${values.length === 1 ? "it" : "them"}.${copies[0] ?? ""}`,
      {
        facts: { name, value: values[0]?.value, server: lacking[0]?.server },
        identities,
        severity: verified ? "warning" : "error",
      },
    );
  });
}

/** A sentence with a space in front, where a server has a damaged copy of a value. */
function damaged(server: string, found: string, value: string): readonly string[] {
  const damage = damageOf(found, value);
  return damage === undefined ? [] : [` On ${server} there is ${quoted(found)} instead: ${damage.words}.`];
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
        elsewhere.damage === undefined ? "" : `, as ${quoted(wanted.value)}: ${elsewhere.damage.words}`
      }.`,
      { found: elsewhere.name, server: elsewhere.sightings[0]?.server },
    );
  }
  if (sighting.cnames.length > 0) {
    const asTarget = sighting.cnames.find((target) => target.startsWith(bareToken(wanted.value).toLowerCase()));
    return say(
      "txt-under-cname",
      asTarget === undefined
        ? `${name} is an alias of ${sighting.target}, and ${quoted(wanted.value)} is not there.`
        : `${name} has the value ${quoted(wanted.value)} as the target of a CNAME record: it was published as a CNAME instead of a TXT record.`,
    );
  }
  const tokens = there.filter((value) => isTokenAt(value, name, observed.domain));
  if (tokens.length > 0) {
    const owners = tokens.map((token) => {
      const known = expectedValues(observed.expected).find(({ value }) => isCopyOf(token, value));
      if (known === undefined) return `${quoted(token)} ${foreignOwner(observed)}`;
      const isWhole = bareToken(known.value) === bareToken(token);
      return `${isWhole ? "the value" : "a damaged copy of the value"} of identity "${known.identity}"`;
    });
    return say(
      "txt-other-identity",
      `On ${listed(labels(answers))}, ${name} has ${listed(owners, 2)}, but not ${quoted(wanted.value)} of ${forWhom}.`,
    );
  }
  return undefined;
}

/** Whose a token is that belongs to no identity which SES told of: one that it could not be asked about may have it. */
function foreignOwner({ identities, expected }: Observations): string {
  const told = new Set(expectedValues(expected).map(({ identity }) => identity));
  const unheard = identities.flatMap(({ name, status }) =>
    status === "unknown" && !told.has(name) ? [`"${name}"`] : [],
  );
  return unheard.length === 0
    ? "of an identity that is not in this program"
    : `of another identity (perhaps ${listed(unheard)}, for which SES could not be asked)`;
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
        damage: damageOf(value, wanted.value),
        sightings: probe.servers.filter((each) => valuesOf(each).includes(value)),
      };
    }
  }
  return undefined;
}
