import { isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { pageAddress } from "../../doctor/page-address";

/** One line: the option that prints the page of a problem, and where it is read. */
export function moreOf(code: string, cwd: string): string {
  const address = pageAddress(code);
  return `--explain ${code}${address === undefined ? "" : `, ${shortened(address, cwd)}`}`;
}

/** A file by its path, and below the folder by the way from there. */
function shortened(address: string, cwd: string): string {
  if (!address.startsWith("file:")) return address;
  const file = fileURLToPath(address);
  const way = relative(cwd, file);
  return way.startsWith("..") || isAbsolute(way) ? file : way;
}
