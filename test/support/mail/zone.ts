import type { Fqdn } from "../../../provider/core/fqdn";
import type { LookTxt, TxtSeen } from "../../../provider/mail/seen";
import type { OtherLookup } from "../../../provider/mail/spf/evaluation";

/** What is at a name. A name that is not listed does not exist; `failing` has no answer. */
interface NameData {
  readonly txt?: readonly string[];
  readonly a?: readonly string[];
  readonly mx?: readonly string[];
  readonly failing?: boolean;
}

export type Zone = Readonly<Record<string, NameData>>;

export interface ZoneLooks {
  readonly txt: LookTxt;
  readonly other: OtherLookup;
  /** Every name that was asked for TXT, in order, as often as it was asked. */
  readonly asked: readonly string[];
}

export function lookIn(zone: Zone): ZoneLooks {
  const asked: string[] = [];
  const at = (name: Fqdn) => (Object.hasOwn(zone, name) ? zone[name] : undefined);
  return {
    asked,
    async txt(name): Promise<TxtSeen> {
      asked.push(name);
      const data = at(name);
      if (data?.failing) return { kind: "unknown" };
      return data?.txt === undefined || data.txt.length === 0
        ? { kind: "absent" }
        : { kind: "values", values: data.txt };
    },
    async other(name, what) {
      const data = at(name);
      return data?.failing ? undefined : ((what === "MX" ? data?.mx : data?.a) ?? []).length;
    },
  };
}

/** A zone with TXT records only. */
export function txtZone(names: Readonly<Record<string, string | readonly string[]>>): Zone {
  return Object.fromEntries(
    Object.entries(names).map(([name, values]) => [name, { txt: typeof values === "string" ? [values] : values }]),
  );
}
