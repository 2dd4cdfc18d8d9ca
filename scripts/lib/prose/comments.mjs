// The comments of a source file.
import { maskCode } from "./sentences.mjs";

const COMMENT = /^\s*(?:\/\*\*?|\*|\/\/)(?<whole>.*)$|\s\/\/\s(?<end>.*)$/;

/**
 * @param {string} source
 * @returns {{ line: number, text: string }[]} comments; those of several lines as one text
 */
export function commentsOf(source) {
  const pieces = [];
  for (const [index, line] of source.split("\n").entries()) {
    const { whole, end } = COMMENT.exec(line)?.groups ?? {};
    const text = whole ?? end;
    if (text === undefined) continue;
    const last = pieces.at(-1);
    if (whole !== undefined && last?.next === index + 1) last.text += `\n${text}`;
    else pieces.push({ line: index + 1, text });
    pieces.at(-1).next = whole === undefined ? undefined : index + 2;
  }
  return pieces.map(({ line, text }) => ({ line, text: maskCode(text) }));
}
