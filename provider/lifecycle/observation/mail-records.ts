import type { Authority, Sighting } from "../../authority/authority";
import { isDefiniteSighting } from "../../authority/sighting";
import type { Ctx } from "../../core/ctx";
import type { Fqdn } from "../../core/fqdn";
import type { LookTxt, TxtSeen } from "../../mail/seen";
import type { OtherLookup } from "../../mail/spf/evaluation";
import { type Reading, read } from "./observe";

/**
 * The TXT records of any name, as its own servers say. Each look uses up the allowance of `ctx.domain`; what is not read for that
 * reason, or for any other, is unknown. Names that were looked at already are taken from `known`.
 */
export function openLookTxt(authority: Authority, ctx: Ctx, known: readonly Sighting[] = []): LookTxt {
  return lookTxtBy(async (name) => {
    const sighting = known.find((one) => one.name === name && one.type === "TXT");
    return sighting === undefined ? read(authority, name, ctx) : { sighting };
  });
}

/** The same, by readings that are at hand. */
export function lookTxtBy(reading: (name: Fqdn) => Promise<Reading>): LookTxt {
  return async (name) => {
    const seen = await reading(name);
    if ("sighting" in seen) return txtIn(seen.sighting);
    return { kind: isNowhere(seen) ? "absent" : "unknown" };
  };
}

/** How many MX records a name has. Addresses are not asked: what depends on them stays open. */
export function openOtherLookup(authority: Authority, ctx: Ctx): OtherLookup {
  return async (name, what) => {
    if (what !== "MX") return undefined;
    const seen = await read(authority, name, ctx, "MX");
    if ("sighting" in seen) return onlyAnswer(seen.sighting)?.length;
    return isNowhere(seen) ? 0 : undefined;
  };
}

/** A parent zone says NXDOMAIN: then the name does not exist, either (RFC 8020). */
function isNowhere({ code }: { readonly code: string }): boolean {
  return code === "zone-unknown";
}

/** One answer with authority is enough. */
function txtIn(sighting: Sighting): TxtSeen {
  const values = onlyAnswer(sighting);
  if (values === undefined) return { kind: "unknown" };
  return values.length === 0 ? { kind: "absent" } : { kind: "values", values };
}

/** Undefined where no server answers with authority, or two answer differently. */
function onlyAnswer({ servers }: Sighting): readonly string[] | undefined {
  const answers = servers.filter(isDefiniteSighting).map((one) => (one.kind === "values" ? one.values : []));
  const [first] = answers;
  const different = new Set(answers.map((values) => JSON.stringify([...values].sort())));
  return different.size === 1 ? first : undefined;
}
