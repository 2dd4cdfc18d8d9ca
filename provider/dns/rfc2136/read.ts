import type { Ctx } from "../../core/ctx";
import type { Fqdn } from "../../core/fqdn";
import type { Zone } from "../backend";
import { joinStrings } from "../txt";
import type { Access } from "./access";
import { rcodeFault } from "./faults";
import type { StoredSet } from "./update";
import { type Ask, notAuthoritative } from "./zones";

export interface ReadTxt extends StoredSet {
  /** Where a CNAME at the name points; no other record can stand beside it (RFC 1034 section 3.6.2). */
  readonly alias: string | undefined;
}

/** The name's TXT set, asked of the server that is written to. */
export async function readSet(access: Access, ask: Ask, zone: Zone, name: Fqdn, ctx: Ctx): Promise<ReadTxt> {
  const doing = `reading ${name} in zone ${zone.name}`;
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
