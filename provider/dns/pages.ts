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

/** What the reference says of a host beyond its types. */
interface HostFacts {
  readonly title: string;
  /** The file in docs/hosts. */
  readonly page: string;
  /** What each property of an entry means. */
  readonly texts: Readonly<Record<string, string>>;
}

/** By kind. Pure. */
export function hostFacts(): Readonly<Record<string, HostFacts>> {
  return Object.fromEntries(
    DNS_KINDS.map((kind) => {
      const { title, properties, named } = hostOf(kind);
      const texts = Object.entries(properties).map(([name, { describe }]) => [name, describe] as const);
      const credentials = `the name of a set in \`sesdomain:credentials\`${named === undefined ? "" : `: ${named}`}`;
      const own = Object.fromEntries([...texts, ["kind", "which host it is"], ["credentials", credentials]]);
      return [kind, { title, page: `${fileNameOf(kind)}.md`, texts: own }];
    }),
  );
}
