import type { Authority, Sighting } from "../../authority/authority";
import type { Ctx } from "../../core/ctx";
import type { Fqdn } from "../../core/fqdn";
import type { LookTxt, TxtSeen } from "../../mail/seen";
import { type Reading, read } from "./observe";

/** TXT records as the authoritative servers of each name have them. */
export function openLookTxt(authority: Authority, ctx: Ctx): LookTxt {
  return lookTxtBy((name) => read(authority, name, ctx));
}

/** The same, by readings that are at hand. */
export function lookTxtBy(reading: (name: Fqdn) => Promise<Reading>): LookTxt {
  return async (name) => {
    const seen = await reading(name);
    return "sighting" in seen ? txtIn(seen.sighting) : { kind: "unknown" };
  };
}

/** Servers that disagree leave it unknown. */
function txtIn({ servers }: Sighting): TxtSeen {
  const answers = servers.flatMap((one) =>
    one.kind === "values" ? [[...one.values].sort()] : one.kind === "absent" ? [[]] : [],
  );
  const [first, ...others] = answers;
  if (first === undefined || others.some((one) => one.join("\n") !== first.join("\n"))) return { kind: "unknown" };
  return first.length === 0 ? { kind: "absent" } : { kind: "values", values: first };
}
