type Env = Readonly<Record<string, string | undefined>>;

/**
 * Whether what goes to a stream may hold colours. The first rule that applies decides:
 *
 * 1. NO_COLOR, not empty: no (https://no-color.org).
 * 2. FORCE_COLOR, not empty: `0` and `false` no, all else yes (https://force-color.org; the numbers are Node's).
 * 3. CLICOLOR_FORCE, neither empty nor `0`: yes (https://bixense.com/clicolors).
 * 4. No terminal: no.
 * 5. CLICOLOR `0`, or TERM `dumb`: no.
 * 6. Else: yes.
 */
export function mayColour(isTerminal: boolean, env: Env): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return !isNo(env.FORCE_COLOR);
  if (env.CLICOLOR_FORCE && env.CLICOLOR_FORCE !== "0") return true;
  return isTerminal && env.CLICOLOR !== "0" && env.TERM !== "dumb";
}

function isNo(text: string): boolean {
  return text === "0" || text.toLowerCase() === "false";
}
