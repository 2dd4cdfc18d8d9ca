import { getDomain } from "tldts";
import type { Ctx } from "../../core/ctx";
import type { Fqdn } from "../../core/fqdn";
import type { DnsBackend, TxtValue } from "../backend";
import { deleteText, publishText } from "./words";

export interface ManualOptions {
  readonly underscores: boolean;
  readonly multipleValues: boolean;
}

/**
 * A host without an interface for programs: what it should hold is told to a person, each value once. Nothing fails, and
 * nothing is known of what is there: `added` and `removed` are what the person was told in this call.
 */
export function openManual({ underscores, multipleValues }: ManualOptions): DnsBackend {
  const asked = new Map<string, "publish" | "delete">();

  /** The values of which the last word was another one. */
  const fresh = (values: readonly TxtValue[], word: "publish" | "delete"): TxtValue[] =>
    values.filter(({ name, value }) => {
      const key = JSON.stringify([name, value]);
      if (asked.get(key) === word) return false;
      asked.set(key, word);
      return true;
    });
  const tell = (values: readonly TxtValue[], text: (values: readonly TxtValue[]) => string, ctx: Ctx) => {
    if (values.length > 0) ctx.log.info(text(values));
    return values;
  };

  return {
    kind: "manual",
    can: { underscores, multipleValues, readable: false },
    async findZone(name, ctx) {
      ctx.signal.throwIfAborted();
      return { name: (getDomain(name, { validateHostname: false }) ?? name) as Fqdn, id: "manual", servers: [] };
    },
    async list(_zone, _name, ctx) {
      ctx.signal.throwIfAborted();
      return [];
    },
    async add(_zone, values, ctx) {
      ctx.signal.throwIfAborted();
      return { added: tell(fresh(values, "publish"), (each) => publishText(each, multipleValues), ctx) };
    },
    async remove(_zone, values, ctx) {
      ctx.signal.throwIfAborted();
      return { removed: tell(fresh(values, "delete"), deleteText, ctx) };
    },
  } satisfies DnsBackend;
}
