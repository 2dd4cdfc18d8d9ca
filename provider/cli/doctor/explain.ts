import { nearest } from "../../core/suggest";
import { quoted } from "../../core/text";
import { wrapped } from "../../core/words";
import { CATALOGUE, findEntry } from "../../diagnosis/catalogue";
import { problemPages } from "../../diagnosis/pages";
import type { TextStyle } from "./paint";

/** The catalogue's page of a problem for a terminal; undefined where no problem has the code. */
export function explainCode(code: string, { width, paint }: TextStyle): string | undefined {
  const entry = findEntry(code.trim().toLowerCase());
  const page = entry && problemPages().get(`${entry.code}.md`);
  if (page === undefined) return undefined;
  let fenced = false;
  return page
    .split("\n")
    .flatMap((line) => {
      if (line.startsWith("```")) {
        fenced = !fenced;
        return [];
      }
      if (fenced) return [`  ${line}`];
      if (line.startsWith("<!--")) return [];
      const heading = /^#+ (.*)$/.exec(line)?.[1];
      if (heading !== undefined) return [paint("strong", heading)];
      const bare = line
        .replace(/\*\*/g, "")
        .replace(/\[([^\]]*)\]\(([^)]*)\)/g, "$1 ($2)")
        .replace(/<(https?:[^>]*)>/g, "$1");
      return [bare.startsWith("- ") ? `  ${wrapped(bare, width, "    ")}` : wrapped(bare, width)];
    })
    .join("\n")
    .trimEnd();
}

/** For an unknown code: the one that was probably meant, or else all that there are. */
export function unknownCodeText(code: string, width: number): string {
  const codes = CATALOGUE.map((entry) => entry.code);
  const meant = nearest(code, codes);
  const hint = meant === undefined ? `The codes are: ${codes.join(", ")}.` : `Did you mean ${meant}?`;
  return wrapped(`No problem has the code ${quoted(code)}. ${hint}`, width);
}
