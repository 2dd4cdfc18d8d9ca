import { type Fqdn, isWithin, parentOf, ROOT } from "../core/fqdn";
import { comparable, presentation, type RecordData } from "./record";

/**
 * How a host answers for a record. `plain`: with what it says. `alias`: with another set's records (Route 53, alias
 * records). `routed`: depending on who asks (Route 53 and Cloud DNS, routing policies). `proxied`: with its own addresses
 * (Cloudflare, proxy status). `flattened`: with the target's addresses (Cloudflare, CNAME flattening of one record).
 */
export type AnswerMode = "plain" | "alias" | "routed" | "proxied" | "flattened";

/** One record that a host has, of any type. */
export interface PresentRecord {
  /** As DNS or the host names it: `A`, `CNAME`, `ALIAS`. */
  readonly type: string;
  /** As a zone file has it, where it could be read; else as the host wrote it. Undefined where only the type is known. */
  readonly text: string | undefined;
  /** In seconds (at Cloudflare 1 is automatic); undefined where the host has none for it, or does not say. */
  readonly ttl: number | undefined;
  /** Undefined where the type is not written here, and where the host's text is not of the type. */
  readonly data: RecordData | undefined;
  readonly mode: AnswerMode;
}

/** Where a zone delegates a name to other servers (RFC 9499, "zone cut"). `servers`: lower case, no final dot. */
export interface ZoneCut {
  readonly name: Fqdn;
  readonly servers: readonly string[];
}

/** Everything that a zone has at one name. */
export interface NameContents {
  readonly name: Fqdn;
  /** Of every type; empty where there are none, and where the host is not `readable`. */
  readonly records: readonly PresentRecord[];
  /** Where the name is delegated, or a parent of it within the zone: what this zone has there is not served. */
  readonly cut: ZoneCut | undefined;
}

/** A record as it is read: with its data where there are some. `told` is the host's own text. */
export function presentRecord(
  type: string,
  data: RecordData | undefined,
  { told, ttl, mode = "plain" }: Readonly<{ told?: string | undefined; ttl?: number | undefined; mode?: AnswerMode }>,
): PresentRecord {
  return { type, text: data === undefined ? told : presentation(data), ttl, data, mode };
}

/** What the records of a type say, as `comparable` has it. */
export function dataIn(records: readonly PresentRecord[], type: string): ReadonlySet<string> {
  return new Set(records.flatMap((each) => (each.type === type && each.data ? [comparable(each.data)] : [])));
}

/** The names with their parents below the zone's apex: each may have the zone cut that hides the name. */
export function withParents(zone: Fqdn, names: readonly Fqdn[]): readonly Fqdn[] {
  const all = new Set<Fqdn>();
  for (const name of names) {
    all.add(name);
    for (const each of parentsIn(zone, name)) all.add(each);
  }
  return [...all];
}

/** From the name itself upwards, without the apex. */
function parentsIn(zone: Fqdn, name: Fqdn): readonly Fqdn[] {
  const names: Fqdn[] = [];
  for (let at = name; at !== zone && at !== ROOT && isWithin(at, zone); at = parentOf(at)) names.push(at);
  return names;
}

/** What was read of `withParents`, as the contents of the names that were asked for. */
export function contentsOf(
  zone: Fqdn,
  names: readonly Fqdn[],
  read: ReadonlyMap<Fqdn, readonly PresentRecord[]>,
): readonly NameContents[] {
  return names.map((name) => {
    // The one closest to the apex: what is below it is not this zone's any more.
    const cut = parentsIn(zone, name).findLast((each) => read.get(each)?.some(({ type }) => type === "NS"));
    const servers = (cut === undefined ? [] : (read.get(cut) ?? [])).flatMap(({ type, text }) =>
      type === "NS" && text !== undefined ? [text.toLowerCase().replace(/\.$/, "")] : [],
    );
    return { name, records: read.get(name) ?? [], cut: cut === undefined ? undefined : { name: cut, servers } };
  });
}

/** The contents of the names at a host that is asked for one name at a time. Throws what `read` throws first. */
export async function readContents(
  zone: Fqdn,
  names: readonly Fqdn[],
  read: (name: Fqdn) => Promise<readonly PresentRecord[]>,
): Promise<readonly NameContents[]> {
  const all = withParents(zone, names);
  const found = await inChunks(all, async (name) => [name, await read(name)] as const);
  return contentsOf(zone, names, new Map(found));
}

/** So many names are read at once. */
const AT_ONCE = 6;

/** A few at a time, in their order. */
export async function inChunks<T>(names: readonly Fqdn[], read: (name: Fqdn) => Promise<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for (let at = 0; at < names.length; at += AT_ONCE) {
    found.push(...(await Promise.all(names.slice(at, at + AT_ONCE).map(read))));
  }
  return found;
}
