import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ownPackage } from "../core/own-package";

/** Where the pages of problems are: on the web where the package has an address there, else on this disk. */
function pagesAddress(): string | undefined {
  const own = ownPackage();
  if (own === undefined) return undefined;
  const repository = own.homepage?.replace(/#.*$/, "");
  if (repository !== undefined) return `${repository}/blob/main/docs/problems/`;
  return pathToFileURL(join(own.folder, "docs", "problems")).href.concat("/");
}

/** Undefined in an archive without the pages. */
export const PAGES_ADDRESS = pagesAddress();

/** The address of a problem's page; undefined where there is none. */
export function pageAddress(code: string): string | undefined {
  return PAGES_ADDRESS && `${PAGES_ADDRESS}${code}.md`;
}
