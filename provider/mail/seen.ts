import type { Fqdn } from "../core/fqdn";

/**
 * The TXT values of a name, each with its strings joined. `absent`: there is no such name, or no TXT record at it.
 * `unknown`: no definite answer was had.
 */
export type TxtSeen =
  | { readonly kind: "values"; readonly values: readonly string[] }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown" };

/** Looks at the TXT records of a name, through CNAME records. A failed question is `unknown`, not a rejection. */
export type LookTxt = (name: Fqdn) => Promise<TxtSeen>;

/** The same, which asks each name once. */
export function lookOnce(look: LookTxt): LookTxt {
  const asked = new Map<Fqdn, Promise<TxtSeen>>();
  return (name) => {
    const seen = asked.get(name) ?? look(name);
    asked.set(name, seen);
    return seen;
  };
}
