import type { Code } from "../../diagnosis/catalogue";
import type { Finding } from "../../diagnosis/finding";
import type { VerificationStatus } from "../../ses/port";
import type { Restart } from "../arguments/types";
import type { Held } from "../lifecycle";
import type { RequestReason } from "./request-reason";
import { heldUntilMs, type Restarts } from "./restarts";

/** An identity as SES has it. `unknown`: it could not be asked. */
export interface ObservedIdentity {
  readonly status: VerificationStatus | "absent" | "unknown";
  /** Undefined where SES holds none, or was asked for the status alone (`tokenKnown`). */
  readonly token?: string | undefined;
  readonly tokenKnown: boolean;
}

/** What earlier runs know of the identity. */
export interface IdentityHistory {
  /** Whether an earlier run had it: then asking SES for it is asking again. */
  readonly known: boolean;
  readonly asked: Restarts | undefined;
}

export type RequestPlan =
  | { readonly kind: "none" }
  /** `again`: SES was asked for it before, and has failed, revoked or lost it. */
  | { readonly kind: "ask"; readonly because: RequestReason; readonly again: boolean }
  | ({ readonly kind: "held" } & Omit<Held, "identity">);

/** Causes for which SES sees no value, whatever is published, and however often it is asked. */
const IN_VAIN: ReadonlySet<string> = new Set<Code>(["dnssec-bogus", "zone-unknown"]);

/** Whether asking SES again has no effect until the cause, which no step removes, is gone. */
export function isInVain(findings: readonly Pick<Finding, "code">[]): boolean {
  return findings.some(({ code }) => IN_VAIN.has(code));
}

const NONE: RequestPlan = { kind: "none" };

/**
 * Decides whether SES has to be asked for an identity. The only place where that is decided. Pure. Never for one in
 * Success that has a token, nor while it is pending: a new request would start its verification over.
 */
export function planRequest(
  current: ObservedIdentity,
  { known, asked }: IdentityHistory,
  restart: Restart,
  nowMs: number,
): RequestPlan {
  const because = reasonOf(current);
  if (because === undefined) return NONE;
  const again = because === "lapsed" || (because === "absent" && known);
  if (!again) return { kind: "ask", because, again };
  if (restart === "never") return { kind: "held", status: current.status, because: "restart-never" };
  const untilMs = heldUntilMs(asked, nowMs);
  if (untilMs !== undefined) return { kind: "held", status: current.status, because: "restart-held", untilMs };
  return { kind: "ask", because, again };
}

function reasonOf({ status, token, tokenKnown }: ObservedIdentity): RequestReason | undefined {
  switch (status) {
    case "unknown":
      return undefined;
    case "absent":
      return "absent";
    case "Failed":
    case "NotStarted":
      return "lapsed";
    default:
      return tokenKnown && token === undefined ? "no-token" : undefined;
  }
}
