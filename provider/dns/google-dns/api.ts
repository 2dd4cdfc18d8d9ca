import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import { exchange, type HttpBounds, keepWhole, segmentFault } from "../../core/http";
import { retry } from "../../core/retry";
import { readAnswer, readRefusal } from "./answer";
import { ApiFault, isOvertaken, toHostError } from "./faults";
import type { GoogleDnsAccess } from "./settings";
import { type LoadAuth, openTokens } from "./tokens";

type Json = Readonly<Record<string, unknown>>;

interface GoogleDnsRequest {
  readonly method: "GET" | "POST";
  /** Segments below the project; each is escaped here. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: Json;
  /** What the API calls its answer: `dns#change`. */
  readonly kind: string;
}

/** Cloud DNS's API, version 1, for one set of credentials (cloud.google.com/dns/docs/reference/rest/v1). */
export interface GoogleDnsApi {
  /** The project by default: what settings or credentials say. Throws `DnsHostError`. */
  project(doing: string, ctx: Ctx): Promise<string>;
  /**
   * Sends one request, again while it is limited or away: a change that took effect unheard is refused then, as overtaken.
   * `read` takes what was promised. Throws `ApiFault` for a change that was overtaken, `DnsHostError`, the signal's reason.
   */
  call<T>(project: string, request: GoogleDnsRequest, read: (json: Json) => T, doing: string, ctx: Ctx): Promise<T>;
}

export const BOUNDS: HttpBounds = { withinMs: 30_000 };
const TRYING = { withinMs: 120_000, baseMs: 500, capMs: 20_000 } as const;
const AWAY_TRIES = 6;

export function openApi(
  { baseUrl, grant, project }: GoogleDnsAccess,
  load: LoadAuth,
  bounds: HttpBounds = BOUNDS,
): GoogleDnsApi {
  const tokens = openTokens(grant, load, bounds);

  async function once<T>(
    url: URL,
    { method, body, kind }: GoogleDnsRequest,
    read: (json: Json) => T,
    doing: string,
    ctx: Ctx,
  ) {
    const opened = await tokens.headers(doing, ctx);
    const headers = {
      ...opened,
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const text = body === undefined ? undefined : JSON.stringify(body);
    try {
      const answer = await exchange({ method, url, headers, body: text }, bounds, ctx.signal, () => keepWhole());
      if (answer.status >= 400) throw new ApiFault(readRefusal(answer.status, answer.body));
      const came = read(readAnswer(answer.status, answer.body, kind));
      ctx.answered?.();
      return came;
    } catch (error) {
      ctx.signal.throwIfAborted();
      if (isOvertaken(error)) {
        ctx.answered?.();
        throw error;
      }
      const told = toHostError(
        error,
        doing,
        [opened.authorization ?? "", (opened.authorization ?? "").slice(7)].filter(Boolean),
      );
      if (told instanceof DnsHostError) {
        if (error instanceof ApiFault) ctx.answered?.(told.retryable ? told.message : undefined);
        ctx.log.debug(`${told.code}: ${told.message}`);
      }
      throw told;
    }
  }

  return {
    async project(doing, ctx) {
      const known = project ?? (await tokens.project(doing, ctx));
      if (known !== undefined) return known;
      throw new DnsHostError(
        "host-refused",
        `Google Cloud DNS: ${doing} failed: nothing says which project holds the zone.`,
        {
          hint: "Set project in dns, pulumi config set gcp:project ID, or GOOGLE_CLOUD_PROJECT.",
        },
      );
    },
    async call(inProject, request, read, doing, ctx) {
      ctx.signal.throwIfAborted();
      const url = new URL(`${baseUrl}/${pathOf(["projects", inProject, ...request.path], doing)}`);
      for (const [name, value] of Object.entries(request.query ?? {})) {
        if (value !== undefined) url.searchParams.set(name, value);
      }
      let away = 0;
      return retry(
        () => once(url, request, read, doing, ctx),
        {
          ...TRYING,
          worthwhile(error) {
            if (!(error instanceof DnsHostError) || !error.retryable) return false;
            if (error.code === "host-unavailable") away += 1;
            return away < AWAY_TRIES;
          },
        },
        ctx,
      );
    },
  };
}

/** Nothing in it may lead to another path. */
function pathOf(segments: readonly string[], doing: string): string {
  for (const segment of segments) {
    const fault = segmentFault(segment);
    if (fault === undefined) continue;
    throw new DnsHostError("host-refused", `Google Cloud DNS: ${doing} failed: the id of a project or zone ${fault}.`, {
      hint: "Set project and zone to ids: letters, digits and hyphens.",
    });
  }
  return segments.map(encodeURIComponent).join("/");
}
