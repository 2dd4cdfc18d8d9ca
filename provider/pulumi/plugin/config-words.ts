import { inputName } from "../../core/config-names";
import { CONFIG_KEYS, UNUSED_KEYS } from "./config-keys";

/** By full key, the longest first: `aws:assumeRoles` before `aws:assumeRole`. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ...CONFIG_KEYS.flatMap(({ name, key, also = [] }) =>
    [key, ...also, `sesdomain:${name}`].map((each) => [each, name] as const),
  ),
  ...UNUSED_KEYS.map((key) => [key, inputName(key)] as const),
]);
const KEY = `(?:${[...NAMES.keys()].sort((one, other) => other.length - one.length).join("|")})(?![\\w-]|:\\w)`;
const ANY = new RegExp(`((?:\\b[Tt]he stack config )?)(?<![\\w:/-])(${KEY})`, "g");
const FLAGS = "(?: --(?:secret|plaintext|path))*";
const QUOTED = `'(${KEY})((?:\\.[^\\s']+)?)'|(${KEY})`;
/** What is said already, here or in a hint (aws/hints.ts), with the keys of the stack. */
const UNREACHED = /(Where the stack sets [^.]{1,200}, that does not reach a plugin\.)/;
/** A command that sets or shows a key, with its value: a word, or a file that is read. */
const VALUE = "(?: (?!(?:or|and|in)\\b)(?:< )?[\\w.…-]*[\\w…])?";
const COMMAND = new RegExp(`(run: )?pulumi config (?:set|get)${FLAGS} (?:${QUOTED})${VALUE}`, "g");
const SETS = new RegExp(`pulumi config set${FLAGS} '?(${KEY})`, "g");

/**
 * Errors name settings by the keys of stack config that the dynamic provider reads, `aws:region`. A plugin receives the
 * stack's `sesdomain:` keys alone. So a text that leaves it names `sesdomain:region`, or the input of a provider that the
 * program made, and says where it tells to set a key that the stack may have: that one does not arrive.
 */
export function openConfigWords({ isDefault }: { readonly isDefault: boolean }): (text: string) => string {
  const own = isDefault ? inStackWords : inProviderWords;
  return (text) => {
    const said = text.split(UNREACHED).map((part) => (UNREACHED.test(part) ? part : own(part)));
    const moved = said.length === 1 ? movedKeys(text) : [];
    return `${said.join("")}${moved.length === 0 ? "" : unreached(text, moved)}`;
  };
}

function inStackWords(text: string): string {
  return text.replace(ANY, (_, config: string, key: string) => `${config}sesdomain:${NAMES.get(key) ?? ""}`);
}

function inProviderWords(text: string): string {
  const own = (key: string, path = "") => `the provider's ${NAMES.get(key) ?? ""}${path}`;
  return text
    .replace(COMMAND, (_, run: string | undefined, quoted: string | undefined, path: string | undefined, bare = "") => {
      return `${run === undefined ? "" : "set "}${own(quoted ?? bare, path)}`;
    })
    .replace(ANY, (_, config: string, key: string) => (config.startsWith("T") ? own(key).replace("t", "T") : own(key)))
    .replace(/(the provider's \w+) \(\1\)/g, "$1");
}

/** The keys of other namespaces that a text tells to set. */
function movedKeys(text: string): readonly string[] {
  const keys = [...text.matchAll(SETS)].flatMap(([, key]) => (key === undefined ? [] : [key]));
  return [...new Set(keys)].filter((key) => !key.startsWith("sesdomain:"));
}

function unreached(text: string, keys: readonly string[]): string {
  const end = text.includes("\n") ? "\n" : /[.!?]$/.test(text) ? " " : ". ";
  return `${end}Where the stack sets ${keys.join(" or ")}, that does not reach a plugin.`;
}
