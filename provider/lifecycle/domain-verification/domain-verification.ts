import { SesDomainError } from "../../core/errors";
import { quoted } from "../../core/text";
import type { Lifecycle, Ports } from "../lifecycle";
import { boundStrictly, previewClients } from "../observation/preview-clients";
import { applyVerification } from "./apply";
import { type AwaitedArgs, readAwaited } from "./arguments";
import { previewVerification } from "./preview";
import { decodeVerification, encodeVerification, idOf, type VerificationState } from "./state";

/**
 * The life of a `DomainVerification`: it waits for one domain or for many whose records another resource publishes, and
 * watches them on preview. It makes nothing, so there is nothing to remove.
 */
export function openDomainVerification(ports: Ports): Lifecycle<AwaitedArgs, VerificationState> {
  const { clients } = ports;
  const reading: Ports = { ...ports, clients: previewClients(clients).clients };
  return {
    settle: (raw) => readAwaited(raw, ports).args,
    check(raw) {
      const { args, failures } = readAwaited(raw, ports);
      return Promise.resolve({
        args: failures.length > 0 ? undefined : args,
        inputs: raw,
        failures,
        warnings: [],
        unknown: [],
        healthy: "verified",
        strict: false,
        subject: "",
      });
    },
    plan(args, prior, ctx) {
      const [first] = args.awaited;
      return previewVerification(args, prior, reading, boundStrictly(ctx, first?.args.previewCheck));
    },
    apply: (args, _state, _caller, ctx) => applyVerification(args, clients, ctx),
    asSeen(state, { plan }) {
      const verified = state.verified && plan.steps.length === 0;
      return { ...state, verified, verifiedAt: verified ? state.verifiedAt : undefined };
    },
    refresh: (state) => Promise.resolve(state),
    remove: () => Promise.resolve([]),
    adopt: (id) => Promise.reject(nothingToImport(id)),
    codec: { encode: encodeVerification, decode: decodeVerification, id: idOf },
  };
}

function nothingToImport(id: string): SesDomainError {
  return new SesDomainError(
    "import-unsupported",
    `${quoted(id)} cannot be imported: a DomainVerification makes nothing at SES or in DNS, so there is nothing to import.`,
    {
      hint: "Declare it in the program: its first `pulumi up` only looks. Import the DomainIdentity that it waits for.",
    },
  );
}
