import type { Ctx } from "../../core/ctx";
import { type Fqdn, isWithin } from "../../core/fqdn";
import { type Message, type ResourceRecord, typeName } from "../../wire/message";
import type { Zone } from "../backend";
import { type NameContents, type PresentRecord, presentRecord, type ZoneCut } from "../present";
import type { Rfc2136Access } from "./access";
import { isInUse, ownSet, presentIn, readSet, servedIn } from "./read";
import type { Ask } from "./zones";

/** A record that is there, of which the server does not tell the type. */
const UNKNOWN = presentRecord("unknown", undefined, {});

/**
 * Everything at the name, as far as the server tells it: a CNAME, else the TXT and MX sets, and of the others what it
 * answers to a question for all types, which may be some of them (RFC 8482). Where there is nothing of all that, it says
 * whether the name is in use. A name that does not exist takes one question. Throws `DnsHostError`.
 */
export async function readName(
  access: Rfc2136Access,
  ask: Ask,
  zone: Zone,
  name: Fqdn,
  ctx: Ctx,
): Promise<NameContents> {
  const doing = `reading ${name} in zone ${zone.name}`;
  const contents = (records: readonly PresentRecord[], cut?: ZoneCut): NameContents => ({ name, records, cut });
  const key = { name, type: "CNAME" } as const;
  const reply = await ask({ kind: "question", name, type: key.type }, doing, ctx);
  const cut = cutIn(reply, zone, name);
  if (cut !== undefined) return contents([], cut);
  const served = servedIn(access, reply, key, doing);
  if (reply.rcode === "NXDOMAIN" && served.records.length === 0) return contents([]);
  const cname = await ownSet(served, access, ask, zone, key, doing, ctx);
  if (cname.records.length > 0) return contents(presentIn(cname));

  const read = (type: "TXT" | "MX") => readSet(access, ask, zone, { name, type }, ctx);
  const sets = (await Promise.all([read("TXT"), read("MX")])).flatMap(presentIn);
  if (sets.length === 0 && !(await isInUse(access, ask, zone, name, doing, ctx))) return contents([]);
  const others = othersIn(await ask({ kind: "question", name, type: "ANY" }, doing, ctx), name);
  const all = [...sets, ...others];
  return contents(all.length > 0 ? all : [UNKNOWN]);
}

/** Where the server refers to others for the name, below the zone's apex. */
function cutIn({ authoritative, answers, authorities }: Message, zone: Zone, name: Fqdn): ZoneCut | undefined {
  if (authoritative || answers.length > 0) return undefined;
  const cuts = authorities.flatMap((record) => {
    const owner = record.name as Fqdn;
    const within = isWithin(owner, zone.name) && owner !== zone.name && isWithin(name, owner);
    return record.type === "NS" && within ? [{ owner, server: record.target }] : [];
  });
  const [first] = cuts;
  return first && { name: first.owner, servers: cuts.map(({ server }) => server) };
}

/** Records of the name that were not asked for by their type. What the reply leaves out is not known. */
function othersIn({ rcode, answers }: Message, name: Fqdn): readonly PresentRecord[] {
  if (rcode !== "NOERROR") return [];
  return answers.flatMap((record) => {
    const asked = record.type === "TXT" || record.type === "MX" || record.type === "CNAME";
    if (asked || record.name !== name) return [];
    const type = record.type === "OTHER" ? typeName(record.code) : record.type;
    return [presentRecord(type, undefined, { told: textIn(record), ttl: record.ttl })];
  });
}

function textIn(record: ResourceRecord): string | undefined {
  if (record.type === "A" || record.type === "AAAA") return record.address;
  return record.type === "NS" ? record.target : undefined;
}
