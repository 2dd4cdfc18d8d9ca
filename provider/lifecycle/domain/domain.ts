import { PartialFailure } from "../../core/partial-failure";
import { checkArgs, settleIdentities } from "../arguments";
import type { CheckedArgs, CheckResult } from "../arguments/types";
import { checkPins, openIdentity } from "../identity/open";
import { argsOf, type Caller, type Lifecycle, type Props } from "../lifecycle";
import { previewClients } from "../observation/preview-clients";
import { actedUpon, isSettled, keptMark } from "../observation/told";
import { converge } from "./converge";
import { deleteDomain } from "./delete";
import { diffDomain } from "./diff";
import { type DerivedInputs, healthyText, type PreviewPorts, previewDomain } from "./preview";
import { readDomain } from "./read";
import { type DomainState, decodeState, encodeState } from "./state";

export type SharedPorts = Omit<PreviewPorts, keyof Caller>;

/** The life of a `VerifiedDomain`: identities, values at our hosts, and the wait. */
export function openVerifiedDomain(ports: SharedPorts): Lifecycle {
  return openDomain(ports, (raw) => checkArgs(raw, ports.defaults));
}

/** The life of a `DomainIdentity`: the same without a host, so that nothing is written and nothing awaited. */
export function openDomainIdentity(ports: SharedPorts): Lifecycle {
  return openDomain(ports, (raw) => withoutHost(checkArgs({ ...raw, dns: { kind: "manual" } }, ports.defaults)));
}

function withoutHost(checked: CheckResult): CheckResult {
  if (checked.kind === "refused") return checked;
  const own = { dns: [], wait: false, dnsCheck: { mode: "off" } } as const;
  return checked.kind === "planned"
    ? { ...checked, args: { ...checked.args, ...own } }
    : { ...checked, args: { ...checked.args, ...own } };
}

function openDomain(ports: SharedPorts, check: (raw: Props) => CheckResult): Lifecycle {
  const { world, lookout } = ports;
  const previews = previewClients(world);

  /** The arguments with every default settled; undefined while something in them is not known. */
  function settled(inputs: Props): CheckedArgs | undefined {
    const checked = check(argsOf(inputs));
    if (checked.kind !== "checked") return undefined;
    const { args } = checked;
    const named = settleIdentities(args.identities, ports.defaults.region);
    if ("failures" in named) return undefined;
    return { ...args, identities: named.identities, previewCheck: ports.previewCheck ?? args.previewCheck };
  }

  return {
    async preview(raw, olds, who, ctx) {
      const bound = { ...ports, ...who, world: previews.world };
      const given = argsOf(raw);
      const previewed = await previewDomain(check(given), given, olds as DerivedInputs & Props, bound, ctx);
      return { ...previewed, warnings: previews.tell(previewed.warnings) };
    },

    async diff(outputs, inputs, ctx) {
      const args = settled(inputs);
      if (args === undefined) return { changes: true, replaces: [], warnings: [] };
      const identities = args.identities.map((identity) => openIdentity(identity, previews.world));
      const state = decodeState(outputs);
      if (args.domain === state.domain) await checkPins(identities, state.verifications, ctx);
      const healthy = isSettled(inputs.verification, healthyText(args), outputs);
      const difference = await diffDomain(state, args, identities, healthy, lookout, previews.world, ctx);
      return { ...difference, warnings: previews.tell(difference.warnings) };
    },

    async converge(inputs, outputs, who, ctx) {
      const args = settled(inputs);
      if (args === undefined) throw new TypeError("the arguments are not valid; a preview says which");
      const prior = outputs === undefined ? undefined : decodeState(outputs);
      const madeOf = (state: DomainState) => ({ id: state.domain, outputs: encodeState(state) });
      try {
        const { id, outputs: made } = madeOf(await converge(args, prior, who, world, ctx));
        return { id, outputs: { ...made, ...actedUpon(inputs.verification, healthyText(args)) } };
      } catch (error) {
        throw error instanceof PartialFailure
          ? new PartialFailure(error.cause, madeOf(error.state as DomainState))
          : error;
      }
    },

    async read(outputs, ctx) {
      const state = await readDomain(decodeState(outputs), previews.world, ctx);
      return state === undefined ? undefined : { ...encodeState(state), ...keptMark(outputs) };
    },

    delete: (outputs, who, ctx) => deleteDomain(decodeState(outputs), who, world, ctx),
  };
}
