import { getDomain } from "tldts";
import type { Ctx } from "../../core/ctx";
import type { Fqdn } from "../../core/fqdn";
import type { DnsBackend } from "../backend";
import { comparable, type DnsRecord, keyText, RECORD_TYPES } from "../record";
import { deleteText, publishText } from "./words";

export interface ManualOptions {
  readonly underscores: boolean;
  readonly multipleValues: boolean;
}

/**
 * A host without an interface for programs: what it should hold is told to a person, each record once. Nothing fails, and
 * nothing is known of what is there: `added` and `removed` are what the person was told in this call.
 */
export function openManual({ underscores, multipleValues }: ManualOptions): DnsBackend {
  const asked = new Map<string, "publish" | "delete">();

  /** The records for which `word` was not the last message printed. */
  const fresh = (records: readonly DnsRecord[], word: "publish" | "delete"): DnsRecord[] =>
    records.filter((record) => {
      const key = JSON.stringify([keyText(record), comparable(record)]);
      if (asked.get(key) === word) return false;
      asked.set(key, word);
      return true;
    });
  const tell = (records: readonly DnsRecord[], text: (records: readonly DnsRecord[]) => string, ctx: Ctx) => {
    if (records.length > 0) ctx.log.info(text(records));
    return records;
  };

  return {
    kind: "manual",
    can: { types: RECORD_TYPES, underscores, multipleValues, readable: false },
    async findZone(name, ctx) {
      ctx.signal.throwIfAborted();
      return { name: (getDomain(name, { validateHostname: false }) ?? name) as Fqdn, id: "manual", servers: [] };
    },
    async list(_zone, _key, ctx) {
      ctx.signal.throwIfAborted();
      return [];
    },
    async listNames(_zone, names, ctx) {
      ctx.signal.throwIfAborted();
      return names.map((name) => ({ name, records: [], cut: undefined }));
    },
    async add(_zone, records, ctx) {
      ctx.signal.throwIfAborted();
      return { added: tell(fresh(records, "publish"), (each) => publishText(each, multipleValues), ctx) };
    },
    async remove(_zone, records, ctx) {
      ctx.signal.throwIfAborted();
      return { removed: tell(fresh(records, "delete"), deleteText, ctx) };
    },
  } satisfies DnsBackend;
}
