import type { Fqdn } from "../../core/fqdn";
import type { TxtSeen } from "../seen";
import { belowOn, walkedDomains } from "./names";
import { parseDmarc } from "./parse";
import type { DmarcRecord } from "./record";
import { type DmarcSelection, selectDmarc } from "./select";

/** What is at the policy name of one domain. Only `one` counts: several records are ignored, all of them. */
export interface PolicyLook {
  readonly domain: Fqdn;
  readonly kind: "one" | "none" | "several" | "unknown";
  /** Of `one`. */
  readonly record?: DmarcRecord | undefined;
  readonly selection: DmarcSelection;
}

export function policyLook(domain: Fqdn, seen: TxtSeen): PolicyLook {
  const selection = selectDmarc(seen.kind === "values" ? seen.values : []);
  if (seen.kind === "unknown") return { domain, kind: "unknown", selection };
  const [only] = selection.records;
  if (only === undefined) return { domain, kind: "none", selection };
  if (selection.records.length > 1) return { domain, kind: "several", selection };
  return { domain, kind: "one", record: parseDmarc(only), selection };
}

/** A record that a tree walk found. */
interface Found {
  readonly domain: Fqdn;
  readonly record: DmarcRecord;
}

/** A tree walk (RFC 9989 sections 4.10 and 4.10.2). */
export interface Climb {
  /** The longest name first. */
  readonly found: readonly Found[];
  /** The public suffix where it stopped, because of psd=y. */
  readonly publicSuffix: Found | undefined;
  /** Undefined where a name on the way was not seen: its record could be the one that counts. */
  readonly organization: Fqdn | undefined;
  readonly unknown: readonly Fqdn[];
}

/** Pure: `at` gives what was seen at a domain's policy name. */
export function climb(start: Fqdn, at: (domain: Fqdn) => PolicyLook): Climb {
  const found: Found[] = [];
  const unknown: Fqdn[] = [];
  for (const domain of walkedDomains(start)) {
    const { kind, record } = at(domain);
    if (kind === "unknown") unknown.push(domain);
    if (record === undefined) continue;
    found.push({ domain, record });
    if (record.psd !== "u") break;
  }
  const last = found.at(-1);
  const publicSuffix = last?.record.psd === "y" && last.domain !== start ? last : undefined;
  const organization =
    last === undefined ? start : publicSuffix === undefined ? last.domain : belowOn(start, publicSuffix.domain);
  return { found, publicSuffix, organization: unknown.length > 0 ? undefined : organization, unknown };
}
