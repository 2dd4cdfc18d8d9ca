import type { Ctx } from "../../core/ctx";
import { withDeadline } from "../../core/deadline";
import { DnsHostError } from "../../core/errors";
import { exchange, type HttpBounds, HttpFault, httpFaultIn, keepWhole } from "../../core/http";
import { isPage } from "../../core/text";
import type { Grant } from "./settings";

export type LoadAuth = () => Promise<Pick<typeof import("google-auth-library"), "GoogleAuth">>;

/** One set of credentials, with what Google's library keeps of it: tokens are asked for again when they end. */
export interface Tokens {
  /** Headers that open the API; the first holds the token. Throws `DnsHostError`, or the signal's reason. */
  headers(doing: string, ctx: Ctx): Promise<Readonly<Record<string, string>>>;
  /** The project that the credentials belong to, where they say so. Throws the same. */
  project(doing: string, ctx: Ctx): Promise<string | undefined>;
}

const SCOPE = "https://www.googleapis.com/auth/ndev.clouddns.readwrite";

export function openTokens(grant: Grant, load: LoadAuth, bounds: HttpBounds): Tokens {
  if (grant.kind === "token") {
    const headers = { authorization: `Bearer ${grant.token}` };
    return { headers: async () => headers, project: async () => undefined };
  }
  let opening: ReturnType<typeof open> | undefined;
  const open = async () => {
    const { GoogleAuth } = await load();
    return new GoogleAuth({
      scopes: [SCOPE],
      ...(grant.kind === "key" && { credentials: { ...grant.key } }),
      clientOptions: { transporterOptions: { fetchImplementation: openFetch(bounds) } },
    });
  };

  /** The library cannot be stopped, so it is left behind: its requests end by their own bounds. */
  async function ask<T>(
    doing: string,
    ctx: Ctx,
    call: (auth: Awaited<ReturnType<typeof open>>) => Promise<T>,
  ): Promise<T> {
    opening ??= open();
    const auth = await opening.catch((error: unknown) => {
      opening = undefined;
      throw libraryMissing(error, doing);
    });
    try {
      return await withDeadline(bounds, ctx.signal, () => call(auth));
    } catch (error) {
      ctx.signal.throwIfAborted();
      throw tokenFault(error, doing, grant);
    }
  }

  return {
    headers: (doing, ctx) =>
      ask(doing, ctx, async (auth) => {
        const client = await auth.getClient();
        return Object.fromEntries(await client.getRequestHeaders());
      }),
    async project(doing, ctx) {
      try {
        return await ask(doing, ctx, (auth) => auth.getProjectId());
      } catch (error) {
        // The library only says in words that the credentials name no project.
        if (error instanceof DnsHostError && error.code === "credentials-refused") return undefined;
        throw error;
      }
    },
  };
}

/** `fetch` for Google's library: each answer whole and within the bounds, and no redirect followed. */
function openFetch(bounds: HttpBounds): typeof fetch {
  const never = new AbortController().signal;
  return async (input, init = {}) => {
    const request = new Request(input, init);
    const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
    const answer = await exchange(
      { method: request.method, url: new URL(request.url), headers: Object.fromEntries(request.headers), body },
      bounds,
      never,
      () => keepWhole(),
    );
    if (isPage(answer.body.subarray(0, 100).toString("utf8"))) {
      throw new HttpFault("garbled", `an HTML page came instead (HTTP ${answer.status})`, {
        place: "answer",
        hint: "Another server answers in Google's place: check the proxies of the network.",
      });
    }
    const headers = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
      [value ?? []].flat().map((each) => [name, each]),
    );
    const empty = answer.status === 204 || answer.status === 304;
    return new Response(empty ? null : new Uint8Array(answer.body), { status: answer.status, headers });
  };
}

/** The library's messages may hold a path, a key or a whole answer: what happened is told in our own words. */
function tokenFault(error: unknown, doing: string, grant: Grant): DnsHostError {
  const failed = `Google Cloud DNS: ${doing} failed`;
  const lost = httpFaultIn(error);
  const silent = lost !== undefined || inCauses(error, (each) => codeOf(each) === "ETIMEDOUT");
  const status = statusOf(error);
  if (silent || (status !== undefined && (status === 429 || status >= 500))) {
    return new DnsHostError(
      "host-unavailable",
      `${failed}: no access token came from Google${lost === undefined ? "" : `: ${lost.message}`}.`,
      {
        hint: lost?.hint ?? "Run again; see https://status.cloud.google.com.",
        retryable: true,
      },
    );
  }
  if (
    grant.kind === "default" &&
    status === undefined &&
    /Could not load the default credentials/.test(messageOf(error))
  ) {
    return new DnsHostError(
      "credentials-missing",
      `${failed}: no credentials are set, and this machine has no default ones.`,
      {
        hint: "Run gcloud auth application-default login, set GOOGLE_APPLICATION_CREDENTIALS to a key file, or pulumi config set --secret gcp:credentials < key.json",
      },
    );
  }
  const said = status === undefined ? "" : ` (HTTP ${status})`;
  return new DnsHostError("credentials-refused", `${failed}: the credentials give no access token${said}.`, {
    hint: "Check that the key is whole, is not deleted, and is of an account that is not disabled.",
  });
}

function inCauses(error: unknown, test: (error: unknown) => boolean): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (test(at)) return true;
  return false;
}

function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && "status" in error ? error.status : undefined;
  return typeof status === "number" ? status : undefined;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "";
}

function libraryMissing(error: unknown, doing: string): unknown {
  const code = codeOf(error);
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") return error;
  return new DnsHostError(
    "host-refused",
    `Google Cloud DNS: ${doing} failed: the package "google-auth-library" is not installed.`,
    { hint: "It is an optional dependency: npm install google-auth-library" },
  );
}
