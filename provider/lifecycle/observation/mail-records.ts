import type { Authority } from "../../authority/authority";
import type { Ctx } from "../../core/ctx";
import { AuthorityError } from "../../core/errors";
import type { LookTxt } from "../../mail/seen";

/** TXT records as the authoritative servers of each name have them. Servers that disagree leave it unknown. */
export function openLookTxt(authority: Authority, ctx: Ctx): LookTxt {
  return async (name) => {
    try {
      const { servers } = await authority.look(name, "TXT", ctx);
      const answers = servers.flatMap((one) =>
        one.kind === "values" ? [[...one.values].sort()] : one.kind === "absent" ? [[]] : [],
      );
      const [first, ...others] = answers;
      if (first === undefined || others.some((one) => one.join("\n") !== first.join("\n"))) return { kind: "unknown" };
      return first.length === 0 ? { kind: "absent" } : { kind: "values", values: first };
    } catch (error) {
      if (!(error instanceof AuthorityError)) throw error;
      return { kind: "unknown" };
    }
  };
}
