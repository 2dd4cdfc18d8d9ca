import { isIn, join } from "../core/path";
import { printable } from "../core/text";
import { codeOf } from "../diagnosis/catalogue";
import type { Failure } from "../lifecycle/args";
import type { Props } from "../lifecycle/lifecycle";

/** Shorter ones would blank out ordinary words. */
const SHORTEST = 6;
/** UTF-16 code units: of a longer one the beginning is looked for, and all that follows is hidden with it. */
const LONGEST = 4_000;

/** The arguments of one check that are secrets. */
export interface Secrets {
  /** The text without the values of secrets, whatever their case. */
  hide(text: string): string;
  /**
   * A failure as it goes to the engine: without `property`, since the engine prints the value of the property that is
   * named, secret or not; the reason begins with the path. Of a secret itself no reason is told that may quote it.
   */
  shown(failure: Failure): { readonly property: ""; readonly reason: string };
}

/** `paths` is what the resource's constructor found to be secret in `props` (resources/secrets.ts). */
export function openSecrets(paths: unknown, props: Props): Secrets {
  const secret = Array.isArray(paths) ? paths.filter((path): path is string => typeof path === "string") : [];
  const values = [...textsIn(props, "", secret)].sort((a, b) => b.length - a.length);
  const pattern = values.length === 0 ? undefined : new RegExp(values.map(literally).join("|"), "giu");
  const hide = (text: string) => (pattern === undefined ? text : text.replace(pattern, "[secret]"));
  return {
    hide,
    shown({ property, reason, valueFree }) {
      const own = secret.find((path) => isIn(property, path));
      if (own === undefined || valueFree) return told(property, hide(reason));
      const code = codeOf(reason);
      return told(
        own,
        `${code === undefined ? "" : `${code}: `}is not valid. It is a secret, so nothing of it is shown here; the documentation of the argument says what it takes`,
      );
    },
  };
}

function told(path: string, reason: string): { readonly property: ""; readonly reason: string } {
  return { property: "", reason: printable(path === "" ? reason : `${path}: ${reason}`) };
}

/** Every text at or below a secret path, without the blanks around it. */
function textsIn(value: unknown, path: string, secret: readonly string[]): Set<string> {
  const texts = new Set<string>();
  const walk = (value: unknown, path: string, inside: boolean) => {
    const hidden = inside || secret.includes(path);
    if (typeof value === "string") {
      const text = value.trim();
      if (!hidden || text.length < SHORTEST) return;
      texts.add(text);
      // A reason about another argument may hold the account of a secret ARN.
      for (const [account] of text.matchAll(/\d{12}/g)) texts.add(account);
    } else if (Array.isArray(value)) {
      value.forEach((entry, index) => {
        walk(entry, `${path}[${index}]`, hidden);
      });
    } else if (typeof value === "object" && value !== null) {
      for (const [key, entry] of Object.entries(value)) walk(entry, join(path, key), hidden);
    }
  };
  walk(value, path, false);
  return texts;
}

/** A pattern for the text itself: every character by its code point, so that none is taken for syntax. */
function literally(text: string): string {
  const codes = Array.from(text.slice(0, LONGEST), (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  return codes.join("") + (text.length > LONGEST ? "[^]*" : "");
}
