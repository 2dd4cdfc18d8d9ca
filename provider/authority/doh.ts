import { getDomain } from "tldts";
import { AuthorityError } from "../core/errors";
import { type Fqdn, isWithin, parseFqdn } from "../core/fqdn";
import { exchange, HttpFault, isPlainRemote, keepWhole } from "../core/http";
import { openSemaphore } from "../core/queues";
import { clip, quotedAddress, withoutCredentials } from "../core/text";
import { encodeQuery } from "../wire/encode";
import type { Message } from "../wire/message";
import type { RecordType } from "../wire/presentation";
import { limitReached } from "./allowance";
import type { ServerSighting, Sighting } from "./authority";
import { LIMITED, type QueryLimits } from "./exchange";
import { type Query, readAnswerTo } from "./query";
import { valuesIn, type WantedSet } from "./reply";
import { isDefiniteSighting } from "./sighting";
import type { Timeouts } from "./timeouts";

export const DOH_RESOLVERS = ["https://cloudflare-dns.com/dns-query", "https://dns.google/dns-query"] as const;

const MEDIA_TYPE = "application/dns-message";
const LONGEST_MESSAGE = 65_535;
const NO_MESSAGE = "no DNS message that answers the question came back";
const LONGEST_CHAIN = 16;
const LONGEST_REASON = 200;
const AT_ONCE = 32;
const running = openSemaphore(AT_ONCE);

/** Why no answer came, and what to do about it where the cause tells. */
interface Silence {
  readonly silence: string;
  readonly hint?: string | undefined;
}

interface ResolverAnswer {
  readonly sighting: ServerSighting;
  readonly hint?: string | undefined;
  readonly cnames: readonly Fqdn[];
  /** The zone that denies the name. */
  readonly denier: Fqdn | undefined;
}

/**
 * Asks recursive resolvers over HTTPS (RFC 8484), each as one "server". Weaker than asking the authorities: a resolver may
 * hold an old answer. Throws `AuthorityError`: `resolver-unreachable`, `zone-unknown`, `dns-limit`.
 */
export async function lookOverHttps(
  name: Fqdn,
  type: RecordType,
  urls: readonly string[],
  limits: QueryLimits,
): Promise<Sighting> {
  const answers = await Promise.all(urls.map((url) => ask({ name, type }, url, limits)));
  limits.signal.throwIfAborted();
  const servers = answers.map(({ sighting }) => sighting);
  if (servers.every(({ kind }) => kind === "unreachable")) {
    if (limits.budget && servers.some((one) => one.kind === "unreachable" && one.unasked)) {
      throw limitReached(limits.budget.domain);
    }
    const told = servers.map((one) => `${one.address}: ${one.kind === "unreachable" ? one.reason : ""}`);
    const hint = answers.find((one) => one.hint !== undefined)?.hint;
    throw new AuthorityError("resolver-unreachable", `No DNS-over-HTTPS resolver answered (${told.join("; ")}).`, {
      ...(hint && { hint }),
      retryable: true,
    });
  }
  const domain = (getDomain(name) ?? name) as Fqdn;
  const definite = answers.filter(({ sighting }) => isDefiniteSighting(sighting));
  const denier = definite[0]?.denier;
  if (denier !== undefined && definite.every((answer) => answer.denier === denier && answer.cnames.length === 0)) {
    if (denier !== domain && isWithin(domain, denier)) {
      throw new AuthorityError(
        "zone-unknown",
        `${domain} is not delegated: the zone ${denier || "of the root"} says that there is no such name.`,
        {
          hint: "Register the domain, or have its registrar name the servers of its DNS host.",
          retryable: true,
        },
      );
    }
  }
  const cnames = answers.find((answer) => answer.cnames.length > 0)?.cnames ?? [];
  return { name, type, target: cnames.at(-1) ?? name, cnames, via: "doh", delegation: undefined, servers };
}

/** One question, to one resolver after another; undefined where none answers. Not for looks, which ask all. */
export async function askOverHttps(
  name: string,
  type: string,
  urls: readonly string[],
  limits: QueryLimits,
): Promise<Message | undefined> {
  for (const url of urls) {
    const answer = await askResolver({ name, type, recursionDesired: true }, url, limits);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** One question to one resolver; undefined where no answer comes. */
export async function askResolver(query: Query, url: string, limits: QueryLimits): Promise<Message | undefined> {
  const answer = await inTurn(query, url, limits);
  return "silence" in answer ? undefined : answer;
}

async function ask(wanted: WantedSet, url: string, limits: QueryLimits): Promise<ResolverAnswer> {
  const server = URL.canParse(url) ? new URL(url).hostname : quotedAddress(url);
  const address = withoutCredentials(url);
  const query: Query = { ...wanted, recursionDesired: true };
  const message = await inTurn(query, url, limits);
  if (!("silence" in message)) return readRecursive(message, wanted, server, address);
  const { silence: reason, hint } = message;
  const unasked = reason === LIMITED.reason && { unasked: "limit" as const };
  const sighting = { server, address, kind: "unreachable" as const, reason, ...unasked };
  return { sighting, hint, cnames: [], denier: undefined };
}

async function inTurn(
  query: Query,
  url: string,
  { timeouts, signal, budget, untilMs, onReply }: QueryLimits,
): Promise<Message | Silence> {
  if (budget?.take("resolver", url) === false) return { silence: LIMITED.reason };
  const turn = budget?.turn("resolver", url, { untilMs, signal });
  if (turn && !(await turn)) return { silence: LIMITED.reason };
  await running.acquire(signal);
  try {
    const answer = await post(query, url, timeouts, signal);
    if (!("silence" in answer)) onReply?.("resolver");
    return answer;
  } finally {
    running.release();
  }
}

async function post(query: Query, url: string, timeouts: Timeouts, signal: AbortSignal): Promise<Message | Silence> {
  if (!URL.canParse(url)) return { silence: "its address is not a URL" };
  const at = new URL(url);
  // Plain HTTP can be read and changed on the way.
  if (isPlainRemote(at)) return { silence: "plain http is used only for this machine" };
  try {
    const { status, headers, body } = await exchange(
      {
        method: "POST",
        url: at,
        headers: { "content-type": MEDIA_TYPE, accept: MEDIA_TYPE },
        // An id of 0 makes answers cacheable (RFC 8484 section 4.1).
        body: encodeQuery({ ...query, id: 0 }),
      },
      { withinMs: timeouts.httpsMs },
      signal,
      () => keepWhole(LONGEST_MESSAGE),
    );
    if (status < 200 || status >= 300) return { silence: `HTTP status ${status}` };
    if (!headers["content-type"]?.startsWith(MEDIA_TYPE)) return { silence: "no DNS message came back" };
    const answer = readAnswerTo(query, body);
    if (typeof answer === "string") return { silence: NO_MESSAGE };
    return answer.truncated ? { silence: "a truncated answer came back" } : answer;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof HttpFault)) throw error;
    if (error.code === "too-long") return { silence: NO_MESSAGE };
    const silence = error.code === "ETIMEDOUT" ? "no answer in time" : clip(error.message, LONGEST_REASON);
    return { silence, hint: error.hint };
  }
}

function readRecursive(message: Message, { name, type }: WantedSet, server: string, address: string): ResolverAnswer {
  if (message.rcode !== "NOERROR" && message.rcode !== "NXDOMAIN") {
    const reason = `answered ${message.rcode}`;
    return { sighting: { server, address, kind: "lame", reason, recursive: false }, cnames: [], denier: undefined };
  }
  const cnames: Fqdn[] = [];
  let target = name;
  while (type !== "CNAME" && cnames.length < LONGEST_CHAIN) {
    const alias = message.answers.find((record) => record.type === "CNAME" && record.name === target);
    const parsed = alias?.type === "CNAME" ? parseFqdn(alias.target) : undefined;
    if (parsed === undefined || "fault" in parsed) break;
    target = parsed.name;
    cnames.push(target);
  }
  const records = valuesIn(message, { name: target, type });
  if (records.length > 0 && message.rcode === "NXDOMAIN") {
    const reason = "says NXDOMAIN and gives a record";
    return { sighting: { server, address, kind: "lame", reason, recursive: false }, cnames, denier: undefined };
  }
  if (records.length > 0) {
    const values = records.map(({ value }) => value);
    const ttl = Math.min(...records.map((record) => record.ttl));
    return { sighting: { server, address, kind: "values", values, ttl }, cnames, denier: undefined };
  }
  const soa = message.authorities.find((record) => record.type === "SOA");
  const stray = message.answers.some(
    (record) => record.type !== "CNAME" && record.type !== "OTHER" && record.name !== target,
  );
  if (soa === undefined ? stray : !isWithin(target, soa.name as Fqdn)) {
    const reason = "answered for another name than the one asked for";
    return { sighting: { server, address, kind: "lame", reason, recursive: false }, cnames, denier: undefined };
  }
  const negativeTtl = soa?.type === "SOA" ? Math.min(soa.ttl, soa.minimum) : undefined;
  const nxdomain = message.rcode === "NXDOMAIN";
  return {
    sighting: { server, address, kind: "absent", nxdomain, negativeTtl },
    cnames,
    denier: nxdomain ? (soa?.name as Fqdn | undefined) : undefined,
  };
}
