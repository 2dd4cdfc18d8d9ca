import { clip } from "../../core/text";
import { counted } from "../../core/words";
import type { Activity } from "../../doctor/looks";
import { isCi } from "./hyperlink";

export interface Spinner {
  begin(): Activity;
  /** Takes the line away until something else is said. To be called before anything else is written to the screen. */
  clear(): void;
  /** Takes the line away for good. */
  stop(): void;
}

export interface SpinnerStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

type Env = Readonly<Record<string, string | undefined>>;

const FRAME_MS = 100;
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] as const;
const ASCII_FRAMES = ["-", "\\", "|", "/"] as const;
/** ECMA-48: to the line's beginning, and erase to its end. */
const CLEAR = "\r\u001b[K";

/** Only where a person looks at a screen on which a line can be taken back. */
function mayDraw(stream: SpinnerStream, env: Env): boolean {
  return stream.isTTY === true && env.TERM !== "dumb" && !isCi(env);
}

/**
 * One line at the bottom of the screen: a moving sign, the seconds gone and what is being done. The cursor stays visible, so
 * that a process that is killed leaves the terminal as it was.
 */
export function openSpinner(stream: SpinnerStream, env: Env): Spinner {
  const idle: Activity = { status() {}, end() {} };
  if (!mayDraw(stream, env)) return { begin: () => idle, clear() {}, stop() {} };

  const frames = showsUnicode(env) ? FRAMES : ASCII_FRAMES;
  const running = new Map<symbol, string>();
  let begunMs = 0;
  let frame = 0;
  let drawn = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const draw = () => {
    const texts = [...running.values()].filter((text) => text !== "");
    const [first] = texts;
    if (first === undefined || stopped) return;
    const others = texts.length > 1 ? ` (and ${counted(texts.length - 1, "other")})` : "";
    const gone = Math.floor((Date.now() - begunMs) / 1_000);
    const line = `${frames[frame % frames.length]} ${gone} s  ${first}${others}`;
    frame += 1;
    drawn = true;
    // A line that fills the last column would wrap, and could not be taken back.
    stream.write(`${CLEAR}${clip(line, Math.max(10, (stream.columns || 80) - 1))}`);
  };
  const clear = () => {
    if (drawn) stream.write(CLEAR);
    drawn = false;
  };
  const rest = () => {
    clearInterval(timer);
    timer = undefined;
    clear();
  };
  process.once("exit", clear);

  return {
    begin() {
      const own = Symbol("activity");
      if (running.size === 0) begunMs = Date.now();
      running.set(own, "");
      return {
        status(text) {
          if (stopped || !running.has(own)) return;
          const changed = running.get(own) !== text;
          running.set(own, text);
          timer ??= setInterval(draw, FRAME_MS).unref();
          if (changed && running.size === 1) draw();
        },
        end() {
          running.delete(own);
          if (running.size === 0) rest();
        },
      };
    },
    clear,
    stop() {
      stopped = true;
      running.clear();
      rest();
    },
  };
}

/** By the locale (POSIX, "Environment Variables"): LC_ALL before LC_CTYPE before LANG. Windows Terminal shows all of them. */
function showsUnicode(env: Env): boolean {
  if (env.WT_SESSION) return true;
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || "") && env.TERM !== "linux";
}
