import type { Fqdn } from "../../core/fqdn";
import type { MailFault } from "../fault";
import type { TxtSeen } from "../seen";
import { evaluateSpf } from "./evaluate";
import type { Evaluation, SpfLooks } from "./evaluation";
import { LOOKUP_LIMIT, VOID_LIMIT } from "./limits";
import { parseSpf } from "./parse";
import type { Mechanism, SpfRecord } from "./record";
import { type SpfSelection, selectSpf } from "./select";
import { type SesInclude, sesInclude } from "./ses";

/** What is known of SPF at one name, and its faults. */
export interface SpfVerdict {
  readonly domain: Fqdn;
  /** Whether mail of SES passes: undefined where it could not be learned. */
  readonly passes: boolean | undefined;
  readonly selection: SpfSelection;
  /** The only record, where there is one. */
  readonly record?: SpfRecord | undefined;
  /** Of a record without syntax faults. */
  readonly evaluation?: Evaluation | undefined;
  readonly ses?: SesInclude | undefined;
  readonly faults: readonly MailFault[];
}

/**
 * Judges the TXT values at a MAIL FROM name (RFC 7208). `seen` is what was seen there; `looks` asks the names that its record
 * includes. No look-up that failed becomes a fault.
 */
export async function judgeSpf(domain: Fqdn, seen: TxtSeen, looks: SpfLooks): Promise<SpfVerdict> {
  const selection = selectSpf(seen.kind === "values" ? seen.values : []);
  const nothing: SpfVerdict = { domain, passes: undefined, selection, faults: [] };
  if (seen.kind === "unknown") return nothing;
  const [only] = selection.records;
  if (only === undefined) return { ...nothing, passes: false, faults: missingFaults(domain, selection) };
  if (selection.records.length > 1) {
    const faults = selection.records.map(
      (text): MailFault => ({ code: "spf-several", reason: "several", name: domain, text }),
    );
    return { ...nothing, passes: false, faults };
  }
  const record = parseSpf(only);
  if (record.faults.length > 0) {
    return { ...nothing, passes: false, record, faults: syntaxFaults(domain, record) };
  }
  const evaluation = await evaluateSpf(domain, record, looks);
  const ses = sesInclude(record, evaluation, looks.sesNames);
  const faults = [
    ...suspiciousFaults(domain, record),
    ...evaluationFaults(domain, record, evaluation),
    ...sesFaults(domain, record, ses),
    ...(evaluation.all.kind === "none" && evaluation.faults.length === 0
      ? [{ code: "spf-no-all" as const, reason: "no-all", name: domain, text: record.text }]
      : []),
  ];
  return { domain, passes: passesSes(ses), selection, record, evaluation, ses, faults };
}

/** Only what comes before SES's include counts: a receiver of SES's mail stops there. */
function passesSes(ses: SesInclude): boolean | undefined {
  if (ses.kind === "unknown") return undefined;
  if (ses.kind !== "included" && ses.kind !== "everyone") return false;
  const { lookups, voids, faults, unseen } = ses.reached;
  if (faults > 0 || lookups.count > LOOKUP_LIMIT || voids.count > VOID_LIMIT) return false;
  // A part that was not seen may be one that fails.
  return unseen === 0 ? true : undefined;
}

function missingFaults(domain: Fqdn, { near }: SpfSelection): MailFault[] {
  const meant = near.filter(({ reason }) => reason !== "sender-id");
  if (meant.length === 0) return [{ code: "spf-missing", reason: "missing", name: domain }];
  return meant.map(({ text, reason }): MailFault => ({ code: "spf-syntax", reason, name: domain, text }));
}

function syntaxFaults(domain: Fqdn, { text, faults }: SpfRecord): MailFault[] {
  return faults.map(({ reason, span }): MailFault => ({ code: "spf-syntax", reason, name: domain, text, span }));
}

function suspiciousFaults(domain: Fqdn, { text, suspicious }: SpfRecord): MailFault[] {
  return suspicious.map(
    ({ span }): MailFault => ({ code: "spf-syntax", reason: "ignored-modifier", name: domain, text, span }),
  );
}

function evaluationFaults(domain: Fqdn, { text }: SpfRecord, { faults }: Evaluation): MailFault[] {
  return faults.map(({ reason, chain }): MailFault => {
    const limit = reason.startsWith("too-many-") || reason === "loop";
    return {
      code: limit ? "spf-too-many-lookups" : "spf-syntax",
      reason,
      name: domain,
      text,
      names: chain,
    };
  });
}

function sesFaults(domain: Fqdn, { text }: SpfRecord, ses: SesInclude): MailFault[] {
  const fault = (reason: string, mechanism?: Mechanism): MailFault[] => [
    { code: "spf-without-ses", reason, name: domain, text, span: mechanism?.span },
  ];
  switch (ses.kind) {
    case "absent":
      return fault("absent");
    case "not-passing":
    case "after-all":
      return fault(ses.kind, ses.mechanism);
    case "included":
    case "everyone":
    case "unknown":
      return [];
  }
}
