const quietSecondsWithoutTerminal = 30;

/** A line for the person who waits. Standard output stays free for results. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Says what is being done and for how long: one line that counts the seconds on a terminal, a new line every half
 * minute elsewhere.
 *
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 * @template T
 */
export async function during(what, work) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const terminal = process.stderr.isTTY === true;
  if (!terminal) say(`${what} ...`);
  const show = () => {
    if (terminal) process.stderr.write(`\r${what} ... ${seconds()} s `);
    else say(`${what} ... ${seconds()} s`);
  };
  if (terminal) show();
  const timer = setInterval(show, terminal ? 1_000 : quietSecondsWithoutTerminal * 1_000);
  let word = "failed";
  try {
    const result = await work();
    word = "done";
    return result;
  } finally {
    clearInterval(timer);
    process.stderr.write(`${terminal ? "\r" : ""}${what} ... ${word} in ${seconds()} s\n`);
  }
}
