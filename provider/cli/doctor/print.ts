import { oneLineIn } from "../../core/text";
import { addressCommands } from "../../doctor/address/json";
import { commandsFor } from "../../doctor/commands";
import type { Looked } from "../../doctor/json";
import { isSeenError } from "../../doctor/report";
import { renderAddress, renderAddressSummary } from "./address/render";
import { nextStepOf } from "./next";
import { renderOverview } from "./overview";
import { type MoreOf, renderLine, renderReport } from "./render";
import type { Terminal } from "./terminal";

/** More of these than this, or more than one that is not well, begin with an overview. */
const FEW = 3;

/**
 * The reports for a person, the worst last, where the prompt is. Of many, those that are well take a line each, and those
 * that are not stand in an overview at the beginning.
 */
export function printReports(looked: Looked, commands: boolean, terminal: Terminal, more?: MoreOf): void {
  // Names and values come from DNS and from others: each is one line here, and coloured afterwards (core/text.ts).
  const { domains, addresses, skipped } = oneLineIn(looked);
  const many = domains.length + addresses.length > 1;
  const byHand = (lines: () => readonly string[]) =>
    commands ? ["", terminal.paint("strong", "By hand"), ...lines()] : [];
  // What a sender lacks stands in the line of each domain.
  const calm = ({ outcome, findings }: Weighed) =>
    many && outcome === "healthy" && findings.every(({ code }) => code === "not-ready-to-send");
  const blocks = [
    ...domains.map(({ subject, report }) => ({
      name: report.observations.domain,
      report,
      calm: calm(report) && !commands,
      text: [
        calm(report) ? renderLine(report, terminal) : renderReport(report, terminal, more),
        ...byHand(() => commandsFor(subject, report)),
      ].join("\n"),
    })),
    ...addresses.map(({ subject, report }) => ({
      name: report.observations.address,
      report,
      calm: calm(report) && !commands,
      text: [
        calm(report) ? renderAddressSummary(report, terminal) : renderAddress(report, terminal, more),
        ...byHand(() => addressCommands(subject, report)),
      ].join("\n"),
    })),
  ].sort((a, b) => weightOf(a.report) - weightOf(b.report));

  const unhealthy = blocks.filter(({ report }) => report.outcome !== "healthy");
  const overview = many && unhealthy.length > 0 && (blocks.length > FEW || unhealthy.length > 1);
  if (overview) {
    const rows = [...unhealthy].reverse().flatMap(({ name, report }) => {
      const step = nextStepOf(report);
      return step === undefined ? [] : [{ name, outcome: report.outcome, step }];
    });
    terminal.write(`${renderOverview(rows, blocks.length, terminal)}\n`);
  }
  let before: boolean | undefined = overview ? false : undefined;
  for (const block of blocks) {
    terminal.write(`${before === undefined || (before && block.calm) ? "" : "\n"}${block.text}\n`);
    before = block.calm;
  }
  for (const { resource, reason } of skipped) terminal.say(`${resource} was not looked at: ${reason}`);
  if (!many) return;
  const healthy = (of: readonly { readonly report: { readonly outcome: string } }[]) =>
    of.filter(({ report }) => report.outcome === "healthy").length;
  const ready = domains.filter(({ report }) => report.sending?.state === "ready").length;
  const told = [
    ...(domains.length > 0 ? [`${healthy(domains)} of ${domains.length} domains are verified and published.`] : []),
    ...(domains.some(({ report }) => report.sending !== undefined)
      ? [`${ready} of ${domains.length} domains are ready to send.`]
      : []),
    ...(addresses.length > 0 ? [`${healthy(addresses)} of ${addresses.length} addresses may send.`] : []),
  ];
  terminal.write(`\n${told.join("\n")}\n`);
}

type Weighed = Pick<Looked["domains"][number]["report"], "outcome" | "findings">;

/** The worse, the more. */
function weightOf({ outcome, findings }: Weighed): number {
  if (outcome === "healthy") return findings.length === 0 ? 0 : 1;
  if (outcome === "unknown") return 2;
  return findings.some(isSeenError) ? 4 : 3;
}
