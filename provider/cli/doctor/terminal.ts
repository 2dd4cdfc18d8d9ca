import { printable, visible } from "../../core/text";
import { OWN_LINKS } from "./links";
import { type Link, OWN_CODES, type Paint } from "./paint";

/** Where the doctor's output goes. */
export interface Terminal {
  /** To standard output, without a line's end. */
  write(text: string): void;
  /** To standard error, one line. */
  say(line: string): void;
  /** Columns, at this moment; where the output is no terminal, what a page has. */
  readonly width: number;
  /** Lines that fit on the screen, at this moment; undefined where the output is no terminal, and nothing can be taken back. */
  readonly height: number | undefined;
  readonly paint: Paint;
  /** Left out where the terminal shows no links. */
  readonly link?: Link | undefined;
}

/** A piece of the screen that each text replaces. */
export interface LiveView {
  show(text: string): void;
  clear(): void;
}

/** What takes no room: colours, and the addresses of links. */
const INVISIBLE = new RegExp(`${OWN_CODES}|${OWN_LINKS}`, "g");
/** ECMA-48: up to the first line of the live view, and erase to the end of the screen. */
const back = (lines: number) => `\u001b[${lines}A\r\u001b[J`;
const OWN = new RegExp(`(${OWN_CODES}|${OWN_LINKS}|\u001b\\[\\d+A\\r\u001b\\[J)`);

/**
 * The terminal behind the doctor's exit (core/text.ts): only our colours, links to our pages and the live view's own moves
 * come through as they are, of all else what acts on a terminal is shown as its escape.
 */
export function guarded(terminal: Terminal): Terminal {
  return {
    // What the pattern captures stands at odd places.
    write: (text) =>
      terminal.write(
        text
          .split(OWN)
          .map((part, index) => (index % 2 === 1 ? part : visible(part)))
          .join(""),
      ),
    say: (line) => terminal.say(printable(line)),
    get width() {
      return terminal.width;
    },
    get height() {
      return terminal.height;
    },
    paint: terminal.paint,
    link: terminal.link,
  };
}

/** Draws over what it drew before, as far as the screen reaches at that moment. */
export function openLiveView(terminal: Terminal): LiveView {
  let shown = 0;
  const start = () => (shown > 0 ? back(shown) : "");
  const rowsOf = (line: string) => Math.max(1, Math.ceil(line.replace(INVISIBLE, "").length / terminal.width));
  return {
    clear() {
      terminal.write(start());
      shown = 0;
    },
    show(text) {
      const before = start();
      const fitting: string[] = [];
      shown = 0;
      // What has scrolled away could not be taken back.
      for (const line of text.split("\n")) {
        if (shown + rowsOf(line) > (terminal.height ?? 0) - 1) break;
        fitting.push(line);
        shown += rowsOf(line);
      }
      terminal.write(`${before}${fitting.join("\n")}\n`);
    },
  };
}
