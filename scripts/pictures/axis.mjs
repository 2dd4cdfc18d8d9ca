// A linear axis from 0: where a value is, and which values have a label. Linear, since cost that grows with N is a straight
// line there, and a step is a step.

/**
 * @param {readonly number[]} values
 * @param {{ from: number, to: number, ticks: number, whole?: boolean }} options `from`, `to`: on the picture. `ticks`: at most, without 0.
 * @returns {{ at: (value: number) => number, ticks: readonly number[] }}
 */
export function axisOf(values, { from, to, ticks, whole = false }) {
  const most = Math.max(0, ...values);
  const step = stepOf(most / ticks, whole);
  const count = Math.max(1, Math.ceil(most / step));
  // 0.2 * 3 is no 0.6.
  const top = sound(count * step);
  return {
    at: (value) => from + (value / top) * (to - from),
    ticks: Array.from({ length: count + 1 }, (_, index) => sound(index * step)),
  };
}

function sound(value) {
  return Number(value.toPrecision(12));
}

/** The least of 1, 2, 5, 10, 20 … that is no less. */
function stepOf(least, whole) {
  if (!(least > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5].map((digit) => digit * power).find((one) => one >= least) ?? 10 * power;
  return whole ? Math.max(1, step) : step;
}
