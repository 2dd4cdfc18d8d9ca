import type { Route53Client } from "@aws-sdk/client-route-53";
import { callAws } from "../../aws/call";
import type { AwsAction } from "../../aws/permissions";
import type { AwsSession } from "../../aws/session-types";
import type { Ctx } from "../../core/ctx";
import { openMemo } from "../../core/queues";

/** Route 53 Developer Guide, Quotas: five requests a second for an account, all actions together. */
const LIMITS = { spacingMs: 200 } as const;

/** Route 53 with the account's limit kept. `call` throws `AwsFaultError`. */
export interface Route53Api {
  client(): Promise<Route53Client>;
  call<T>(
    action: AwsAction,
    send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
    ctx: Ctx,
    giveUpOn?: (code: string) => boolean,
  ): Promise<T>;
}

export function openApi(session: AwsSession): Route53Api {
  /** Whose limit it is; where STS does not say, these credentials'. */
  const owner = openMemo(async (ctx) => {
    await session.ensureAllowed(ctx);
    try {
      return (await session.account(ctx)).id;
    } catch {
      ctx.signal.throwIfAborted();
      return session.key;
    }
  });
  return {
    client: () => session.route53(),
    async call(action, send, ctx, giveUpOn) {
      const limiter = session.limiters.for(`route53 ${await owner(ctx)}`, LIMITS);
      const call = { service: "route53", action, limiter, send } as const;
      return callAws(session, giveUpOn === undefined ? call : { ...call, giveUpOn }, ctx);
    },
  };
}
