import { clip } from "../../core/text";
import { wrapped } from "../../core/words";
import type { Finding } from "../../diagnosis/finding";
import { fixApart } from "../../diagnosis/publish";
import type { CheckupOutcome } from "../../doctor/report";
import { titleOf } from "./headline";
import type { TextStyle } from "./paint";

/** What a report on a domain or an address has that this needs. */
interface Reported {
  readonly outcome: CheckupOutcome;
  readonly findings: readonly Finding[];
  readonly notAsked: string | undefined;
  readonly notAskedHint?: string | undefined;
}

/** What is wrong in one line, what to do next, and the records to publish. */
export interface NextStep {
  /** The finding's; undefined where SES was not asked. */
  readonly code: string | undefined;
  readonly cause: string;
  readonly next: string;
  readonly records: readonly string[];
}

const INDENT = " ".repeat(7);

/** The root cause and its fix; undefined where all is well. Pure. */
export function nextStepOf({ outcome, findings, notAsked, notAskedHint }: Reported): NextStep | undefined {
  if (outcome === "healthy") return undefined;
  const [first] = findings;
  // A problem in DNS stands before the question that was not asked.
  if (notAsked !== undefined && first?.severity !== "error") {
    const hint = notAskedHint ?? "";
    const reason = hint !== "" && notAsked.endsWith(hint) ? notAsked.slice(0, -hint.length).trimEnd() : notAsked;
    const next = `${hint} To look at DNS alone: --dns-only.`.trim();
    return { code: undefined, cause: `SES was not asked: ${reason}`, next, records: [] };
  }
  if (first === undefined) return undefined;
  const { text, lines } = fixApart(first);
  const whose = first.identities.length === 0 ? "" : ` (${first.identities.map((name) => clip(name)).join(", ")})`;
  return { code: first.code, cause: `${first.code}${whose}: ${titleOf(first)}`, next: text, records: lines };
}

/** Right under the headline: what a reader in a hurry needs. The records stand unbroken, each on a line of its own. Pure. */
export function renderNext(step: NextStep | undefined, { width, paint }: TextStyle): string {
  if (step === undefined) return "";
  return [
    `${paint("strong", "cause")}  ${wrapped(step.cause, width, INDENT)}`,
    `${paint("strong", "next")}   ${wrapped(step.next, width, INDENT)}`,
    ...step.records,
  ].join("\n");
}
