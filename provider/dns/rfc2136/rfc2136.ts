import type { Ctx } from "../../core/ctx";
import type { Fqdn } from "../../core/fqdn";
import { retry } from "../../core/retry";
import type { DnsBackend, TxtValue, Zone } from "../backend";
import { byName, type Edit, fingerprint, openCoalescer } from "../changes";
import type { CheckedRfc2136 } from "../hosts";
import { forZone, type HostSettings } from "../named-sets";
import { type Access, readAccess } from "./access";
import { ask as askOnce } from "./ask";
import { rcodeFault } from "./faults";
import { readSet } from "./read";
import { TCP_MS } from "./transport";
import { writeEdits } from "./write";
import { type Ask, findZone } from "./zones";

/** A server that is silent or fails is asked again. Over UDP a question has three tries already. */
const FAILURES = { withinMs: 60_000, baseMs: 500, capMs: 4_000 } as const;
const ATTEMPTS = { tcp: 4, udp: 2 } as const;

type Outcome = readonly TxtValue[];

/** One for the process, so that writes to one set travel together whoever opened the back end. */
const edit = openCoalescer<Outcome>();

/**
 * Any server that takes dynamic updates (RFC 2136) signed with TSIG (RFC 8945). Adding and deleting a single record is
 * atomic at the server; every reply's signature is checked.
 */
export function openRfc2136(dns: CheckedRfc2136, settings: HostSettings, tcpMs: number = TCP_MS): DnsBackend {
  const open = (ctx: Ctx): { access: Access; ask: Ask } => {
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

  async function change(kind: Edit["kind"], zone: Zone, values: readonly TxtValue[], ctx: Ctx): Promise<TxtValue[]> {
    const { access, ask } = forZone(zone.name, () => open(ctx));
    const apply = (name: Fqdn) => (edits: readonly Edit[], inner: Ctx) =>
      writeEdits(access, ask, zone, name, edits, inner);
    const { name: keyName, algorithm, secret } = access.key;
    const key = fingerprint(keyName, algorithm, secret);
    const done = [...byName(values)].map(([name, own]) => {
      const set = [access.label, access.transport, key, zone.name, name].join(" ");
      return edit(set, { kind, values: own }, apply(name), ctx);
    });
    return (await Promise.all(done)).flat();
  }

  return {
    kind: "rfc2136",
    can: { underscores: true, multipleValues: true },
    async findZone(name, ctx) {
      const { access, ask } = open(ctx);
      return findZone(access, ask, name, ctx);
    },
    async list(zone, name, ctx) {
      const { access, ask } = forZone(zone.name, () => open(ctx));
      const { records, ttl } = await readSet(access, ask, zone, name, ctx);
      const texts = new Set(records.map(({ text }) => text));
      return [...texts].map((value) => ({ name, value, ttl: ttl ?? 0 }));
    },
    add: async (zone, values, ctx) => ({ added: await change("add", zone, values, ctx) }),
    remove: async (zone, values, ctx) => ({ removed: await change("remove", zone, values, ctx) }),
  } satisfies DnsBackend;
}
