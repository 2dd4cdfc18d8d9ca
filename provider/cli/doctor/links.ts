import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ENDS_SEQUENCE, linked, OPENS_LINK } from "../terminal/hyperlink";
import { ownPackage } from "../version";
import type { Link } from "./paint";

/** Where the pages of problems lie: on the web where the package has an address there, else on this disk. */
function pagesAddress(): string {
  const { folder, homepage } = ownPackage();
  const repository = homepage?.replace(/#.*$/, "");
  if (repository !== undefined) return `${repository}/blob/main/docs/problems/`;
  return pathToFileURL(join(folder, "docs", "problems")).href.concat("/");
}

const ADDRESS = pagesAddress();

/** The address of a problem's page. */
export function pageAddress(code: string): string {
  return `${ADDRESS}${code}.md`;
}

export const linkToPage: Link = (code) => linked(code, pageAddress(code));

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** A pattern of what `linkToPage` writes around a code, and of no other link. */
export const OWN_LINKS = `${escaped(OPENS_LINK)}(?:${escaped(ADDRESS)}[a-z-]+\\.md)?${escaped(ENDS_SEQUENCE)}`;
