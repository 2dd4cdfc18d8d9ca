import { isIP } from "node:net";
import { formatDuration, parseDuration } from "../../core/duration";
import type { Fqdn } from "../../core/fqdn";
import { hostPortFault } from "../../core/host-port";
import { isPlainRemote } from "../../core/http";
import { quotedAddress } from "../../core/text";
import type { Capabilities } from "../../dns/backend";
import { type CheckedDns, canOf, type HostDefaults, hostOf } from "../../dns/hosts";
import { planPlacement } from "../records/placement";
import { choice, readArguments } from "./declaration";
import { checkDns } from "./dns";
import { checkDomain } from "./domain-name";
import { checkIdentities } from "./identities";
import {
  type Bag,
  compact,
  fail,
  known,
  type Notes,
  type Read,
  readChoice,
  readList,
  readObject,
  readText,
  readWhole,
} from "./read";
import { readWait, SENDING_ARGUMENTS } from "./sending";
import { judgeMailFrom, judgeUnderscores } from "./sending-rules";
import {
  ADOPTIONS,
  type CheckedArgs,
  type CheckedDnsCheck,
  type CheckResult,
  DNS_CHECK_MODES,
  isUnknown,
  type MaybeUnknown,
  PLACEMENTS,
  type PlannedArgs,
  PREVIEW_CHECKS,
  RESTARTS,
} from "./types";

export const DEFAULT_TTL_SECONDS = 300;
export const DEFAULT_TIMEOUT_MS = 45 * 60_000;
/** RFC 2181 section 8. */
const LONGEST_TTL_SECONDS = 2_147_483_647;
const DAY_SECONDS = 86_400;
const HOUR_MS = 3_600_000;
export const LONGEST_TIMEOUT_MS = 168 * HOUR_MS;
/** After which SES turns Pending into Failed (Amazon SES Developer Guide). */
const SES_GIVES_UP_MS = 72 * HOUR_MS;

/** What the check of one argument knows of others, and of the stack. */
interface DomainContext {
  readonly domain: Fqdn | undefined;
  readonly hosts: HostDefaults;
}

/** The arguments of a `VerifiedDomain`, in the order of the reference. */
export const DOMAIN_ARGUMENTS = {
  domain: {
    replaces: true,
    read: (notes: Notes, _path: string, value: unknown) => readDomain(notes, value),
  },
  identities: {
    read: (notes: Notes, _path: string, value: unknown) => checkIdentities(notes, value, "domain"),
  },
  dns: {
    read: (notes: Notes, _path: string, value: unknown, { domain, hosts }: DomainContext) =>
      checkDns(notes, value, { domain, defaults: hosts }),
  },
  placement: choice(PLACEMENTS, "auto"),
  ttl: {
    fallback: DEFAULT_TTL_SECONDS,
    read: (notes: Notes, path: string, value: unknown) => readWhole(notes, path, value, 0, LONGEST_TTL_SECONDS),
  },
  wait: {
    fallback: "ready",
    writtenFallback: '"ready"',
    read: (notes: Notes, path: string, value: unknown) => readWait(notes, path, value),
  },
  timeout: {
    fallback: DEFAULT_TIMEOUT_MS,
    writtenFallback: JSON.stringify(formatDuration(DEFAULT_TIMEOUT_MS)),
    read: (notes: Notes, _path: string, value: unknown) => readTimeout(notes, value),
  },
  adopt: choice(ADOPTIONS, "keep"),
  restart: choice(RESTARTS, "auto"),
  dnsCheck: {
    fallback: { mode: "authoritative" },
    read: (notes: Notes, _path: string, value: unknown) => readDnsCheck(notes, value),
  },
  previewCheck: choice(PREVIEW_CHECKS, "live"),
  ...SENDING_ARGUMENTS,
} as const;
export const DOMAIN_KEYS = Object.keys(DOMAIN_ARGUMENTS) as readonly (keyof typeof DOMAIN_ARGUMENTS)[];

/** Of a resource that has some of these arguments: which, and what it has in place of others. */
interface OfResource {
  readonly keys?: readonly string[];
  readonly implied?: Bag;
}

/**
 * Validates what a program passed and puts every default in place. Pure: nothing is asked, so zones, credentials and
 * the regions' answers are the caller's to check. Never throws, whatever it is given. A value that is not known yet
 * (`UNKNOWN`) passes at any depth and stays in the result.
 */
export function checkArgs(
  raw: unknown,
  defaults: { readonly hosts?: HostDefaults } = {},
  { keys = DOMAIN_KEYS, implied = {} }: OfResource = {},
): CheckResult {
  const notes: Notes = { failures: [], warnings: [], unknownPaths: [] };
  const written = readObject(notes, "", raw ?? {}, keys);
  if (!known(written))
    return { kind: "refused", failures: [{ property: "", reason: "the arguments must be an object" }], warnings: [] };
  const bag = { ...written, ...implied };

  const hosts = defaults.hosts ?? {};
  const { timeout: timeoutMs, ...read } = readArguments(DOMAIN_ARGUMENTS, notes, bag, ({ domain }) => ({
    domain: known(domain) ? domain : undefined,
    hosts,
  }));
  const { domain, identities, dns } = read;
  if (notes.failures.length > 0 || domain === undefined || identities === undefined || dns === undefined) {
    return { kind: "refused", failures: notes.failures, warnings: notes.warnings };
  }
  const planned: PlannedArgs = compact({ ...read, timeoutMs, domain, identities, dns });
  checkTtl(notes, planned);
  const can = capabilitiesOf(dns);
  if (can !== undefined) checkPlacement(notes, planned, can);
  if (can?.some((host) => !host.underscores)) notes.failures.push(...judgeUnderscores(planned));
  const mailFrom = judgeMailFrom(planned);
  notes.failures.push(...mailFrom.failures);
  notes.warnings.push(...mailFrom.warnings);
  const { failures, warnings, unknownPaths: unknown } = notes;
  if (failures.length > 0) return { kind: "refused", failures, warnings };
  if (unknown.length > 0) return { kind: "planned", args: planned, unknown, warnings };
  return { kind: "checked", args: planned as CheckedArgs, warnings };
}

function readDomain(notes: Notes, value: unknown): Read<Fqdn> {
  if (value === undefined || value === null)
    return fail(notes, "domain", 'is missing; name the domain that is to send, such as "example.com"');
  if (typeof value === "string" && value.trim() !== "") {
    const text = readText(notes, "domain", value);
    if (!known(text)) return text;
    const checked = checkDomain(text);
    if ("fault" in checked) return fail(notes, "domain", checked.fault);
    notes.warnings.push(...checked.warnings);
    return checked.domain;
  }
  const checked = typeof value === "string" ? checkDomain(value) : undefined;
  return fail(notes, "domain", checked && "fault" in checked ? checked.fault : "must be text: the name of one domain");
}

export function readTimeout(notes: Notes, value: unknown): Read<number> {
  if (typeof value === "number") {
    return fail(notes, "timeout", `is a number without a unit; write "${value}s", "${value}m" or "${value}h"`);
  }
  const text = readText(notes, "timeout", value);
  if (!known(text)) return text;
  const parsed = parseDuration(text);
  if ("fault" in parsed) return fail(notes, "timeout", parsed.fault);
  if (parsed.ms < 1_000)
    return fail(notes, "timeout", `is ${formatDuration(parsed.ms)}; for not waiting at all, set wait to false`);
  if (parsed.ms > LONGEST_TIMEOUT_MS)
    return fail(
      notes,
      "timeout",
      `is ${formatDuration(parsed.ms)}; it is at most ${formatDuration(LONGEST_TIMEOUT_MS)}`,
    );
  if (parsed.ms > SES_GIVES_UP_MS) {
    notes.warnings.push(
      `timeout is ${formatDuration(parsed.ms)}, but SES itself gives up after 72h of looking for the record.`,
    );
  }
  return parsed.ms;
}

export function readDnsCheck(notes: Notes, value: unknown): Read<MaybeUnknown<CheckedDnsCheck>> {
  const path = "dnsCheck";
  if (typeof value === "string" && (DNS_CHECK_MODES as readonly string[]).includes(value)) {
    return fail(notes, path, `must be an object; write { mode: "${value}" }`);
  }
  const bag = readObject(notes, path, value, ["mode", "resolvers", "port"]);
  if (!known(bag)) return bag;
  const mode = readChoice(notes, `${path}.mode`, bag.mode, DNS_CHECK_MODES) ?? "authoritative";
  const resolvers = readList(notes, `${path}.resolvers`, bag.resolvers, (at, entry) => {
    const text = readText(notes, at, entry);
    if (!known(text)) return text;
    const fault = mode === "doh" ? dohFault(text) : mode === "authoritative" ? resolverFault(text) : undefined;
    return fault === undefined ? text : fail(notes, at, `${quotedAddress(text)} ${fault}`);
  });
  if (known(resolvers) && resolvers.length === 0)
    fail(notes, `${path}.resolvers`, "is empty; leave it out to have the default");
  const port = readWhole(notes, `${path}.port`, bag.port, 1, 65_535);
  return compact({ mode, resolvers: known(resolvers) ? resolvers.flatMap((each) => each ?? []) : resolvers, port });
}

/** The fault of a resolver's address; undefined where it is one. */
export function resolverFault(text: string): string | undefined {
  if (/^https?:/i.test(text)) return 'is for DNS over HTTPS; set mode to "doh" with it';
  const fault = hostPortFault(text);
  if (fault !== undefined) return fault;
  const host = text.replace(/^\[([^\]]+)\](:\d+)?$/, "$1");
  const address = isIP(host) !== 0 || isIP(host.replace(/:\d+$/, "")) !== 0;
  return address ? undefined : "is a name; write the resolver's IP address";
}

/** The fault of a resolver's URL. Plain http only to this machine, where tests have their resolver. */
export function dohFault(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && url.username + url.password !== "") {
    return "holds a user name or a password, which would end up in the state; write the address alone";
  }
  if (url?.protocol === "https:") return undefined;
  if (url?.protocol === "http:" && !isPlainRemote(url)) return undefined;
  return 'is not an https address, such as "https://cloudflare-dns.com/dns-query"';
}

function checkTtl(notes: Notes, { ttl, dns }: PlannedArgs): void {
  if (!known(ttl)) return;
  const hosts = typeof dns === "string" ? [] : dns;
  const limits = hosts.flatMap((host) =>
    typeof host === "object" && known(host.kind) ? (hostOf(host.kind).ttl ?? []) : [],
  );
  const broken = limits.find(({ least, most, also }) => !also.includes(ttl) && (ttl < least || ttl > most));
  if (broken !== undefined) {
    fail(notes, "ttl", `is ${ttl}; ${broken.says}`);
  } else if (ttl > DAY_SECONDS) {
    notes.warnings.push(`ttl is ${ttl} s, more than a day: caches keep a wrong value for as long.`);
  }
}

/** What the hosts can hold; undefined while that depends on what is not known yet. */
function capabilitiesOf(dns: PlannedArgs["dns"]): readonly Capabilities[] | undefined {
  if (typeof dns === "string") return undefined;
  const can: Capabilities[] = [];
  for (const host of dns) {
    if (typeof host === "string" || !known(host.kind)) return undefined;
    // What a host holds whatever the program says of it is known even where something of that is not.
    const depends = hostOf(host.kind).can !== undefined;
    if (depends && Object.values(host).some(isUnknown)) return undefined;
    can.push(canOf(host as CheckedDns));
  }
  return can;
}

function checkPlacement(
  notes: Notes,
  { domain, identities, placement }: PlannedArgs,
  can: readonly Capabilities[],
): void {
  if (!known(domain) || !known(placement) || typeof identities === "string") return;
  const plan = planPlacement({ domain, identities: identities.map((_, index) => String(index)), placement, can });
  if ("fault" in plan) fail(notes, "placement", plan.fault);
}
