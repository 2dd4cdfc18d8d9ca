import { randomBytes } from "node:crypto";
import type { Ctx } from "../../core/ctx";
import { child, type Fqdn, parentOf } from "../../core/fqdn";
import type { Message } from "../../wire/message";
import type { Zone } from "../backend";
import { type PresentRecord, presentRecord } from "../present";
import type { RecordKey } from "../record";
import type { Rfc2136Access } from "./access";
import { rcodeFault } from "./faults";
import { inUse, type StoredSet, storedRecord } from "./update";
import { type Ask, notAuthoritative } from "./zones";

export interface ReadSet extends StoredSet {
  /** Where a CNAME at the name points, which is not of the type that was asked for. */
  readonly alias: string | undefined;
}

/** What a set that was read holds, and a CNAME that is there in its place. */
export function presentIn({ alias, ttl, records }: ReadSet): readonly PresentRecord[] {
  const own = records.map(({ data }) => presentRecord(data.type, data, { ttl }));
  return alias === undefined ? own : [cnameTo(alias), ...own];
}

const cnameTo = (target: string): PresentRecord =>
  presentRecord("CNAME", { type: "CNAME", target: target as Fqdn }, {});

const NOTHING: ReadSet = { alias: undefined, ttl: undefined, records: [] };

/** The name's own set, asked of the server that is written to: not what a wildcard answers in its place. */
export async function readSet(access: Rfc2136Access, ask: Ask, zone: Zone, key: RecordKey, ctx: Ctx): Promise<ReadSet> {
  const doing = `reading ${key.name} in zone ${zone.name}`;
  const read = await readServed(access, ask, key, doing, ctx);
  return ownSet(read, access, ask, zone, key, doing, ctx);
}

/** What was read, unless it is a wildcard's. */
export async function ownSet(
  read: ReadSet,
  access: Rfc2136Access,
  ask: Ask,
  zone: Zone,
  key: RecordKey,
  doing: string,
  ctx: Ctx,
): Promise<ReadSet> {
  return (await isOwn(read, access, ask, zone, key, doing, ctx)) ? read : NOTHING;
}

/**
 * Where a name does not exist, a server answers with the records of a wildcard closer to the root as if they were the name's (RFC 4592
 * section 3.3). It answers the same at a sibling name that does not exist; what differs from that is the name's own. Where
 * it does not differ, the server is asked whether the name is in use, by an update that changes nothing (RFC 2136
 * section 2.4.4).
 */
async function isOwn(
  read: ReadSet,
  access: Rfc2136Access,
  ask: Ask,
  zone: Zone,
  { name, type }: RecordKey,
  doing: string,
  ctx: Ctx,
): Promise<boolean> {
  if (spell(read) === spell(NOTHING) || name === zone.name || name.startsWith("*.")) return true;
  const unused = { name: child(randomBytes(5).toString("hex"), parentOf(name)), type };
  if (spell(await readServed(access, ask, unused, doing, ctx)) !== spell(read)) return true;
  return isInUse(access, ask, zone, name, doing, ctx);
}

/** Whether the name has a record of any type of its own, as the server says to an update that changes nothing. */
export async function isInUse(
  access: Rfc2136Access,
  ask: Ask,
  zone: Zone,
  name: Fqdn,
  doing: string,
  ctx: Ctx,
): Promise<boolean> {
  const update = { zone: zone.name, prerequisites: [inUse(name)], updates: [] };
  const { rcode } = await ask({ kind: "update", failed: 0, ...update }, doing, ctx);
  if (rcode !== "NOERROR" && rcode !== "NXDOMAIN") throw rcodeFault(access, doing, rcode, "update");
  return rcode === "NOERROR";
}

/** Nothing of the order, nor of the TTL, which counts down in some answers. */
function spell({ alias, records }: ReadSet): string {
  return JSON.stringify([alias, records.map(({ rdata }) => JSON.stringify(rdata)).sort()]);
}

async function readServed(
  access: Rfc2136Access,
  ask: Ask,
  { name, type }: RecordKey,
  doing: string,
  ctx: Ctx,
): Promise<ReadSet> {
  return servedIn(access, await ask({ kind: "question", name, type }, doing, ctx), { name, type }, doing);
}

/** The set in the reply to a question for it. Throws `DnsHostError` where the reply does not say what there is. */
export function servedIn(access: Rfc2136Access, reply: Message, { name, type }: RecordKey, doing: string): ReadSet {
  if (reply.rcode !== "NOERROR" && reply.rcode !== "NXDOMAIN") throw rcodeFault(access, doing, reply.rcode, "question");
  const own = reply.answers.filter((record) => record.name === name);
  const alias =
    type === "CNAME" ? undefined : own.flatMap((record) => (record.type === "CNAME" ? [record.target] : []))[0];
  if (!reply.authoritative && alias === undefined) throw notAuthoritative(access, reply, doing);
  return {
    alias,
    ttl: own.find((record) => record.type === type)?.ttl,
    records: own.flatMap((record) => storedRecord(record, type) ?? []),
  };
}
