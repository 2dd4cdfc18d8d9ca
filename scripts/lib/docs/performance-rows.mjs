// What pictures and tables of docs/performance.md have in common: which rows of the benches' results belong together.

/** More identities than domains by far: such a row is about the account. */
const LARGE = 2;

/**
 * Rows of `preview` about the number of domains, of a few domains about the size of the account, and of domains with DKIM and
 * MAIL FROM, all of dynamic resources; and those of the plugin.
 */
export function splitPreview(recorded) {
  const all = recorded.filter(({ door }) => door !== "plugin");
  const rows = all.filter(({ parts }) => parts !== "sending");
  const isLarge = ({ domains, account_identities }) => account_identities > LARGE * domains;
  const few = new Set(rows.filter(isLarge).map(({ domains }) => domains));
  return {
    byDomains: rows.filter(({ domains }) => !few.has(domains)),
    byAccount: rows.filter(({ domains }) => few.has(domains)),
    sending: all.filter(({ parts }) => parts === "sending"),
    plugin: recorded.filter(({ door }) => door === "plugin"),
  };
}

/** By a key, in the order of the first ones. */
export function grouped(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups.values()];
}

/** By these fields, the first one first. */
export function sorted(rows, ...fields) {
  const order = (one, other, field) => (one[field] < other[field] ? -1 : one[field] > other[field] ? 1 : 0);
  return [...rows].sort((one, other) => {
    for (const field of fields) if (order(one, other, field) !== 0) return order(one, other, field);
    return 0;
  });
}

/** The two ways of waiting (`bench/create.ts`). */
const PATTERNS = { each: "each waits itself", one: "one wait for all" };

export function waitOf({ pattern }) {
  return PATTERNS[pattern] ?? pattern ?? "–";
}

export function sumOf(calls) {
  const counts = Object.values(calls ?? {});
  return counts.length === 0 ? Number.NaN : counts.reduce((sum, count) => sum + count, 0);
}
