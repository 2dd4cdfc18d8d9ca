import { isDeepStrictEqual } from "node:util";
import { withStatusLine } from "../../core/status-line";
import { checkArgs, checkDomain } from "../arguments";
import { IDENTITY_KEYS } from "../arguments/resource-keys";
import { settleArgs } from "../arguments/settle";
import type { CheckedArgs, CheckResult } from "../arguments/types";
import type { Lifecycle, Ports, Props } from "../lifecycle";
import { boundStrictly, previewCheckIn, previewClients } from "../observation/preview-clients";
import { adoptDomain } from "./adopt";
import { applyDomain } from "./apply";
import { domainAsSeen } from "./as-seen";
import { checkDomainResource } from "./check";
import { previewDomain } from "./preview";
import { refreshDomain } from "./refresh";
import { removeDomain } from "./remove";
import { type DomainState, decodeState, encodeState } from "./state";

/** The life of a `VerifiedDomain`: identities, values at our hosts, and the wait. */
export function openVerifiedDomain(ports: Ports): Lifecycle<CheckedArgs, DomainState> {
  return openDomain(ports, (raw) => checkArgs(raw, ports.defaults), true);
}

/** The life of a `DomainIdentity`: the same without a host, so that nothing is written and nothing awaited. */
export function openDomainIdentity(ports: Ports): Lifecycle<CheckedArgs, DomainState> {
  const own = { keys: IDENTITY_KEYS, implied: { dns: { kind: "manual" } } };
  return openDomain(ports, (raw) => withoutHost(checkArgs(raw, ports.defaults, own)), false);
}

function withoutHost(checked: CheckResult): CheckResult {
  if (checked.kind === "refused") return checked;
  const own = { dns: [], wait: false, dnsCheck: { mode: "off" } } as const;
  return checked.kind === "planned"
    ? { ...checked, args: { ...checked.args, ...own } }
    : { ...checked, args: { ...checked.args, ...own } };
}

/**
 * Diff is given what Check has returned, and what is read of the same arguments is the same. Of each domain the last
 * arguments are kept.
 */
function openRepeatedCheck(read: (raw: Props) => CheckResult): (raw: Props) => CheckResult {
  const last = new Map<string, { readonly raw: Props; readonly checked: CheckResult }>();
  return (raw) => {
    const written = typeof raw.domain === "string" ? raw.domain : "";
    const before = last.get(written);
    if (before !== undefined && isDeepStrictEqual(before.raw, raw)) return before.checked;
    const checked = read(raw);
    if (checked.kind !== "checked") return checked;
    // As Check returns it; of another spelling its warnings would be other ones.
    if (checked.args.domain === written) last.set(written, { raw, checked });
    return checked;
  };
}

function openDomain(
  ports: Ports,
  read: (raw: Props) => CheckResult,
  withHost: boolean,
): Lifecycle<CheckedArgs, DomainState> {
  const check = openRepeatedCheck(read);
  const told = new Set<string>();
  const { clients } = ports;
  /** Those of the last run; undefined where they are refused by now. What did not change is not read again. */
  const argsOf = (raw: Props | undefined): CheckedArgs | undefined => {
    const settled = raw && settleArgs(check(raw), ports);
    return settled !== undefined && "args" in settled ? settled.args : undefined;
  };
  const reading: Ports = { ...ports, clients: previewClients(clients).clients };
  return {
    expect(names) {
      ports.cache.expect(
        names.flatMap((text) => {
          if (told.has(text)) return [];
          told.add(text);
          // One name that SES does not take would fail the request for all.
          const checked = checkDomain(text);
          return "domain" in checked ? [checked.domain] : [];
        }),
      );
    },
    settle(raw) {
      const settled = settleArgs(check(raw), ports);
      return "args" in settled ? settled.args : undefined;
    },
    check(raw, remembered, caller, ctx) {
      const checked = check(raw);
      const bound = boundStrictly(ctx, ports.previewCheck ?? previewCheckIn(checked));
      const argsBefore = remembered.sending?.isSame === false ? argsOf(remembered.former) : undefined;
      return checkDomainResource(checked, raw, { ...remembered, args: argsBefore }, caller, reading, bound);
    },
    plan(args, prior, ctx) {
      const former = argsOf(prior.remembered?.former);
      return previewDomain(args, prior, former, reading, boundStrictly(ctx, args.previewCheck));
    },
    apply: (args, state, caller, ctx) =>
      withStatusLine(ctx, (lined) => applyDomain(args, state, caller, clients, lined)),
    asSeen: domainAsSeen,
    refresh: (state, ctx) => withStatusLine(ctx, (lined) => refreshDomain(state, reading.clients, lined)),
    remove: (state, caller, ctx) => withStatusLine(ctx, (lined) => removeDomain(state, caller, clients, lined)),
    adopt: (id, caller, ctx) =>
      withStatusLine(ctx, (lined) => adoptDomain(id, check, withHost, caller, reading, lined)),
    codec: { encode: encodeState, decode: decodeState, id: ({ domain }) => domain },
  };
}
