// Descriptions in the schema, from the comments of the TypeScript types.
import { typeName } from "./names.mjs";

/**
 * @param {readonly { from: string, to: string }[]} keys keys of stack config that the plugin has under another name
 * @param {ReadonlySet<string>} types names of the TypeScript types that have another name in the schema
 */
export function openTexts(keys, types) {
  const renamed = new Map(keys.map(({ from, to }) => [from, to]));
  const word = (quoted, name) => {
    const key = renamed.get(name);
    if (key !== undefined) return `\`${key}\``;
    return types.has(name) ? `\`${typeName(name)}\`` : quoted;
  };
  return {
    /** As the plugin's user reads it. */
    plain: (text) =>
      text
        .replace(/`([A-Za-z0-9:]+)`/g, word)
        // The descriptions of the doctor's report are those of the command line too.
        .replace(/^With --stack: /, "Only in reports of the command line: ")
        .replace(" in the program or, on the command line, ", ", or else its ")
        // Two keys of stack config may be one of the plugin's.
        .replace(/(`sesdomain:\w+`)(, \1)+/g, "$1")
        // Pages of this repository are not where the schema is read.
        .replace(/\[([^\]]+)\]\((?!https?:)[^)]*\)/g, "$1"),
    /** With a default that the text does not say. */
    withDefault(text, written) {
      const said = this.plain(text);
      return written === undefined || /\bdefault\b/i.test(said) ? said : `${said} Default: \`${written}\`.`;
    },
  };
}

/** A sentence of a fragment. */
export function sentence(text) {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
