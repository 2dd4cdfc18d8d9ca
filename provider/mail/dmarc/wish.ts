import type { Fqdn } from "../../core/fqdn";
import type { MailFault } from "../fault";
import { policyLook } from "./climb";
import { type Applied, type DmarcDiscovery, discoverIn } from "./discover";
import { policyName } from "./names";
import { parseDmarc } from "./parse";
import { type Effective, effectiveByList, effectiveByWalk } from "./policy";
import { POLICIES } from "./record";
import { selectDmarc } from "./select";

/** No record that was meant is near it. Hosts have limits of their own. */
const LONGEST_WISH = 2_048;

/**
 * What is to be done with a value that the program wants where there is no policy record. `invalid`: an error of the program. `present`: there is a
 * record, which stays. `weaker`: what applies now asks for more. `unknown`: that was not seen, so that nothing is written.
 */
export type WishVerdict =
  | { readonly kind: "write" | "present" | "unknown"; readonly notes: readonly MailFault[] }
  | { readonly kind: "invalid" | "weaker"; readonly faults: readonly MailFault[] };

/** The faults of the value by itself, for a check without DNS. Empty where it may be written. */
export function wishFaults(domain: Fqdn, text: string): readonly MailFault[] {
  return readWish(domain, text).faults;
}

/** Judges a value for the domain's policy name. `discovery`: of the domain, from looks of this moment. */
export function judgeWish(text: string, discovery: DmarcDiscovery): WishVerdict {
  const { domain, own } = discovery;
  const { faults, notes } = readWish(domain, text);
  if (faults.length > 0) return { kind: "invalid", faults };
  if (own.kind === "unknown") return { kind: "unknown", notes };
  // Also one that no receiver reads: its owner meant it.
  const { records, near } = own.selection;
  if (records.length > 0 || near.length > 0) return { kind: "present", notes };
  const { walk, list } = discovery;
  const ways = [walk.applied, walk.subdomains, list.applied, list.subdomains];
  if (ways.some((one) => one.kind === "unknown")) return { kind: "unknown", notes };
  const weaker = weakerThan(text, discovery);
  return weaker.length > 0 ? { kind: "weaker", faults: weaker } : { kind: "write", notes };
}

function readWish(
  domain: Fqdn,
  text: string,
): { readonly faults: readonly MailFault[]; readonly notes: readonly MailFault[] } {
  const name = policyName(domain) ?? domain;
  const about = { code: "dmarc-syntax" as const, name, text };
  if (text.length > LONGEST_WISH) return { faults: [{ ...about, reason: "too-long" }], notes: [] };
  const { records, near, spf } = selectDmarc([text]);
  if (records.length === 0) {
    const reason = spf.length > 0 ? "spf-at-dmarc" : (near[0]?.reason ?? "version");
    return { faults: [{ ...about, reason }], notes: [] };
  }
  const record = parseDmarc(text);
  const faults = record.faults
    .filter(({ level }) => level === "error")
    .map(({ reason, span }): MailFault => ({ ...about, reason, span }));
  const psd = record.tags.find((tag) => tag.name === "psd");
  // With it, the domains below would be those of others.
  if (record.psd === "y") faults.push({ ...about, reason: "public-suffix", span: psd?.span });
  const notes = record.faults
    .filter(({ level }) => level !== "error")
    .map(({ reason, level, span }): MailFault => {
      const obsolete = reason === "obsolete-tag" || reason === "size-limit";
      const code = obsolete ? "dmarc-obsolete-tags" : "dmarc-syntax";
      return { ...about, code, reason, ...(level === "older" ? { level } : {}), span };
    });
  return { faults, notes };
}

/**
 * What would be weaker than it is now, by either RFC, for mail from the domain or from its subdomains: the policy, also through "t" or "pct", and
 * strict alignment. A record of the domain takes the place of an inherited one as a whole.
 */
function weakerThan(text: string, before: DmarcDiscovery): readonly MailFault[] {
  const { domain } = before;
  const wish = policyLook(domain, { kind: "values", values: [text] });
  const after = discoverIn(
    domain,
    before.looks.map((look) => (look.domain === domain ? wish : look)),
  );
  const reasons = new Set<string>();
  const at = new Set<Fqdn>();
  for (const [way, effective] of [
    ["walk", effectiveByWalk],
    ["list", effectiveByList],
  ] as const) {
    for (const [whose, prefix] of [
      ["applied", ""],
      ["subdomains", "subdomain-"],
    ] as const) {
      const was = before[way][whose];
      const found = was.kind === "found" ? lost(was, after[way][whose], effective) : [];
      for (const reason of found) reasons.add(`${prefix}${reason}`);
      if (was.kind === "found" && found.length > 0) at.add(was.at);
    }
  }
  const name = policyName(domain) ?? domain;
  return [...reasons].map((reason): MailFault => ({ code: "dmarc-weakened", reason, name, text, names: [...at] }));
}

function lost(before: Applied, after: Applied, effective: typeof effectiveByWalk): readonly string[] {
  const [was, is] = [effective(before), effective(after)];
  if (before.kind !== "found" || after.kind !== "found" || was === undefined || is === undefined) return [];
  const weaker = isWeaker(is.existing, was.existing) || isWeaker(is.nonExistent, was.nonExistent);
  return [
    ...(weaker ? ["policy"] : []),
    ...(before.record.adkim === "s" && after.record.adkim === "r" ? ["dkim-alignment"] : []),
    ...(before.record.aspf === "s" && after.record.aspf === "r" ? ["spf-alignment"] : []),
  ];
}

function isWeaker(after: Effective, before: Effective): boolean {
  const strength = ({ enforced, applies }: Effective) => (applies === false ? -1 : POLICIES.indexOf(enforced));
  if (strength(after) !== strength(before)) return strength(after) < strength(before);
  return before.enforced !== "none" && after.pct < before.pct;
}
