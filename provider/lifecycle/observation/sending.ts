import type { Authority, Sighting } from "../../authority/authority";
import type { Ctx } from "../../core/ctx";
import type { Fqdn } from "../../core/fqdn";
import type { KeysSeen, Observations } from "../../diagnosis/finding";
import { misplacedNames, wildcardProbeFor } from "../../diagnosis/misplaced";
import { keyText, type RecordKey } from "../../dns/record";
import { keysOf, type Requirement } from "../../dns/requirement";
import { judgeSet } from "../records/judge-set";
import { type FurtherLooks, lookAtMail } from "./mail-policies";
import { readingsOf, readTypes } from "./observe";

/** What DNS shows of the records that make a domain ready to send. */
type SendingSeen = Pick<Observations, "sightings" | "unread" | "probes" | "keys" | "spf" | "dmarc">;

/**
 * Looks at every record set of `expected` at every server, each name once, and where one is wrong, at what explains it: a wildcard,
 * and the names where it lands by mistake. Where an identity's DKIM records are right: whether a key is behind them.
 * `former`: records of tokens that SES no longer names. SPF is judged at the MAIL FROM names of `expected`. Reads only; all of it
 * uses up the domain's allowance of questions.
 */
export async function lookAtSending(
  domain: Fqdn,
  expected: readonly Requirement[],
  former: readonly Requirement[],
  authority: Authority,
  anyCtx: Ctx,
  further: FurtherLooks = {},
): Promise<SendingSeen> {
  const ctx = { ...anyCtx, domain };
  const keys = keysOf(expected);
  const names = [...new Set(keys.map(({ name }) => name))];
  const readings = await Promise.all(
    names.map((name) =>
      readTypes(
        authority,
        name,
        keys.filter((key) => key.name === name).map(({ type }) => type),
        ctx,
      ),
    ),
  );
  const { sightings, unread } = readingsOf(readings.flat());
  const judged = sightings.map((sighting) => ({ sighting, state: judgeSet(sighting, expected).state }));
  const right = judged.flatMap(({ sighting, state }) => (state === "published" ? [sighting] : []));
  // Where no server answers there is nothing to explain.
  const wrong = judged.flatMap(({ sighting, state }) =>
    sighting.type !== "TXT" && (state === "missing" || state === "with-others") ? [sighting] : [],
  );
  const [wild, misplaced, old, behind, mail] = await Promise.all([
    Promise.all(wildcardsOf(wrong).map(({ name, type }) => readTypes(authority, name, [type], ctx))),
    Promise.all(wrong.map((one) => misplacedOf(domain, one, authority, ctx))),
    formerOf(former, sightings, authority, ctx),
    keysBehind(domain, expected, right, authority, ctx),
    lookAtMail(domain, expected, sightings, authority, ctx, further),
  ]);
  const probes = [...readingsOf(wild.flat()).sightings, ...misplaced.flat(), ...old];
  return { sightings, unread, probes: eachOnce(probes), keys: behind, ...mail };
}

/** The name that shows a wildcard is the same for all records below one parent. */
function wildcardsOf(wrong: readonly RecordKey[]): readonly RecordKey[] {
  return eachOnce(wrong.map(({ name, type }) => ({ name: wildcardProbeFor(name), type })));
}

/** Where the record is instead, as far as that is seen: names that are not likely, each at one server. */
async function misplacedOf(
  domain: Fqdn,
  sighting: Sighting,
  authority: Authority,
  ctx: Ctx,
): Promise<readonly Sighting[]> {
  const { name, delegation } = sighting;
  if (delegation === undefined) return [];
  return authority.glance(misplacedNames(domain, name, delegation.zone), sighting, ctx);
}

/** The names of former tokens that still have a record, one question each. */
async function formerOf(
  former: readonly Requirement[],
  sightings: readonly Sighting[],
  authority: Authority,
  ctx: Ctx,
): Promise<readonly Sighting[]> {
  const known = sightings.find(({ type }) => type === "CNAME");
  const names = former.filter(({ record }) => record.type === "CNAME").map(({ record }) => record.name);
  return known === undefined || names.length === 0 ? [] : authority.glance(names, known, ctx);
}

/** Of each identity whose records are all right. */
async function keysBehind(
  domain: Fqdn,
  expected: readonly Requirement[],
  right: readonly Sighting[],
  authority: Authority,
  ctx: Ctx,
): Promise<readonly KeysSeen[]> {
  const targets = new Map<string, Fqdn[]>();
  const lacking = new Set<string>();
  for (const { owner, record } of expected) {
    if (owner.purpose !== "dkim" || record.type !== "CNAME") continue;
    targets.set(owner.identity, [...(targets.get(owner.identity) ?? []), record.target]);
    if (!right.some(({ name, type }) => name === record.name && type === "CNAME")) lacking.add(owner.identity);
  }
  const whole = [...targets].filter(([identity]) => !lacking.has(identity));
  return Promise.all(
    whole.map(async ([identity, names]) => ({ identity, ...(await authority.dkimKeys(domain, names, ctx)) })),
  );
}

function eachOnce<T extends RecordKey>(keys: readonly T[]): readonly T[] {
  return [...new Map(keys.map((one) => [keyText(one), one])).values()];
}
