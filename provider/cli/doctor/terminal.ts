import type { Paint } from "./paint";

/** Where the doctor's words go. */
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
}

/** A piece of the screen that each text replaces. */
export interface LiveView {
  show(text: string): void;
  clear(): void;
}

/** ECMA-48: colours, which take no room. */
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[\\d*m`, "g");

/** Draws over what it drew before, as far as the screen reaches at that moment. */
export function openLiveView(terminal: Terminal): LiveView {
  let shown = 0;
  /** Up to its first line, and erase to the end of the screen. */
  const back = () => (shown > 0 ? `\u001b[${shown}A\r\u001b[J` : "");
  const rowsOf = (line: string) => Math.max(1, Math.ceil(line.replace(COLOURS, "").length / terminal.width));
  return {
    clear() {
      terminal.write(back());
      shown = 0;
    },
    show(text) {
      const before = back();
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
