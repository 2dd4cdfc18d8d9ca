import { oneLineIn } from "../../core/text";
import { addressCommands } from "./address/json";
import { renderAddress, renderAddressSummary } from "./address/render";
import { commandsFor } from "./commands";
import type { Looked } from "./json";
import { renderReport, renderSummary } from "./render";
import type { Terminal } from "./terminal";

/** The reports for a person. Of many, those that are well take a line each. */
export function printReports(looked: Looked, commands: boolean, terminal: Terminal): void {
  // Names and values come from DNS and from others: each is one line here, and coloured afterwards (core/text.ts).
  const { domains, addresses, skipped } = oneLineIn(looked);
  const many = domains.length + addresses.length > 1;
  const byHand = (lines: () => readonly string[]) =>
    commands ? ["", terminal.paint("strong", "By hand"), ...lines()] : [];
  const calm = ({ outcome, findings }: { readonly outcome: string; readonly findings: readonly unknown[] }) =>
    many && outcome === "healthy" && findings.length === 0;
  const blocks = [
    ...domains.map(({ subject, report }) => ({
      calm: calm(report) && !commands,
      text: [
        calm(report) ? renderSummary(report, terminal) : renderReport(report, terminal),
        ...byHand(() => commandsFor(subject, report)),
      ].join("\n"),
    })),
    ...addresses.map(({ subject, report }) => ({
      calm: calm(report) && !commands,
      text: [
        calm(report) ? renderAddressSummary(report, terminal) : renderAddress(report, terminal),
        ...byHand(() => addressCommands(subject, report)),
      ].join("\n"),
    })),
  ];
  let before: boolean | undefined;
  for (const block of blocks) {
    terminal.write(`${before === undefined || (before && block.calm) ? "" : "\n"}${block.text}\n`);
    before = block.calm;
  }
  for (const { resource, reason } of skipped) terminal.say(`${resource} was not looked at: ${reason}`);
  if (!many) return;
  const healthy = (of: readonly { readonly report: { readonly outcome: string } }[]) =>
    of.filter(({ report }) => report.outcome === "healthy").length;
  const told = [
    ...(domains.length > 0 ? [`${healthy(domains)} of ${domains.length} domains are verified and published.`] : []),
    ...(addresses.length > 0 ? [`${healthy(addresses)} of ${addresses.length} addresses may send.`] : []),
  ];
  terminal.write(`\n${told.join("\n")}\n`);
}
