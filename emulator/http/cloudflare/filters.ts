import { type HttpRequest, queryOf } from "../message";
import { refusal } from "./envelope";
import { limit } from "./judge";

/** Text filters of List DNS Records: `name=x`, `name.exact=x`, `name.contains=…`. They ignore case. */
const TESTS: Readonly<Record<string, (text: string, wanted: string) => boolean>> = {
  "": (text, wanted) => text === wanted,
  ".exact": (text, wanted) => text === wanted,
  ".contains": (text, wanted) => text.includes(wanted),
  ".startswith": (text, wanted) => text.startsWith(wanted),
  ".endswith": (text, wanted) => text.endsWith(wanted),
};

/** Parameters of every list. */
export const LISTED = ["page", "per_page", "match", "order", "direction"];

/** The parameters that filter by a field. */
export const filtersOf = (field: string) => Object.keys(TESTS).map((suffix) => field + suffix);

/** A filter that is not read would let through what it is to hold back: throws `Refusal`. */
export function refuseOthers(request: HttpRequest, known: readonly string[]): void {
  const other = request.query.find(([name]) => !known.includes(name));
  if (other !== undefined) throw limit(`does not read the parameter ${other[0]} here`);
}

/** `proxied`, `search`, `comment.present` and `comment.absent` of List DNS Records. */
export function narrowed<T extends Readonly<Record<string, unknown>>>(items: readonly T[], request: HttpRequest): T[] {
  const proxied = queryOf(request, "proxied");
  const search = queryOf(request, "search")?.toLowerCase();
  const commented = queryOf(request, "comment.present") !== undefined;
  const bare = queryOf(request, "comment.absent") !== undefined;
  const has = (item: T, text: string) =>
    ["name", "content", "comment"].some((field) =>
      String(item[field] ?? "")
        .toLowerCase()
        .includes(text),
    );
  return items.filter(
    (item) =>
      (proxied === undefined || String(item.proxied) === proxied) &&
      (search === undefined || has(item, search)) &&
      (!commented || item.comment !== null) &&
      (!bare || item.comment === null),
  );
}

/** Keeps what fits the request's filters on these fields: all of them, or with `match=any` one. */
export function filtered<T extends Readonly<Record<string, unknown>>>(
  items: readonly T[],
  request: HttpRequest,
  fields: readonly string[],
): T[] {
  const tests = fields.flatMap((field) =>
    Object.entries(TESTS).flatMap(([suffix, test]) => {
      const wanted = queryOf(request, field + suffix);
      if (wanted === undefined) return [];
      return [(item: T) => test(String(item[field] ?? "").toLowerCase(), wanted.toLowerCase())];
    }),
  );
  const any = queryOf(request, "match") === "any" && tests.length > 0;
  return items.filter((item) => (any ? tests.some((test) => test(item)) : tests.every((test) => test(item))));
}

export function ordered<T extends Readonly<Record<string, unknown>>>(items: readonly T[], request: HttpRequest): T[] {
  const field = queryOf(request, "order");
  if (field === undefined) return [...items];
  const sign = queryOf(request, "direction") === "desc" ? -1 : 1;
  return [...items].sort((one, other) => {
    const [left, right] = [String(one[field] ?? ""), String(other[field] ?? "")];
    return left < right ? -sign : left > right ? sign : 0;
  });
}

/** `page` and `per_page`, within the bounds of the operation. */
export function pageOf(
  request: HttpRequest,
  bounds: { readonly default: number; readonly least: number; readonly most: number },
): { readonly page: number; readonly perPage: number } {
  const read = (name: string, otherwise: number) => Number(queryOf(request, name) ?? otherwise);
  const page = read("page", 1);
  const perPage = read("per_page", bounds.default);
  const whole = Number.isInteger(page) && Number.isInteger(perPage);
  if (!whole || page < 1 || perPage < bounds.least || perPage > bounds.most)
    throw refusal(400, 1004, "Invalid pagination parameters");
  return { page, perPage };
}
