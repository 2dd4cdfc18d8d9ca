import type { Plan } from "../../../provider/lifecycle/lifecycle";
import { AT_SES, type AtSes, IN_DNS, type InDns, planOf } from "./plan-cases";

const ALL = Object.keys(IN_DNS).length;

/** The rules of `planDomain` as a table in Markdown; cases with one outcome share a row. */
export function planTable(): string {
  const byOutcome = new Map<string, Map<string, InDns[]>>();
  for (const inDns of Object.keys(IN_DNS) as InDns[]) {
    for (const [outcome, said] of outcomesAt(inDns)) {
      const rows = byOutcome.get(outcome) ?? new Map<string, InDns[]>();
      byOutcome.set(outcome, rows.set(said, [...(rows.get(said) ?? []), inDns]));
    }
  }
  const rows = [...byOutcome].flatMap(([outcome, ways]) =>
    [...ways].map(
      ([said, inDns]) => `| ${said} | ${inDns.length === ALL ? "anything" : inDns.join("; ")} | ${outcome} |`,
    ),
  );
  const head = ["| SES says | our value in DNS is | preview shows | `pulumi up` |", "| --- | --- | --- | --- |"];
  return [...head, ...rows].join("\n");
}

/** What SES may say, by what comes of it. */
function outcomesAt(inDns: InDns): Map<string, string> {
  const outcomes = new Map<string, string>();
  for (const atSes of Object.keys(AT_SES) as AtSes[]) {
    const outcome = outcomeOf(planOf({ atSes, inDns }), atSes, inDns);
    const before = outcomes.get(outcome);
    outcomes.set(outcome, before === undefined ? atSes : `${before}, ${atSes}`);
  }
  return outcomes;
}

function outcomeOf({ steps }: Plan, atSes: AtSes, inDns: InDns): string {
  if (steps.some(({ step }) => step === "request")) return "a change: `restart: …` | asks SES, publishes, waits";
  if (steps.some(({ step }) => step === "publish")) return "a change: `publish: …` | publishes what is missing, waits";
  const healthy = atSes === "Success" && inDns === "on every server";
  return healthy ? "nothing | " : "a warning, where that is a fault | ";
}
