import type { Fqdn } from "../../core/fqdn";
import { type Applied, type DmarcDiscovery, type PolicyLooks, walkedOrganization } from "./discover";
import { listedOrganization } from "./names";
import type { AlignmentMode } from "./record";

/** `no-policy`: no record applies, so that nothing asks for alignment. */
type Alignment = "aligned" | "not-aligned" | "unknown" | "no-policy";

/** The `d=` of a signature, or the MAIL FROM domain. */
export interface Identifier {
  readonly by: "dkim" | "spf";
  readonly identifier: Fqdn;
}

/** Whether one identifier is aligned with the From domain, by RFC 9989 (`walk`) and by RFC 7489 (`list`). */
interface IdentifierAlignment extends Identifier {
  readonly walk: Alignment;
  readonly list: Alignment;
}

export interface AlignmentVerdict {
  readonly identifiers: readonly IdentifierAlignment[];
  /** One aligned identifier is enough. */
  readonly walk: Alignment;
  readonly list: Alignment;
}

/**
 * Judges whether mail from the domain is aligned (RFC 9989 sections 4.4 and 4.10.2): each signature's `d=` and the MAIL FROM domain, in
 * the mode that the record asks for. That SPF and DKIM pass is judged elsewhere.
 */
export async function judgeAlignment(
  discovery: DmarcDiscovery,
  identifiers: readonly Identifier[],
  looks: PolicyLooks,
): Promise<AlignmentVerdict> {
  const { domain, walk, list } = discovery;
  const judged = await Promise.all(
    identifiers.map(async ({ by, identifier }): Promise<IdentifierAlignment> => {
      const relaxed = modeOf(walk.applied, by) === "r" && identifier !== domain;
      const organization = relaxed ? await walkedOrganization(identifier, looks) : undefined;
      return {
        identifier,
        by,
        walk: judge(walk.applied, by, domain, identifier, walk.organization, organization),
        list: judge(list.applied, by, domain, identifier, list.organization, listedOrganization(identifier)),
      };
    }),
  );
  return {
    identifiers: judged,
    walk: anyOf(
      walk.applied,
      judged.map((one) => one.walk),
    ),
    list: anyOf(
      list.applied,
      judged.map((one) => one.list),
    ),
  };
}

function modeOf(applied: Applied, by: "dkim" | "spf"): AlignmentMode | undefined {
  if (applied.kind !== "found") return undefined;
  return by === "dkim" ? applied.record.adkim : applied.record.aspf;
}

function judge(
  applied: Applied,
  by: "dkim" | "spf",
  domain: Fqdn,
  identifier: Fqdn,
  ours: Fqdn | undefined,
  theirs: Fqdn | undefined,
): Alignment {
  if (applied.kind === "unknown") return "unknown";
  const mode = modeOf(applied, by);
  if (mode === undefined) return "no-policy";
  if (identifier === domain) return "aligned";
  if (mode === "s") return "not-aligned";
  if (ours === undefined || theirs === undefined) return "unknown";
  return ours === theirs ? "aligned" : "not-aligned";
}

function anyOf(applied: Applied, all: readonly Alignment[]): Alignment {
  if (applied.kind === "unknown") return "unknown";
  if (applied.kind !== "found") return "no-policy";
  if (all.includes("aligned")) return "aligned";
  return all.includes("unknown") ? "unknown" : "not-aligned";
}
