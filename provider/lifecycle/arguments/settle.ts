import type { Fqdn } from "../../core/fqdn";
import { settleIdentities } from "./identities";
import { judgeMailFrom } from "./sending-rules";
import type { CheckedIdentity, CheckedMailFrom, CheckResult, Failure, PreviewCheck } from "./types";

/** What configuration and environment supply for every kind of resource. */
interface Settings {
  readonly defaults: { readonly region: string | undefined };
  /** Overrides the argument of every resource. */
  readonly previewCheck: PreviewCheck | undefined;
}

interface CommonArgs {
  readonly identities: readonly CheckedIdentity[];
  readonly previewCheck: PreviewCheck;
  /** Left out where the resource is of an address. */
  readonly domain?: Fqdn;
  readonly mailFrom?: CheckedMailFrom;
}

/** The arguments with what they leave to the stack filled in. `failures`: why that cannot be done; none where a value is not known yet. */
export function settleArgs<Args extends CommonArgs>(
  checked: CheckResult<Args>,
  { defaults, previewCheck }: Settings,
): { readonly args: Args } | { readonly failures: readonly Failure[] } {
  if (checked.kind === "refused") return { failures: checked.failures };
  if (checked.kind === "planned") return { failures: [] };
  const { args } = checked;
  const settled = settleIdentities(args.identities, defaults.region);
  if ("failures" in settled) return settled;
  const { domain, mailFrom } = args;
  if (domain !== undefined && mailFrom !== undefined) {
    const { failures } = judgeMailFrom({ domain, mailFrom, identities: settled.identities });
    if (failures.length > 0) return { failures };
  }
  return { args: { ...args, identities: settled.identities, previewCheck: previewCheck ?? args.previewCheck } };
}
