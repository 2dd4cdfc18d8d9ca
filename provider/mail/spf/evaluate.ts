import type { Fqdn } from "../../core/fqdn";
import { type LookTxt, lookOnce } from "../seen";
import type { Counted, Evaluation, EvaluationFault, OtherLookup, Reached, SpfLooks, Unseen } from "./evaluation";
import { LOOKUP_LIMIT, MX_LIMIT, openTally, type Tally, VOID_LIMIT } from "./limits";
import { parseSpf } from "./parse";
import type { DomainSpec, Mechanism, Modifier, SpfRecord } from "./record";
import { selectSpf } from "./select";

/** So many names are asked for one record: twice what a receiver asks. */
const NAMES_AT_MOST = 2 * LOOKUP_LIMIT;

interface Walk {
  readonly look: LookTxt;
  readonly other: OtherLookup | undefined;
  readonly asked: Set<Fqdn>;
  readonly sesNames: ReadonlySet<string>;
  readonly faults: EvaluationFault[];
  readonly unseen: Unseen[];
  readonly reached: Reached[];
  readonly lookups: Tally;
  readonly voids: Tally;
}

/** Where the walk is: the names from the domain to this record, and whether a match here is a pass of the domain. */
interface Place {
  readonly chain: readonly Fqdn[];
  readonly passes: boolean;
}

/**
 * Goes through a record and all that it includes, as a receiver does where nothing matches before the end. Counts the
 * look-ups; stops where the count is beyond doubt. RFC 7208 sections 4.6.4, 5.2 and 6.1.
 */
export async function evaluateSpf(domain: Fqdn, record: SpfRecord, looks: SpfLooks): Promise<Evaluation> {
  const walk: Walk = {
    look: lookOnce(looks.txt),
    other: looks.other,
    asked: new Set(),
    sesNames: new Set(looks.sesNames),
    faults: [],
    unseen: [],
    reached: [],
    lookups: openTally(),
    voids: openTally(),
  };
  const all = await follow(walk, record, { chain: [domain], passes: true });
  const { lookups, voids, faults } = walk;
  if (lookups.count > LOOKUP_LIMIT) faults.push({ reason: "too-many-lookups", chain: [domain] });
  if (voids.count > VOID_LIMIT) faults.push({ reason: "too-many-voids", chain: [domain] });
  return {
    lookups: counted(lookups),
    voids: counted(voids),
    all,
    reached: walk.reached,
    faults,
    unseen: walk.unseen,
  };
}

function counted({ count, complete }: Tally): Counted {
  return { count, complete };
}

function reach(walk: Walk, what: Reached["what"], chain: readonly Fqdn[]): void {
  const { reached, lookups, voids, faults, unseen } = walk;
  const until = { lookups: counted(lookups), voids: counted(voids), faults: faults.length, unseen: unseen.length };
  reached.push({ what, chain, ...until });
}

/** Goes through one record; returns the `all` that ends it, its own or that of its redirect. */
async function follow(walk: Walk, record: SpfRecord, place: Place): Promise<Evaluation["all"]> {
  const end = record.terms.findIndex((term) => term.kind === "mechanism" && term.name === "all");
  const before = end < 0 ? record.terms : record.terms.slice(0, end);
  const mechanisms = before.filter((term): term is Mechanism => term.kind === "mechanism");
  const redirect = record.terms.find((term): term is Modifier => term.kind === "modifier" && term.name === "redirect");
  await askAhead(walk, [
    ...mechanisms.filter(({ name }) => name === "include"),
    ...(redirect === undefined || end >= 0 ? [] : [redirect]),
  ]);
  for (const mechanism of mechanisms) {
    if (!walk.lookups.open) {
      walk.lookups.leaveOpen();
      walk.voids.leaveOpen();
      break;
    }
    await meet(walk, mechanism, place);
  }
  const last = record.terms[end];
  if (last?.kind === "mechanism") {
    const at = place.chain.at(-1);
    if (last.qualifier === "+" && place.passes) reach(walk, "everyone", place.chain);
    return at === undefined ? { kind: "none" } : { kind: "all", qualifier: last.qualifier, at };
  }
  if (redirect?.domain === undefined) return { kind: "none" };
  walk.lookups.add();
  return descend(walk, redirect.domain, place, "redirect");
}

/** The names of one record are asked at once: a look at a name may take a second. */
async function askAhead(walk: Walk, terms: readonly { readonly domain?: DomainSpec | undefined }[]): Promise<void> {
  const names: Fqdn[] = [];
  for (const { domain } of terms) {
    const name = domain?.name;
    if (name !== undefined && mayAsk(walk, name)) names.push(name);
  }
  await Promise.all(names.map((name) => walk.look(name)));
}

function mayAsk({ asked }: Walk, name: Fqdn): boolean {
  if (asked.size < NAMES_AT_MOST) asked.add(name);
  return asked.has(name);
}

async function meet(walk: Walk, mechanism: Mechanism, place: Place): Promise<void> {
  const { name, domain, qualifier } = mechanism;
  switch (name) {
    case "include":
      walk.lookups.add();
      if (domain !== undefined) {
        await descend(walk, domain, { chain: place.chain, passes: place.passes && qualifier === "+" }, "include");
      }
      return;
    case "a":
    case "mx":
    case "exists":
      walk.lookups.add();
      await countVoid(walk, mechanism, place);
      return;
    case "ptr":
      walk.lookups.add();
      walk.voids.leaveOpen();
      return;
    case "ip4":
    case "ip6":
    case "all":
      return;
  }
}

async function countVoid(walk: Walk, { name, domain }: Mechanism, { chain }: Place): Promise<void> {
  const target = domain === undefined ? chain.at(-1) : domain.name;
  const asked = target !== undefined && walk.other !== undefined && mayAsk(walk, target);
  const count = asked ? await walk.other(target, name === "mx" ? "MX" : "address") : undefined;
  if (count === undefined) walk.voids.leaveOpen();
  else if (count === 0) walk.voids.add();
  else if (name === "mx" && count > MX_LIMIT && target !== undefined) {
    walk.faults.push({ reason: "too-many-mx", chain: [...chain, target] });
  }
}

/** Follows an `include` or a `redirect`. */
async function descend(
  walk: Walk,
  { name, text, macros }: DomainSpec,
  { chain, passes }: Place,
  by: "include" | "redirect",
): Promise<Evaluation["all"]> {
  const unknown = (why: Unseen["why"]): Evaluation["all"] => {
    walk.unseen.push({ target: text, why, chain });
    walk.lookups.leaveOpen();
    walk.voids.leaveOpen();
    return { kind: "unknown" };
  };
  if (name === undefined) return unknown(macros ? "macros" : "not-askable");
  const inner = [...chain, name];
  if (walk.sesNames.has(name)) reach(walk, passes ? "ses" : "ses-not-passing", inner);
  if (chain.includes(name)) {
    walk.faults.push({ reason: "loop", chain: inner });
    return { kind: "none" };
  }
  if (!mayAsk(walk, name)) return unknown("too-many-names");
  const seen = await walk.look(name);
  if (seen.kind === "unknown") return unknown("no-answer");
  const fault = (reason: EvaluationFault["reason"]): Evaluation["all"] => {
    walk.faults.push({ reason, chain: inner });
    return { kind: "none" };
  };
  if (seen.kind === "absent") {
    walk.voids.add();
    return fault(by === "include" ? "include-none" : "redirect-none");
  }
  const { records } = selectSpf(seen.values);
  const [only] = records;
  if (only === undefined) return fault(by === "include" ? "include-none" : "redirect-none");
  if (records.length > 1) return fault("included-several");
  const record = parseSpf(only);
  if (record.faults.length > 0) return fault("included-syntax");
  return follow(walk, record, { chain: inner, passes });
}
