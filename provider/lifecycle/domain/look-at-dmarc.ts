import type { Fqdn } from "../../core/fqdn";
import type { Identifier } from "../../mail/dmarc/alignment";
import type { DmarcInspection } from "../../mail/dmarc/inspect";
import { inspectDmarc } from "../../mail/dmarc/inspect";
import { judgeWish } from "../../mail/dmarc/wish";
import type { LookTxt } from "../../mail/seen";
import type { CheckedArgs } from "../arguments/types";
import type { DmarcStanding } from "../sending/dmarc";
import { asksForSending, type SendingWish } from "../sending/wish";

export interface DmarcSeen {
  readonly inspection: DmarcInspection;
  /** Undefined where nothing is wanted, or where it could not be learned. */
  readonly standing: DmarcStanding | undefined;
  /** What holds now asks for more than the record that the program wants: it is not written. */
  readonly isWeaker: boolean;
}

/** Whether DMARC is looked for: where the program asks for a part, or names a record. */
export function looksForDmarc(args: CheckedArgs): boolean {
  return typeof args.dmarc === "object" || (args.dmarc === "check" && asksForSending(args));
}

/** Looks for the policy of mail from the domain, and judges the record that the program wants. Reads only. */
export async function lookAtDmarc(
  args: Pick<CheckedArgs, "domain" | "dmarc">,
  wishes: Readonly<Record<string, SendingWish>>,
  look: LookTxt,
): Promise<DmarcSeen> {
  const { domain, dmarc } = args;
  const inspection = await inspectDmarc(domain, identifiersOf(domain, Object.values(wishes)), look);
  if (typeof dmarc !== "object") return { inspection, standing: undefined, isWeaker: false };
  const verdict = judgeWish(dmarc.ifAbsent, inspection.discovery);
  const { own } = inspection.discovery;
  const there = own.kind === "unknown" ? undefined : (own.selection.records[0] ?? own.selection.near[0]?.text);
  const standing: DmarcStanding | undefined =
    verdict.kind === "write"
      ? { kind: "absent" }
      : verdict.kind === "present" && there !== undefined
        ? { kind: "present", text: there }
        : undefined;
  return { inspection, standing, isWeaker: verdict.kind === "weaker" };
}

/**
 * One aligned identifier is enough, and a signature has the domain itself: the MAIL FROM domain counts where nothing is signed. Where
 * neither is asked for, who signs is not known.
 */
function identifiersOf(domain: Fqdn, wishes: readonly SendingWish[]): readonly Identifier[] {
  const signed = { by: "dkim", identifier: domain } as const;
  const unsigned = wishes.filter(({ dkim }) => dkim === false);
  const senders = new Set(unsigned.flatMap(({ mailFrom }) => (mailFrom === false ? [] : [mailFrom.domain])));
  const bySender = [...senders].map((identifier) => ({ by: "spf", identifier }) as const);
  return unsigned.length < wishes.length || senders.size === 0 ? [signed, ...bySender] : bySender;
}
