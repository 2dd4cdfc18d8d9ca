import type { Ctx } from "../../core/ctx";
import { retry } from "../../core/retry";
import type { DnsBackend, Zone } from "../backend";
import { bySet, type Edit, type EditOutcome, fingerprint, openCoalescer } from "../changes";
import { HOLDS_ALL } from "../descriptor";
import { forZone, type HostSettings } from "../named-sets";
import { inChunks } from "../present";
import { type DnsRecord, keyText, type RecordKey, recordsOf, type WantedRecord } from "../record";
import { type Rfc2136Access, readAccess } from "./access";
import { ask as askOnce } from "./ask";
import { readName } from "./contents";
import type { Rfc2136Entry } from "./entry";
import { rcodeFault } from "./faults";
import { readSet } from "./read";
import { TCP_MS } from "./transport";
import { writeEdits } from "./write";
import { type Ask, findZone } from "./zones";

/** A server that is silent or fails is asked again. Over UDP a question has three tries already. */
const FAILURES = { withinMs: 60_000, baseMs: 500, capMs: 4_000 } as const;
const ATTEMPTS = { tcp: 4, udp: 2 } as const;

/** One for the process, so that writes to one set are merged across back ends. */
const edit = openCoalescer<EditOutcome>();

/**
 * Any server that takes dynamic updates (RFC 2136) signed with TSIG (RFC 8945). Adding and deleting a single record is
 * atomic at the server; every reply's signature is checked.
 */
export function openRfc2136(dns: Rfc2136Entry, settings: HostSettings, tcpMs: number = TCP_MS): DnsBackend {
  const open = (ctx: Ctx): { access: Rfc2136Access; ask: Ask } => {
    ctx.signal.throwIfAborted();
    const access = { ...readAccess(dns, settings), tcpMs };
    const policy = { ...FAILURES, attempts: ATTEMPTS[access.transport] };
    const ask: Ask = (request, doing, inner) => {
      if (request.kind === "update" && request.updates.length > 0) return askOnce(access, request, doing, inner);
      const question = async () => {
        const reply = await askOnce(access, request, doing, inner);
        if (reply.rcode === "SERVFAIL") throw rcodeFault(access, doing, reply.rcode, request.kind);
        return reply;
      };
      return retry(question, policy, inner);
    };
    return { access, ask };
  };

  async function change(
    kind: Edit["kind"],
    zone: Zone,
    records: readonly WantedRecord[],
    ctx: Ctx,
  ): Promise<DnsRecord[]> {
    const { access, ask } = forZone(zone.name, () => open(ctx));
    const apply = (key: RecordKey) => (edits: readonly Edit[], inner: Ctx) =>
      writeEdits(access, ask, zone, key, edits, inner);
    const { name: keyName, algorithm, secret } = access.key;
    const signer = fingerprint(keyName, algorithm, secret);
    const done = bySet(records).map(({ key, records: own }) => {
      const set = [access.label, access.transport, signer, zone.name, keyText(key)].join(" ");
      return edit(set, { kind, records: own }, apply(key), ctx);
    });
    return (await Promise.all(done)).flat();
  }

  return {
    kind: "rfc2136",
    can: HOLDS_ALL,
    async findZone(name, ctx) {
      const { access, ask } = open(ctx);
      return findZone(access, ask, name, ctx);
    },
    async list(zone, key, ctx) {
      const { access, ask } = forZone(zone.name, () => open(ctx));
      const { records, ttl } = await readSet(access, ask, zone, key, ctx);
      const read = records.map(({ data }) => ({ data, ttl: ttl ?? 0 }));
      return recordsOf(key.name, read);
    },
    async listNames(zone, names, ctx) {
      const { access, ask } = forZone(zone.name, () => open(ctx));
      return inChunks([...names], (name) => readName(access, ask, zone, name, ctx));
    },
    add: async (zone, records, ctx) => ({ added: await change("add", zone, records, ctx) }),
    remove: async (zone, records, ctx) => ({ removed: await change("remove", zone, records, ctx) }),
  } satisfies DnsBackend;
}
