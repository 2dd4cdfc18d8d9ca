import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(__dirname, "..", "..", "..");

/** What an HTML comment directly above a block says of it. CONTRIBUTING.md lists them, under "Blocks in the pages". */
interface Marks {
  /** The lines that are missing before or around a fragment of TypeScript; `…` on a line of its own is where it stands. */
  readonly context?: string;
  /** The file in the reader's folder that the block is the text of. */
  readonly file?: string;
  /** What a shell block needs that a test has not, so that it is not run. */
  readonly needs?: string;
  /** What the shell block above prints. */
  readonly output?: string;
  /** The region of a file of this repository that the block repeats: `path#region`. */
  readonly source?: string;
}

export interface Block {
  readonly page: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  readonly marks: Marks;
}

const FENCE = /^( *)```(\S*)[^\n]*\n(.*?)^\1``` *$/gms;
const MARK = /<!-- (context|file|needs|output|source)(?::[ \n]|\n| )(.*?)-->\s*$/s;

/** Each fenced block of a page, in order. */
export function blocksOf(page: string, text: string): readonly Block[] {
  return [...text.matchAll(FENCE)].map((match) => {
    const [, indent = "", language = "", body = ""] = match;
    const before = text.slice(0, match.index);
    return {
      page,
      line: before.split("\n").length,
      language,
      text: body.replace(new RegExp(`^${indent}`, "gm"), ""),
      marks: marksAbove(before),
    };
  });
}

/** Several comments may stand above one block. */
function marksAbove(before: string): Marks {
  const start = before.lastIndexOf("<!-- ");
  const [whole, name, value] = MARK.exec(start === -1 ? "" : before.slice(start)) ?? [];
  if (whole === undefined || name === undefined) return {};
  return { ...marksAbove(before.slice(0, start)), [name]: value?.trim() ?? "" };
}

/** The README, the pages for contributors and every page below `docs/`, by path from the root. */
export function pages(): readonly string[] {
  const below = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`);
  return ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...below.sort()];
}

export const readPage = (page: string): string => readFileSync(join(ROOT, page), "utf8");

export const allBlocks = (): readonly Block[] => pages().flatMap((page) => blocksOf(page, readPage(page)));

export const placeOf = ({ page, line }: Block): string => `${page}:${line}`;

/** The text without its blocks and spans of code, in which nothing is a link. */
function prose(text: string): string {
  return text.replace(FENCE, "").replace(/`[^`\n]*`/g, (span) => "x".repeat(span.length));
}

/** Where links and pictures of a page lead, as they are written. */
export function linksOf(text: string): readonly string[] {
  const written = prose(text);
  const inline = [...written.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)];
  const html = [...written.matchAll(/\b(?:href|src|srcset)="([^"]+)"/g)];
  return [...inline, ...html].map(([, link = ""]) => link);
}

/** The anchors of a page's headings, as GitHub and npm make them. */
export function anchorsOf(text: string): readonly string[] {
  const seen = new Map<string, number>();
  return [...text.replace(FENCE, "").matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading = ""]) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}
