import { mayColour } from "./colour";

type Env = Readonly<Record<string, string | undefined>>;

/** OSC 8, as terminals agreed on it: https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda */
export const OPENS_LINK = "\u001b]8;;";
export const ENDS_SEQUENCE = "\u001b\\";

/** The text, which a click takes to the address. An address with anything but visible ASCII is not linked. */
export function linked(text: string, url: string): string {
  if (!/^[!-~]+$/.test(url)) return text;
  return `${OPENS_LINK}${url}${ENDS_SEQUENCE}${text}${OPENS_LINK}${ENDS_SEQUENCE}`;
}

/** Versions from which a terminal that names itself in TERM_PROGRAM shows links. */
const PROGRAMS: ReadonlyMap<string, readonly number[]> = new Map([
  ["iTerm.app", [3, 1]],
  ["WezTerm", [20200620]],
  ["vscode", [1, 72]],
  ["ghostty", []],
  ["zed", []],
  ["Hyper", []],
]);

/** Terminals by the name of their terminfo entry. */
const TERMS: ReadonlySet<string> = new Set(["alacritty", "xterm-kitty", "xterm-ghostty", "foot"]);

/**
 * Whether links may go to a stream. FORCE_HYPERLINK decides alone: `0` and `false` no, all else yes. Without it: only to a
 * terminal that may show colours, is not a CI log's, and says which program it is, in a version that knows links.
 */
export function mayLink(isTerminal: boolean, env: Env): boolean {
  if (env.FORCE_HYPERLINK) return !/^(0+|false)$/i.test(env.FORCE_HYPERLINK);
  if (!isTerminal || env.TERM === "dumb" || !mayColour(isTerminal, env)) return false;
  if (isCi(env) || env.TEAMCITY_VERSION) return false;
  // What tmux and screen pass on depends on their versions and settings, and they inherit the variables below.
  if (env.TMUX || env.STY) return false;
  if (env.WT_SESSION) return true;
  const least = PROGRAMS.get(env.TERM_PROGRAM ?? "");
  if (least !== undefined) return isAtLeast(env.TERM_PROGRAM_VERSION ?? "", least);
  if (env.VTE_VERSION) return vteShowsLinks(env.VTE_VERSION);
  if (env.KONSOLE_VERSION) return Number(env.KONSOLE_VERSION) >= 201200;
  return TERMS.has(env.TERM ?? "");
}

/** A log of a build, and not a person at a screen. */
export function isCi(env: Env): boolean {
  return env.CI !== undefined && env.CI !== "" && env.CI !== "0" && env.CI.toLowerCase() !== "false";
}

/** `5402` is 0.54.2; 0.50.0 crashed at links. */
function vteShowsLinks(version: string): boolean {
  const [major, minor, patch] = version.includes(".")
    ? version.split(".").map(Number)
    : [0, Math.floor(Number(version) / 100), Number(version) % 100];
  if ((major ?? 0) > 0) return true;
  return (minor ?? 0) > 50 || (minor === 50 && (patch ?? 0) > 0);
}

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split(/[.-]/).map(Number);
  for (const [index, wanted] of least.entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}
