import type { Sighting } from "../authority/authority";
import type { DefiniteSighting } from "../authority/sighting";
import { quoted } from "../core/text";
import { listed } from "../core/words";
import { bareToken, isCopyOf, PREFIX, tokensIn } from "./damage";
import { type ExpectedValue, expectedValues } from "./expected";
import type { Finding, Observations } from "./finding";
import { finding, labels, valuesOf } from "./make";

/**
 * Values of SES that one record holds together, though each needs a record of its own. One finding for all of them: a
 * fix that names one value alone would have the others lost.
 */
export function runTogether(
  observed: Observations,
  { name }: Sighting,
  answers: readonly DefiniteSighting[],
  wanted: readonly ExpectedValue[],
): Finding[] {
  const there = new Set(answers.flatMap(valuesOf));
  const told = new Set<string>();
  const known = expectedValues(observed.expected);
  return [...there].flatMap((found) => {
    // What is a damaged copy of a value that is wanted has to be published as that, whole.
    const tokens = tokensIn(found).map((token) => {
      const meant = known.find(({ value }) => isCopyOf(token, value));
      return meant === undefined ? token : bareToken(meant.value);
    });
    const holds = (one: ExpectedValue) => !told.has(one.value) && tokens.includes(bareToken(one.value));
    const held = wanted.filter(holds);
    if (tokens.length < 2 || held.length === 0) return [];
    for (const { value } of held) told.add(value);
    const prefix = name === observed.domain ? PREFIX : "";
    const values = tokens.map((token) => prefix + token).filter((value) => !there.has(value));
    const who = labels(answers.filter((answer) => valuesOf(answer).includes(found)));
    const seen = `${listed(who)} ${who.length === 1 ? "has" : "have"} ${quoted(found, 240)} at ${name}: ${tokens.length} values of SES in one record, and each needs a record of its own (${listed(values.map((value) => quoted(value)))}).`;
    return [
      finding(observed, "txt-wrong-value", seen, {
        facts: { name, values, server: who[0] },
        identities: held.map(({ identity }) => identity),
      }),
    ];
  });
}
