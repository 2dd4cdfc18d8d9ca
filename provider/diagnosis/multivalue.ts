import type { ServerSighting, Sighting } from "../authority/authority";
import { type DefiniteSighting, isDefiniteSighting } from "../authority/sighting";
import { counted, listed } from "../core/words";
import type { ExpectedValue } from "./expected";
import type { Finding, Observations } from "./finding";
import { finding, labels, placed, valuesOf } from "./make";

/** Route 53 Developer Guide, "Multivalue answer routing": up to eight records an answer, chosen at random. */
const CHOSEN = 8;

/**
 * Whether the servers answer with a choice of values that changes from question to question: one address gave two
 * answers of one size, at least that of Route 53's choice, with different values.
 */
export function isShifting(observed: Observations, { name, servers }: Sighting): boolean {
  const later = observed.again?.find((each) => each.name === name)?.servers ?? [];
  return servers.some((one) => {
    const before = new Set(valuesOf(one));
    const after = later.filter((other) => other.address === one.address).flatMap(valuesOf);
    return before.size >= CHOSEN && after.length === before.size && after.some((value) => !before.has(value));
  });
}

/** Whether a second look can tell more. */
export function mayShift({ servers }: Sighting): boolean {
  return servers.some((one) => new Set(valuesOf(one)).size >= CHOSEN);
}

export function overflow(
  observed: Observations,
  { name }: Sighting,
  answers: readonly DefiniteSighting[],
  expected: readonly ExpectedValue[],
): Finding[] {
  const kept = expected.filter((one) => placed(observed, name, one.value) !== "everywhere");
  const values = [observed.sightings, observed.again ?? []].flatMap((looks) =>
    looks
      .filter((each) => each.name === name)
      .flatMap(({ servers }) => servers.filter(isDefiniteSighting).flatMap(valuesOf)),
  );
  const all = new Set(values).size;
  const identities = (kept.length > 0 ? kept : expected).map(({ identity }) => identity);
  const verified = identities.every((id) => observed.identities.find((one) => one.name === id)?.status === "Success");
  return [
    finding(
      observed,
      "txt-multivalue-overflow",
      `${listed(labels(answers as readonly ServerSighting[]))} answer for ${name} with another choice of values each time: ${counted(all, "value")} in two looks, ${CHOSEN} or so at a time.`,
      { facts: { name, value: kept[0]?.value }, identities, severity: verified ? "warning" : "error" },
    ),
  ];
}
