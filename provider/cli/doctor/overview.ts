import { clip } from "../../core/text";
import { counted } from "../../core/words";
import type { CheckupOutcome } from "../../doctor/report";
import type { NextStep } from "./next";
import type { TextStyle } from "./paint";

interface OverviewRow {
  readonly name: string;
  readonly outcome: CheckupOutcome;
  readonly step: NextStep;
}

const INDENT = "  ";
const GAP = "  ";
const LONGEST_NAME = 40;
/** With less room for the next step, it goes on a line of its own. */
const NARROWEST_STEP = 24;

/** One line for each that is not well, in their order: its name, its cause, and what to do first. Pure. */
export function renderOverview(rows: readonly OverviewRow[], of: number, { width, paint }: TextStyle): string {
  const names = Math.min(LONGEST_NAME, Math.max(...rows.map(({ name }) => name.length)));
  const causes = Math.max(...rows.map(({ step }) => causeOf(step).length));
  const room = width - INDENT.length - names - causes - 2 * GAP.length;
  const lines = rows.flatMap(({ name, outcome, step }) => {
    const head = paint(outcome === "problems" ? "bad" : "doubt", clip(name, names).padEnd(names));
    const cause = causeOf(step);
    if (room >= NARROWEST_STEP) {
      return [`${INDENT}${head}${GAP}${cause.padEnd(causes)}${GAP}${fitted(firstSentence(step.next), room)}`];
    }
    const rest = `${cause}: ${firstSentence(step.next)}`;
    return [`${INDENT}${head.trimEnd()}`, `${INDENT}${INDENT}${fitted(rest, width - 2 * INDENT.length)}`];
  });
  const problems = rows.filter(({ outcome }) => outcome === "problems").length;
  const unknown = rows.length - problems;
  const counts = [
    ...(problems > 0 ? [`${problems} with problems`] : []),
    ...(unknown > 0 ? [`${unknown} not fully known`] : []),
  ];
  return [paint("strong", `${counted(of, "name")} looked at: ${counts.join(", ")}`), ...lines].join("\n");
}

function causeOf({ code }: NextStep): string {
  return code ?? "SES was not asked";
}

function firstSentence(text: string): string {
  return /^.*?\.(?= |$)/.exec(text)?.[0].replace(/\.$/, "") ?? text;
}

function fitted(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(1, room - 1)).trimEnd()}…`;
}
