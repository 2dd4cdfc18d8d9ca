import type { DnsKind } from "./backend";
import { DNS_KINDS, hostOf } from "./hosts";

/** How files of a host are named: `google-dns` for `googleDns`. */
export function fileNameOf(kind: DnsKind): string {
  return kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The table of a host's arguments, for its page. */
function argumentTable(kind: DnsKind): string {
  const { properties, named } = hostOf(kind);
  const rows = Object.entries(properties).map(([name, { describe }]) => `| \`${name}\` | ${describe} |`);
  if (named !== undefined) rows.push(`| \`credentials\` | the name of a set in \`sesdomain:credentials\`: ${named} |`);
  return ["| argument | meaning |", "| --- | --- |", ...rows].join("\n");
}

/** The tables by the names of the pages in docs/hosts. Pure. */
export function argumentTables(): ReadonlyMap<string, string> {
  return new Map(DNS_KINDS.map((kind) => [`${fileNameOf(kind)}.md`, argumentTable(kind)]));
}
