import { randomBytes } from "node:crypto";
import type { Ctx } from "../../core/ctx";
import { child, type Fqdn, parentOf } from "../../core/fqdn";
import { joinStrings } from "../../wire/txt";
import type { Zone } from "../backend";
import type { Access } from "./access";
import { rcodeFault } from "./faults";
import { inUse, type StoredSet } from "./update";
import { type Ask, notAuthoritative } from "./zones";

export interface ReadTxt extends StoredSet {
  /** Where a CNAME at the name points; no other record can stand beside it (RFC 1034 section 3.6.2). */
  readonly alias: string | undefined;
}

const NOTHING: ReadTxt = { alias: undefined, ttl: undefined, records: [] };

/** The name's own TXT set, asked of the server that is written to: not what a wildcard answers in its place. */
export async function readSet(access: Access, ask: Ask, zone: Zone, name: Fqdn, ctx: Ctx): Promise<ReadTxt> {
  const doing = `reading ${name} in zone ${zone.name}`;
  const read = await readServed(access, ask, name, doing, ctx);
  return (await isOwn(read, access, ask, zone, name, doing, ctx)) ? read : NOTHING;
}

/**
 * Where a name does not exist, a server answers with the records of a wildcard above it as if they were the name's (RFC 4592
 * section 3.3). It answers the same at a name beside it that nobody has; what differs from that is the name's own. Where
 * it does not differ, the server is asked whether the name is in use, by an update that changes nothing (RFC 2136
 * section 2.4.4).
 */
async function isOwn(
  read: ReadTxt,
  access: Access,
  ask: Ask,
  zone: Zone,
  name: Fqdn,
  doing: string,
  ctx: Ctx,
): Promise<boolean> {
  if (spell(read) === spell(NOTHING) || name === zone.name || name.startsWith("*.")) return true;
  const nobodys = child(randomBytes(5).toString("hex"), parentOf(name));
  if (spell(await readServed(access, ask, nobodys, doing, ctx)) !== spell(read)) return true;
  const update = { zone: zone.name, prerequisites: [inUse(name)], updates: [] };
  const { rcode } = await ask({ kind: "update", failed: 0, ...update }, doing, ctx);
  if (rcode !== "NOERROR" && rcode !== "NXDOMAIN") throw rcodeFault(access, doing, rcode, "update");
  return rcode === "NOERROR";
}

/** Nothing of the order, nor of the TTL, which counts down in some answers. */
function spell({ alias, records }: ReadTxt): string {
  return JSON.stringify([alias, records.map(({ strings }) => JSON.stringify(strings)).sort()]);
}

async function readServed(access: Access, ask: Ask, name: Fqdn, doing: string, ctx: Ctx): Promise<ReadTxt> {
  const reply = await ask({ kind: "question", name, type: "TXT" }, doing, ctx);
  if (reply.rcode !== "NOERROR" && reply.rcode !== "NXDOMAIN") throw rcodeFault(access, doing, reply.rcode, "question");
  const own = reply.answers.filter((record) => record.name === name);
  const alias = own.flatMap((record) => (record.type === "CNAME" ? [record.target] : []))[0];
  if (!reply.authoritative && alias === undefined) throw notAuthoritative(access, reply, doing);
  const texts = own.flatMap((record) => (record.type === "TXT" ? [record] : []));
  return {
    alias,
    ttl: texts[0]?.ttl,
    records: texts.map(({ strings }) => ({
      strings,
      text: joinStrings(strings.map((each) => Buffer.from(each, "latin1"))),
    })),
  };
}
