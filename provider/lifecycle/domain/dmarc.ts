import type { Authority } from "../../authority/authority";
import type { Ctx } from "../../core/ctx";
import { expectStep } from "../../core/status-line";
import { quoted } from "../../core/text";
import type { DnsBackend } from "../../dns/backend";
import { dataText, type Requirement, sameRecord } from "../../dns/requirement";
import { discoverDmarc, openPolicyLooks } from "../../mail/dmarc/discover";
import { judgeWish } from "../../mail/dmarc/wish";
import type { CheckedArgs } from "../arguments/types";
import { openLookTxt } from "../observation/mail-records";
import { publish, withdraw } from "../records/records";
import { dmarcName, dmarcRecord, ownDmarc } from "../sending/dmarc";
import type { Draft } from "./draft";
import type { DomainState } from "./state";

interface Publishing {
  readonly args: CheckedArgs;
  readonly prior: DomainState | undefined;
  readonly written: readonly DnsBackend[];
  readonly byHand: readonly DnsBackend[];
  readonly authority: Authority | undefined;
  /** All other records, which are there by now. */
  readonly requirements: readonly Requirement[];
  readonly draft: Draft;
}

/**
 * Writes the DMARC record that the program wants where there is none, last of all records. One that is there stays, also one
 * that others wrote; so does a policy of the organisational domain that asks for more. Returns all records that are this resource's.
 */
export async function publishDmarc(what: Publishing, ctx: Ctx): Promise<readonly Requirement[]> {
  const { args, prior, written, byHand, requirements, draft } = what;
  const { dmarc, domain } = args;
  if (typeof dmarc !== "object") return requirements;
  expectStep("looking for the DMARC record", ctx);
  const wish = dmarcRecord(domain, dmarc.ifAbsent, args.ttl);
  const own = prior && ownDmarc(prior.requirements);
  if (args.dns.length === 0) {
    // Another provider publishes it, as all other records. What was output once stays, so that nothing alternates.
    const verdict = own === undefined ? await verdictOn(what, own, ctx) : "keep-ours";
    if (typeof verdict !== "string") {
      ctx.log[verdict.isWarning ? "warn" : "info"](verdict.told);
      return requirements;
    }
    draft.expect([...requirements, wish]);
    return [...requirements, wish];
  }
  const replaces = own !== undefined && !sameRecord(own, wish);
  const verdict = await verdictOn(what, own, ctx);
  if (verdict === "keep-ours" && !replaces) {
    const all = [...requirements, wish];
    draft.expect(all);
    await publish(written, [wish], ctx);
    return all;
  }
  if (verdict !== "write" && verdict !== "keep-ours") {
    ctx.log[verdict.isWarning ? "warn" : "info"](verdict.told);
    return requirements;
  }
  const all = [...requirements, wish];
  draft.expect(replaces ? [...all, own] : all);
  // A name has one DMARC record: the previous one goes first.
  if (replaces) await withdraw(written, [own], ctx);
  await publish(written, [wish], ctx);
  await publish(byHand, [wish], ctx);
  draft.expect(all);
  return all;
}

type Verdict = "write" | "keep-ours" | { readonly told: string; readonly isWarning: boolean };

async function verdictOn(
  { args: { domain, dmarc }, authority }: Publishing,
  own: Requirement | undefined,
  ctx: Ctx,
): Promise<Verdict> {
  if (typeof dmarc !== "object") return "write";
  const name = dmarcName(domain);
  if (authority === undefined) {
    if (own !== undefined) return "keep-ours";
    return warning(`DNS is not read (dnsCheck), so that no DMARC record was written at ${name}.`);
  }
  const discovery = await discoverDmarc(domain, openPolicyLooks(openLookTxt(authority, { ...ctx, domain })));
  const verdict = judgeWish(dmarc.ifAbsent, discovery);
  switch (verdict.kind) {
    case "write":
      return "write";
    case "present": {
      const { records, near } = discovery.own.kind === "unknown" ? { records: [], near: [] } : discovery.own.selection;
      const there = records[0] ?? near[0]?.text ?? "";
      if (own !== undefined && there === dataText(own)) return "keep-ours";
      if (own === undefined)
        return { told: `${name} has a DMARC record already. It stays as it is.`, isWarning: false };
      return warning(
        `The DMARC record at ${name} is ${quoted(there, 120)} now, not what was written there. It is not changed, and no longer this resource's.`,
      );
    }
    case "weaker":
      return warning(
        `No DMARC record was written at ${name}: the policy of ${[...new Set(verdict.faults.flatMap(({ names }) => names ?? []))].join(", ")} asks for more than ${quoted(dmarc.ifAbsent, 120)}.`,
      );
    case "invalid":
      return warning(`No DMARC record was written at ${name}: ${quoted(dmarc.ifAbsent, 120)} is not a valid one.`);
    case "unknown":
      return own === undefined
        ? warning(`Whether ${name} has a DMARC record could not be learned, so that none was written.`)
        : "keep-ours";
  }
}

function warning(told: string): Verdict {
  return { told, isWarning: true };
}
