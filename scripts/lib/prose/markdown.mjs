// The prose of a Markdown page: paragraphs, list items, headings and cells of tables, each by itself, without code.
import { asBreak, asNothing, asWord, maskCode } from "./sentences.mjs";

const FENCE = /^\s*(?:>\s*)*(?:[-*+]\s+|\d+[.)]\s+)?(?<mark>`{3,}|~{3,})/;
const ITEM = /^(\s*(?:>\s?)*)(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?/;
const HEADING = /^\s{0,3}#{1,6}\s/;
const RULE = /^\s*(?:[-=*_]\s*){3,}$/;
const REFERENCE = /^\s{0,3}\[[^\]]+\]:\s/;

/** Without tags and the targets of links. A bold beginning with a colon is a label, not part of the sentence. */
const masked = (text) =>
  maskCode(text)
    .replace(/(?<=^\*\*[^*]+\*\*):\s/, asBreak)
    .replace(/<\/?[a-zA-Z][^>]*>/g, asNothing)
    .replace(/(?<=\])\([^()]*(?:\([^()]*\)[^()]*)*\)/g, asNothing)
    .replace(/(?<=\])\[[^\]]*\]/g, asNothing)
    .replace(/&[a-z]+;|&#\d+;/g, asWord);

/**
 * @param {string} page
 * @returns {{ line: number, text: string }[]} pieces of prose; a line break in `text` is one of the page
 */
export function proseOfMarkdown(page) {
  const pieces = [];
  let open;
  let fence;
  const close = () => {
    if (open) pieces.push({ line: open.line, text: masked(open.lines.join("\n")) });
    open = undefined;
  };
  const alone = (line, text) => pieces.push({ line, text: masked(text) });
  for (const [index, line] of withoutComments(page).split("\n").entries()) {
    const mark = FENCE.exec(line)?.groups.mark;
    if (fence ?? mark) {
      close();
      if (fence === undefined) fence = mark;
      else if (mark?.startsWith(fence)) fence = undefined;
      continue;
    }
    const item = ITEM.exec(line);
    if (line.trim() === "" || RULE.test(line) || REFERENCE.test(line)) close();
    else if (/^\s*\|/.test(line)) {
      close();
      for (const cell of cellsOf(line)) alone(index + 1, cell);
    } else if (HEADING.test(line)) {
      close();
      alone(index + 1, line.replace(HEADING, ""));
    } else if (item) {
      close();
      open = { line: index + 1, lines: [line.slice(item[0].length)] };
    } else if (open) open.lines.push(line.replace(/^\s*(?:>\s?)*/, ""));
    else open = { line: index + 1, lines: [line.replace(/^\s*(?:>\s?)*/, "")] };
  }
  close();
  return pieces;
}

/** The table of words to avoid has to hold them. */
const UNCHECKED = /<!-- words table[\s\S]*?<!-- end of the words table -->|<!--[\s\S]*?-->/g;
const withoutComments = (page) => page.replace(UNCHECKED, (part) => part.replace(/[^\n]/g, ""));

/** Cells of a row; a bar in a code span is no border where it is escaped. */
const cellsOf = (line) =>
  line
    .replace(/\\\|/g, "  ")
    .split("|")
    .map((cell) => cell.trim())
    .filter((cell) => cell !== "" && !/^:?-+:?$/.test(cell));

/**
 * The part of a changelog that can still change. The rest is cut off.
 * @param {string} page
 */
export function unreleased(page) {
  const [from] = [...page.matchAll(/^## \[?Unreleased\b/gim)];
  if (from === undefined) return page;
  const next = /^## /m.exec(page.slice(from.index + 3));
  return next === null ? page : page.slice(0, from.index + 3 + next.index);
}

/** YAML of GitHub: each line's value or comment. */
export function proseOfYaml(file) {
  return file.split("\n").flatMap((line, index) => {
    const text = line.replace(/^\s*(?:- )?(?:[\w-]+:(?=\s|$)\s*)?[|>]?-?\s*#*/, "").replace(/^["']|["']$/g, "");
    return text.trim() === "" ? [] : [{ line: index + 1, text: masked(text) }];
  });
}
