import type { Fqdn } from "../../core/fqdn";

type Compare = (a: Fqdn, b: Fqdn) => number;

const byText: Compare = (a, b) => compareTexts(`${reversed(a).join(".")}.`, `${reversed(b).join(".")}.`);

export const byLabels: Compare = (a, b) => {
  const [one, other] = [reversed(a), reversed(b)];
  const at = one.findIndex((label, index) => label !== other[index]);
  if (at < 0) return one.length - other.length;
  return other[at] === undefined ? 1 : compareTexts(one[at] ?? "", other[at]);
};

/**
 * Route 53 sorts names by their reversed labels; that it compares label by label, or the whole text, is not documented. So
 * what is concluded from an order has to hold in both.
 */
export const ORDERS: readonly Compare[] = [byLabels, byText];

export function isBefore(one: Fqdn, other: Fqdn): boolean {
  return ORDERS.every((compare) => compare(one, other) < 0);
}

function reversed(name: Fqdn): string[] {
  return name.split(".").reverse();
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
