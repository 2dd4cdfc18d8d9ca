import type { Ctx } from "../../../provider/core/ctx";
import { DnsHostError } from "../../../provider/core/errors";
import { exchange, type HttpBounds, HttpFault, keepWhole } from "../../../provider/core/http";
import { clip } from "../../../provider/core/text";
import type { HostFailure } from "../../../provider/dns/backend";
import { type HostSettings, readNamedSet, readSetting } from "../../../provider/dns/named-sets";
import type { ExampleEntry } from "./entry";

export const HOST = "Example DNS";
const BOUNDS: HttpBounds = { withinMs: 10_000, longestMs: 30_000 };

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

export interface ExampleApi {
  readonly base: string;
  /** `doing` is a clause that names the zone. Answers of success, and 409, come back; all others throw. */
  call(method: "GET" | "POST", url: string, doing: string, ctx: Ctx, body?: object): Promise<Answer>;
}

const CODES: Readonly<Record<number, HostFailure>> = {
  401: "credentials-refused",
  403: "permission-missing",
  404: "zone-missing",
  429: "rate-limited",
};

/** The token is read for each request, so that a changed one works for `destroy` too. */
export function openApi(dns: ExampleEntry, settings: HostSettings): ExampleApi {
  const base = dns.url ?? "";
  const tokenOf = (): string => {
    const set = dns.credentials === undefined ? undefined : readNamedSet(settings, dns.credentials, HOST);
    const own = readSetting(settings, "sesdomain:exampleDnsToken", "EXAMPLE_DNS_TOKEN");
    const token = set === undefined ? own : set.token;
    if (typeof token === "string" && token !== "") return token;
    throw new DnsHostError("credentials-missing", `${HOST}: there is no token.`, { hint: "Set EXAMPLE_DNS_TOKEN." });
  };
  return {
    base,
    async call(method, url, doing, ctx, body) {
      ctx.signal.throwIfAborted();
      const headers = { authorization: `Bearer ${tokenOf()}`, "content-type": "application/json" };
      const request = { method, url: new URL(url), headers, body: body && JSON.stringify(body) };
      try {
        const answer = await exchange(request, BOUNDS, ctx.signal, () => keepWhole());
        const { status } = answer;
        if (status === 200 || status === 409) return { status, json: parsed(answer.body, doing) };
        const code = CODES[status] ?? (status >= 500 ? "host-unavailable" : "host-refused");
        const told = clip(answer.body.toString("utf8"), 200);
        throw failure(code, doing, `it answered ${status}: ${told}`);
      } catch (error) {
        ctx.signal.throwIfAborted();
        throw error instanceof HttpFault ? failure("host-unavailable", doing, error.message) : error;
      }
    },
  };
}

export function failure(code: HostFailure, doing: string, what: string): DnsHostError {
  const retryable = code === "rate-limited" || code === "host-unavailable";
  return new DnsHostError(code, `${HOST}: ${doing} failed: ${what}.`, { retryable });
}

/** What is not the API's says nothing of the zone. */
function parsed(octets: Buffer, doing: string): unknown {
  try {
    return JSON.parse(octets.toString("utf8"));
  } catch {
    throw failure("host-unavailable", doing, "its answer is not JSON");
  }
}
