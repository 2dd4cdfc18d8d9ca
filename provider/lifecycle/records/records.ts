import type { Ctx } from "../../core/ctx";
import { DnsHostError, isZoneGone } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import type { ExpectedValue } from "../../diagnosis/finding";
import type { DnsBackend } from "../../dns/backend";
import { type CheckedDns, entryKey } from "../../dns/hosts";
import type { DnsRecord } from "../../dns/record";
import type { TxtRecordSet, Verification } from "../domain/state";
import type { Place } from "./placement";

/** One value of a TXT record set: its text, unquoted. `ttl` in seconds. */
export interface TxtValue {
  readonly name: Fqdn;
  readonly value: string;
  readonly ttl: number;
}

/** The values by name: one TXT record set each. */
export function byName(values: readonly TxtValue[]): ReadonlyMap<Fqdn, readonly TxtValue[]> {
  const sets = new Map<Fqdn, TxtValue[]>();
  for (const each of values) sets.set(each.name, [...(sets.get(each.name) ?? []), each]);
  return sets;
}

function toRecords(values: readonly TxtValue[]): readonly DnsRecord[] {
  return values.map(({ name, ttl, value }) => ({ type: "TXT", name, ttl, text: value }));
}

/** What each identity's token looks like in DNS, and where. */
export function expectedValues(
  verifications: readonly Pick<Verification, "name" | "token">[],
  places: Readonly<Record<string, Place>>,
): ExpectedValue[] {
  return verifications.flatMap(({ name, token }) => {
    const place = places[name];
    return place === undefined ? [] : [{ identity: name, name: place.name, value: place.prefix + token }];
  });
}

/** The record sets that hold the values: one a name, values in order, none twice. */
export function recordSets(
  values: readonly { readonly name: Fqdn; readonly value: string }[],
  ttl: number,
): TxtRecordSet[] {
  const sets = new Map<Fqdn, Set<string>>();
  for (const { name, value } of values) sets.set(name, (sets.get(name) ?? new Set()).add(value));
  return [...sets].map(([name, set]) => ({ name, type: "TXT", ttl, values: [...set].sort() }));
}

export function flatten(sets: readonly TxtRecordSet[]): TxtValue[] {
  return sets.flatMap(({ name, ttl, values }) => values.map((value) => ({ name, ttl, value })));
}

/** The values at one name, each once. */
export function valuesAt(expected: readonly ExpectedValue[], name: Fqdn): string[] {
  return [...new Set(expected.filter((one) => one.name === name).map(({ value }) => value))];
}

/** The values of `sets` that hold one of the tokens. */
export function valuesOf(sets: readonly TxtRecordSet[], tokens: ReadonlySet<string>): TxtValue[] {
  return flatten(sets).filter(({ value }) => tokens.has(value.replace(/^amazonses:/, "")));
}

/** Whether two entries name the same place, whatever credentials reach it. */
export function sameHost(a: CheckedDns, b: CheckedDns): boolean {
  return entryKey(a, ["access", "way"]) === entryKey(b, ["access", "way"]);
}

/** Whether they also reach it by the same credentials. Without a zone's id, other credentials may lead to another zone. */
export function sameAccess(a: CheckedDns, b: CheckedDns): boolean {
  return entryKey(a, ["way"]) === entryKey(b, ["way"]);
}

/** Makes the values present at every host. Values of one name travel together. */
export async function publish(hosts: readonly DnsBackend[], values: readonly TxtValue[], ctx: Ctx): Promise<number> {
  const added = await Promise.all(
    hosts.flatMap((host) =>
      [...byName(values)].map(async ([name, ofName]) => {
        const zone = await host.findZone(name, ctx);
        return (await host.add(zone, toRecords(ofName), ctx)).added.length;
      }),
    ),
  );
  return added.reduce((sum, count) => sum + count, 0);
}

/** Removes the values at every host. A zone of which the host itself says that it is gone holds none. */
export async function withdraw(hosts: readonly DnsBackend[], values: readonly TxtValue[], ctx: Ctx): Promise<void> {
  await Promise.all(
    hosts.flatMap((host) =>
      [...byName(values)].map(async ([name, ofName]) => {
        try {
          const zone = await host.findZone(name, ctx);
          await host.remove(zone, toRecords(ofName), ctx);
        } catch (error) {
          if (!isZoneGone(error)) throw maybeLeft(error, ofName);
          ctx.log.info(`No zone for ${name} at ${host.kind} any more: nothing of ours is left there.`);
        }
      }),
    ),
  );
}

/** A refusal, or an answer of another server, does not say that the zone is gone. */
function maybeLeft(error: unknown, values: readonly TxtValue[]): unknown {
  if (!(error instanceof DnsHostError) || error.code !== "zone-missing") return error;
  const { code, message, hint, cause } = error;
  const [what, them] = values.length === 1 ? ["our value", "it"] : [`our ${values.length} values`, "them"];
  const left = `Nothing says that the zone is gone: ${what} may still be there, and the state keeps ${them}.`;
  return new DnsHostError(code, message, { hint: hint === undefined ? left : `${left} ${hint}`, cause });
}

/** Which of the values a host does not hold, as far as it can be asked. */
export async function missingAt(host: DnsBackend, values: readonly TxtValue[], ctx: Ctx): Promise<TxtValue[]> {
  if (host.can.readable === false) return [];
  const missing = await Promise.all(
    [...byName(values)].map(async ([name, ofName]) => {
      const zone = await host.findZone(name, ctx);
      const held = new Set(
        (await host.list(zone, { name, type: "TXT" }, ctx)).flatMap((one) => (one.type === "TXT" ? [one.text] : [])),
      );
      return ofName.filter(({ value }) => !held.has(value));
    }),
  );
  return missing.flat();
}
