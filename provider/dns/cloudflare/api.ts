import type { Cloudflare } from "cloudflare" with { "resolution-mode": "import" };
import type { Ctx } from "../../core/ctx";
import { withDeadline } from "../../core/deadline";
import { DnsHostError } from "../../core/errors";
import type { HttpBounds } from "../../core/http";
import { openRateLimiter } from "../../core/queues";
import { retry } from "../../core/retry";
import { openFetch } from "./answer";
import { type CloudflareFault, readFault, toHostError } from "./faults";
import type { CloudflareAccess } from "./settings";

export type LoadSdk = () => Promise<typeof import("cloudflare", { with: { "resolution-mode": "import" }})>;

/** How often one request was tried before it came to this. */
interface Tried {
  /** Whether an earlier try may have taken effect without our hearing of it. */
  readonly uncertain: boolean;
}

/** Cloudflare's API for one token, its rate limit kept. */
export interface CloudflareApi {
  /**
   * Sends one request, again while it is limited or away, and as late as the API asks, if that is soon enough. `accept` turns a refusal into an answer. Throws `DnsHostError`;
   * rejects with the signal's reason once `ctx.signal` aborts.
   */
  call<T>(
    doing: string,
    send: (client: Cloudflare, options: { readonly signal: AbortSignal }) => Promise<T>,
    ctx: Ctx,
    accept?: (fault: CloudflareFault, tried: Tried) => { readonly answer: T } | undefined,
  ): Promise<T>;
}

/** 1,200 requests in five minutes, or all are refused for the next five: a burst, then as many as stay below that. */
const BURST = 250;
const SPACING_MS = 1_000 / 3;
export const BOUNDS: HttpBounds = { withinMs: 30_000 };
const LIMITED = { withinMs: 330_000, baseMs: 1_000, capMs: 20_000 } as const;
const AWAY_TRIES = 6;
/** Our own request ends first, since it knows what was silent: the API, or a proxy before it. */
const GRACE_MS = 500;

export function openApi(
  { token, baseUrl }: CloudflareAccess,
  load: LoadSdk,
  bounds: HttpBounds = BOUNDS,
): CloudflareApi {
  const limiter = openRateLimiter({ spacingMs: SPACING_MS, burst: BURST });
  const outer = { ...bounds, withinMs: bounds.withinMs + GRACE_MS };
  let opening: Promise<Cloudflare> | undefined;

  const open = async () => {
    const { Cloudflare } = await load();
    // Every setting that the SDK would take from the environment by itself is given.
    return new Cloudflare({
      apiToken: token,
      apiKey: null,
      apiEmail: null,
      userServiceKey: null,
      baseURL: baseUrl ?? "https://api.cloudflare.com/client/v4",
      maxRetries: 0,
      timeout: bounds.withinMs + GRACE_MS,
      fetch: openFetch(bounds),
      logLevel: "off",
    });
  };

  return {
    async call(doing, send, ctx, accept) {
      const started = ctx.clock.now();
      let away = 0;
      let uncertain = false;
      let tooLong = false;
      return retry(
        async () => {
          await limiter.turn(ctx);
          opening ??= open();
          const client = await opening.catch((error: unknown) => {
            opening = undefined;
            throw sdkMissing(error, doing);
          });
          try {
            // The SDK keeps its listener on the signal, and its timeout covers the headers alone: each request gets a signal of its own.
            const answer = await withDeadline(outer, ctx.signal, (signal) => send(client, { signal }));
            ctx.answered?.();
            return answer;
          } catch (error) {
            ctx.signal.throwIfAborted();
            const fault = readFault(error, [token]);
            const accepted = accept?.(fault, { uncertain });
            if (accepted !== undefined) return accepted.answer;
            const told = toHostError(fault, doing);
            if (fault.status !== undefined) ctx.answered?.(told.retryable ? told.message : undefined);
            if (told.code === "rate-limited" && fault.retryAfterMs !== undefined) {
              tooLong = ctx.clock.now() - started + fault.retryAfterMs > LIMITED.withinMs;
              // A caller that cannot wait that long gets an error with the wait; other callers ask again by themselves.
              if (!tooLong) limiter.hold(fault.retryAfterMs, ctx);
            }
            if (told.code === "host-unavailable") uncertain = true;
            ctx.log.debug(`${told.code}: ${told.message}`);
            throw told;
          }
        },
        {
          ...LIMITED,
          worthwhile(error) {
            if (!(error instanceof DnsHostError) || !error.retryable || tooLong) return false;
            if (error.code === "host-unavailable") away += 1;
            return away < AWAY_TRIES;
          },
        },
        ctx,
      );
    },
  };
}

function sdkMissing(error: unknown, doing: string): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") return error;
  return new DnsHostError("host-refused", `Cloudflare: ${doing} failed: the package "cloudflare" is not installed.`, {
    hint: "It is an optional dependency: npm install cloudflare",
  });
}
