import { isIP } from "node:net";
import { type Fqdn, isWithin, parseFqdn } from "../../core/fqdn";
import { segmentFault } from "../../core/http";
import { joinPath } from "../../core/path";
import { nearest, oneOf } from "../../core/suggest";
import { clip, holdsCredentials, quotedAddress } from "../../core/text";
import type { DnsKind } from "../../dns/backend";
import type { CheckedDns } from "../../dns/hosts";
import { underscoreName } from "../records/placement";
import { checkCredentials, checkRole } from "./identities";
import {
  type Bag,
  compact,
  fail,
  known,
  type Notes,
  type Read,
  readBoolean,
  readChoice,
  readList,
  readObject,
  readText,
} from "./read";
import type { MaybeUnknown } from "./types";

/** What configuration and environment supply where a program leaves it out. */
export interface HostDefaults {
  readonly rfc2136Server?: string | undefined;
  readonly powerdnsUrl?: string | undefined;
}

const KEYS = {
  route53: ["kind", "zoneId", "profile", "roleArn", "externalId", "credentials"],
  cloudflare: ["kind", "zoneId", "credentials"],
  rfc2136: ["kind", "server", "zone", "transport", "credentials"],
  powerdns: ["kind", "url", "serverId", "credentials"],
  manual: ["kind", "underscores", "multipleValues", "credentials"],
} as const satisfies Record<DnsKind, readonly string[]>;

const KINDS = Object.keys(KEYS) as DnsKind[];

/** Other names of what we do have. */
const ALSO_KNOWN_AS: Readonly<Record<string, DnsKind>> = {
  aws: "route53",
  r53: "route53",
  amazon: "route53",
  cf: "cloudflare",
  bind: "rfc2136",
  bind9: "rfc2136",
  knot: "rfc2136",
  nsupdate: "rfc2136",
  tsig: "rfc2136",
  ddns: "rfc2136",
  pdns: "powerdns",
  none: "manual",
  external: "manual",
  other: "manual",
};

interface HostContext {
  readonly domain: Fqdn | undefined;
  readonly defaults: HostDefaults;
}

/** One entry is read as a list of one. */
export function checkDns(
  notes: Notes,
  value: unknown,
  question: HostContext,
): Read<readonly MaybeUnknown<CheckedDns>[]> {
  if (value === undefined || value === null) {
    return fail(notes, "dns", `is missing; say which host holds the domain's zone: { kind: ${oneOf(KINDS)} }`);
  }
  if (typeof value === "string" && !known(value as Read<string>)) {
    notes.unknownPaths.push("dns");
    return value as never;
  }
  if (!Array.isArray(value)) {
    const one = checkHost(notes, "dns", value, question);
    return one === undefined ? undefined : [one];
  }
  if (value.length === 0) return fail(notes, "dns", `is empty; name at least one host: { kind: ${oneOf(KINDS)} }`);
  const read = readList(notes, "dns", value, (path, entry) => checkHost(notes, path, entry, question));
  if (!known(read)) return read;
  const seen = new Map<string, number>();
  read.forEach((entry, index) => {
    if (!known(entry)) return;
    const text = JSON.stringify(entry);
    const before = seen.get(text);
    if (before !== undefined) fail(notes, `dns[${index}]`, `is the same as dns[${before}]; remove one`);
    else seen.set(text, index);
  });
  return read.flatMap((entry) => (entry === undefined ? [] : [entry]));
}

function checkHost(notes: Notes, path: string, value: unknown, question: HostContext): Read<MaybeUnknown<CheckedDns>> {
  if (typeof value === "string" && known(value as Read<string>)) {
    const kind = kindMeant(value);
    return fail(notes, path, `must be an object; write { kind: "${kind ?? "route53"}" }`);
  }
  const bag = readObject(notes, path, value ?? undefined, allKeys(value));
  if (!known(bag)) return bag ?? fail(notes, path, `is missing; name a host: { kind: ${oneOf(KINDS)} }`);
  const kind = checkKind(notes, joinPath(path, "kind"), bag.kind);
  if (kind === undefined) return undefined;
  const credentials = checkCredentials(notes, path, bag);
  if (!known(kind)) return { ...bag, kind } as never;
  switch (kind) {
    case "route53":
      return compact({ kind, zoneId: route53Zone(notes, path, bag), ...checkRole(notes, path, bag), credentials });
    case "cloudflare":
      return compact({ kind, zoneId: cloudflareZone(notes, path, bag), credentials });
    case "rfc2136":
      return compact({
        kind,
        server: updateServer(notes, path, bag, question.defaults),
        zone: zoneName(notes, path, bag, question.domain),
        transport: readChoice(notes, joinPath(path, "transport"), bag.transport, ["tcp", "udp"]),
        credentials,
      });
    case "powerdns":
      return compact({
        kind,
        url: apiUrl(notes, path, bag, question.defaults),
        serverId: apiServer(notes, path, bag),
        credentials,
      });
    case "manual":
      return compact({
        kind,
        underscores: readBoolean(notes, joinPath(path, "underscores"), bag.underscores) ?? true,
        multipleValues: readBoolean(notes, joinPath(path, "multipleValues"), bag.multipleValues) ?? true,
        credentials,
      });
  }
}

/** The properties of the kind that is written there; of every kind where that is not known. */
function allKeys(value: unknown): readonly string[] {
  const kind = typeof value === "object" && value !== null ? (value as Bag).kind : undefined;
  return KINDS.includes(kind as DnsKind)
    ? KEYS[kind as DnsKind]
    : [...new Set(KINDS.flatMap((each) => [...KEYS[each]]))];
}

function checkKind(notes: Notes, path: string, value: unknown): Read<DnsKind> {
  if (value === undefined || value === null) return fail(notes, path, `is missing; it must be ${oneOf(KINDS)}`);
  const kind = value as Read<DnsKind>;
  if (!known(kind)) {
    notes.unknownPaths.push(path);
    return kind;
  }
  if (KINDS.includes(kind)) return kind;
  const meant = typeof value === "string" ? kindMeant(value) : undefined;
  const shown = typeof value === "string" ? `is "${clip(value, 40)}"` : "is not text";
  const way = meant
    ? `Did you mean "${meant}"?`
    : 'For any other host there is "manual": the records are printed for you to publish';
  return fail(notes, path, `${shown}; it must be ${oneOf(KINDS)}. ${way}`);
}

function kindMeant(word: string): DnsKind | undefined {
  const bare = word.toLowerCase().replace(/[^a-z0-9]/g, "");
  return nearest(word, KINDS) ?? (Object.hasOwn(ALSO_KNOWN_AS, bare) ? ALSO_KNOWN_AS[bare] : undefined);
}

function route53Zone(notes: Notes, path: string, bag: Bag): Read<string> {
  const at = joinPath(path, "zoneId");
  const id = readText(notes, at, bag.zoneId);
  if (!known(id)) return id;
  const bare = id.replace(/^\/?hostedzone\//i, "");
  if (/^[A-Z0-9]{1,32}$/.test(bare)) return bare;
  return fail(
    notes,
    at,
    `"${clip(id, 40)}" is not the id of a hosted zone, such as "Z0123456789ABCDEFGHIJ"${nameHint(id)}`,
  );
}

function cloudflareZone(notes: Notes, path: string, bag: Bag): Read<string> {
  const at = joinPath(path, "zoneId");
  const id = readText(notes, at, bag.zoneId);
  if (!known(id)) return id;
  if (/^[0-9a-f]{32}$/i.test(id)) return id.toLowerCase();
  return fail(
    notes,
    at,
    `"${clip(id, 40)}" is not the id of a Cloudflare zone, 32 hexadecimal digits (dashboard, Overview, API)${nameHint(id)}`,
  );
}

function nameHint(id: string): string {
  return id.includes(".") ? "; leave it out to have the zone found by its name" : "";
}

function zoneName(notes: Notes, path: string, bag: Bag, domain: Fqdn | undefined): Read<Fqdn> {
  const at = joinPath(path, "zone");
  const text = readText(notes, at, bag.zone);
  if (!known(text)) return text;
  const parsed = parseFqdn(text);
  if ("fault" in parsed) return fail(notes, at, `"${clip(text)}" ${parsed.fault}`);
  if (domain !== undefined && !isWithin(underscoreName(domain), parsed.name)) {
    return fail(notes, at, `"${parsed.name}" does not hold ${domain}; name a zone at or above it, or leave it out`);
  }
  return parsed.name;
}

function updateServer(notes: Notes, path: string, bag: Bag, defaults: HostDefaults): Read<string> {
  const at = joinPath(path, "server");
  const text = readText(notes, at, bag.server);
  if (text === undefined && !bag.server && defaults.rfc2136Server === undefined) {
    return fail(notes, at, 'is missing; name the primary server, such as "ns1.example.net", or set RFC2136_NAMESERVER');
  }
  if (!known(text)) return text;
  const fault = hostPortFault(text);
  return fault === undefined ? text : fail(notes, at, `${quotedAddress(text)} ${fault}`);
}

const HOLDS_CREDENTIALS =
  'holds an "@" or a query, so maybe a user name, a password or a token, which would end up in the state; write the address alone';

/** What keeps a text from being `host`, `host:port`, an IP address or `[v6]:port`. */
export function hostPortFault(text: string): string | undefined {
  if (holdsCredentials(text)) return HOLDS_CREDENTIALS;
  if (text.includes("://")) return "is an address of the web; write the host alone, with :PORT where it is not 53";
  if (isIP(text) !== 0) return undefined;
  const parts = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text);
  if (!parts) return "is not a host, host:port or [IPv6 address]:port";
  const [, v6, host = "", port] = parts;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))
    return `has the port ${port}; ports go from 1 to 65535`;
  if (v6 !== undefined) return isIP(v6) === 6 ? undefined : "has brackets around what is not an IPv6 address";
  if (isIP(host) !== 0) return undefined;
  const name = parseFqdn(host);
  return "fault" in name ? name.fault : undefined;
}

function apiServer(notes: Notes, path: string, bag: Bag): Read<string> {
  const at = joinPath(path, "serverId");
  const id = readText(notes, at, bag.serverId);
  if (!known(id)) return id;
  const fault = segmentFault(id);
  return fault === undefined ? id : fail(notes, at, `${fault}; it is one part of the API's path, mostly "localhost"`);
}

function apiUrl(notes: Notes, path: string, bag: Bag, defaults: HostDefaults): Read<string> {
  const at = joinPath(path, "url");
  const text = readText(notes, at, bag.url);
  if (text === undefined && !bag.url && defaults.powerdnsUrl === undefined) {
    return fail(
      notes,
      at,
      'is missing; name the API\'s address, such as "http://ns1.example.net:8081", or set PDNS_API_URL',
    );
  }
  if (!known(text)) return text;
  if (holdsCredentials(text)) {
    return fail(notes, at, `${HOLDS_CREDENTIALS}, and put the API key into stack config or PDNS_API_KEY`);
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return fail(notes, at, `"${clip(text)}" is not an http or https address, such as "http://ns1.example.net:8081"`);
  }
  return text.replace(/\/+$/, "");
}
