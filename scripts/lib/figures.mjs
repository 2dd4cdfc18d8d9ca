// Figures as pages and pictures write them. What was not measured is a dash.

/** 1,234. `digits`: after the point, where there are always as many. */
export function numeral(value, digits) {
  if (!Number.isFinite(value)) return "–";
  const [whole, rest] = (digits === undefined ? String(value) : value.toFixed(digits)).split(".");
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return rest === undefined ? thousands : `${thousands}.${rest}`;
}

/** A duration that was measured. */
export function seconds(ms) {
  return Number.isFinite(ms) ? `${numeral(ms / 1_000, Math.abs(ms) < 10_000 ? 2 : 1)} s` : "–";
}

/** A duration that was chosen. */
export function wholeSeconds(ms) {
  return Number.isFinite(ms) ? `${numeral(ms / 1_000)} s` : "–";
}

export function counted(count, one, more = `${one}s`) {
  return `${numeral(count)} ${count === 1 ? one : more}`;
}
