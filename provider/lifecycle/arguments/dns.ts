import type { Fqdn } from "../../core/fqdn";
import { joinPath } from "../../core/path";
import { nearest, oneOf } from "../../core/suggest";
import { clip } from "../../core/text";
import type { DnsKind } from "../../dns/backend";
import type { Property } from "../../dns/descriptor";
import { type CheckedDns, DNS_KINDS, type HostDefaults, hostOf } from "../../dns/hosts";
import { underscoreName } from "../records/placement";
import { checkCredentials } from "./identities";
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
    return fail(notes, "dns", `is missing; say which host holds the domain's zone: { kind: ${oneOf(DNS_KINDS)} }`);
  }
  if (typeof value === "string" && !known(value as Read<string>)) {
    notes.unknownPaths.push("dns");
    return value as never;
  }
  if (!Array.isArray(value)) {
    const one = checkHost(notes, "dns", value, question);
    return one === undefined ? undefined : [one];
  }
  if (value.length === 0) return fail(notes, "dns", `is empty; name at least one host: { kind: ${oneOf(DNS_KINDS)} }`);
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
  if (!known(bag)) return bag ?? fail(notes, path, `is missing; name a host: { kind: ${oneOf(DNS_KINDS)} }`);
  const kind = checkKind(notes, joinPath(path, "kind"), bag.kind);
  if (kind === undefined) return undefined;
  const credentials = checkCredentials(notes, path, bag);
  if (!known(kind)) return { ...bag, kind } as never;
  const { properties } = hostOf(kind);
  const supplied = question.defaults[kind] ?? {};
  const read = Object.entries(properties).map(([name, property]) => {
    const at = joinPath(path, name);
    const isSupplied = supplied[name] !== undefined;
    return [name, readProperty(notes, at, bag, name, property, isSupplied, question.domain)] as const;
  });
  // The descriptor holds each property of the kind's entries, and these are what it takes.
  return compact({ kind, ...Object.fromEntries(read), credentials }) as MaybeUnknown<CheckedDns>;
}

function readProperty(
  notes: Notes,
  at: string,
  bag: Bag,
  name: string,
  property: Property,
  isSupplied: boolean,
  domain: Fqdn | undefined,
): Read<string | boolean> {
  const value = bag[name];
  if (property.type === "boolean") return readBoolean(notes, at, value) ?? property.default;
  if (property.type === "choice") return readChoice(notes, at, value, property.options);
  const { judge, supplied, with: companion } = property;
  const text = readText(notes, at, value);
  if (text === undefined && !value && supplied !== undefined && !isSupplied) return fail(notes, at, supplied.missing);
  if (!known(text)) return text;
  if (companion !== undefined && (bag[companion.property] === undefined || bag[companion.property] === null)) {
    fail(notes, at, companion.missing);
  }
  const judged = judge?.(text, domain === undefined ? undefined : { domain, name: underscoreName(domain) });
  if (judged === undefined) return text;
  return "fault" in judged ? fail(notes, at, judged.fault) : judged.value;
}

/** The properties of the kind that is written there; of every kind where that is not known. */
function allKeys(value: unknown): readonly string[] {
  const kind = typeof value === "object" && value !== null ? (value as Bag).kind : undefined;
  const kinds = DNS_KINDS.filter((each) => each === kind);
  return [...new Set((kinds.length > 0 ? kinds : DNS_KINDS).flatMap(keysOf))];
}

function keysOf(kind: DnsKind): readonly string[] {
  return ["kind", ...Object.keys(hostOf(kind).properties), "credentials"];
}

function checkKind(notes: Notes, path: string, value: unknown): Read<DnsKind> {
  if (value === undefined || value === null) return fail(notes, path, `is missing; it must be ${oneOf(DNS_KINDS)}`);
  const kind = value as Read<DnsKind>;
  if (!known(kind)) {
    notes.unknownPaths.push(path);
    return kind;
  }
  if (DNS_KINDS.includes(kind)) return kind;
  const meant = typeof value === "string" ? kindMeant(value) : undefined;
  const shown = typeof value === "string" ? `is "${clip(value, 40)}"` : "is not text";
  const way = meant
    ? `Did you mean "${meant}"?`
    : 'For any other host there is "manual": the records are printed for you to publish';
  return fail(notes, path, `${shown}; it must be ${oneOf(DNS_KINDS)}. ${way}`);
}

function kindMeant(word: string): DnsKind | undefined {
  const bare = word.toLowerCase().replace(/[^a-z0-9]/g, "");
  return nearest(word, DNS_KINDS) ?? DNS_KINDS.find((kind) => hostOf(kind).aliases.includes(bare));
}
