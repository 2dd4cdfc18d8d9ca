import { type Description, describeFindings } from "../../diagnosis/diagnose";
import { expectedValues } from "../../diagnosis/expected";
import type { Finding, IdentitySeen } from "../../diagnosis/finding";
import { lastLook } from "../../diagnosis/ses";
import { headlineOf } from "./headline";
import { nextStepOf, renderNext } from "./next";
import { headed, type TextStyle, type Tone } from "./paint";
import { renderRecord } from "./render-record";
import type { DomainReport } from "./report";
import { type Cell, type Row, table } from "./table";
import { renderUsers } from "./users";

/** Where more is told of a problem: one line, by its code. */
export type MoreOf = (code: string) => string;

/** The whole report on one domain: what to do first, what was seen, and every finding. Pure. */
export function renderReport(report: DomainReport, look: TextStyle, more?: MoreOf): string {
  const shown = nextStepOf(report)?.records ?? [];
  return [renderState(report, look), renderFindings(report.findings, look, { shown, more })]
    .filter((text) => text !== "")
    .join("\n\n");
}

/** What to do first, and what was seen. Pure. */
export function renderState(report: DomainReport, look: TextStyle): string {
  const sections = [
    [renderSummary(report, look), renderNext(nextStepOf(report), look)].filter((text) => text !== "").join("\n"),
    renderSes(report, look),
    renderUsers(report.users, look),
    ...renderRecords(report, look),
  ];
  return sections.filter((text) => text !== "").join("\n\n");
}

const TONES = { error: "bad", warning: "doubt", note: "note" } as const satisfies Record<string, Tone>;

/** `example.com: verified, published on 3 of 3 name servers`. Pure. */
export function renderSummary(report: DomainReport, { width, paint }: TextStyle): string {
  const { domain } = report.observations;
  const { text, tone } = headlineOf(report);
  return headed(domain, `: ${text}`, width, paint, tone);
}

const STATUS_TONES: Readonly<Record<IdentitySeen["status"], Tone>> = {
  Success: "good",
  Pending: "doubt",
  TemporaryFailure: "doubt",
  unknown: "doubt",
  Failed: "bad",
  NotStarted: "bad",
  absent: "bad",
};

/** The verification status that SES reports for one identity. */
export function statusCell({ status, coveredBy }: IdentitySeen): Cell {
  return coveredBy === undefined
    ? { text: status, tone: STATUS_TONES[status] }
    : { text: `${status}; ${coveredBy} is verified, which is enough`, tone: "good" };
}

function renderSes({ observations, notAsked, findings }: DomainReport, { width, paint }: TextStyle): string {
  const { identities } = observations;
  if (identities.length === 0) {
    return notAsked === undefined ? "" : headed("SES", ` was not asked: ${notAsked}`, width, paint);
  }
  const rows = identities.map((one): Row => {
    const region = one.name === one.region ? one.region : `${one.name} (${one.region})`;
    const status = statusCell(one);
    return [
      { text: region },
      { text: one.accountId ?? "account unknown" },
      { ...status, text: `${status.text}${untoldLook(one, findings)}` },
    ];
  });
  return [paint("strong", "SES"), ...table(rows, width, paint)].join("\n");
}

/** What SES saw when it last looked, unless a finding tells it. */
function untoldLook({ name, status, info }: IdentitySeen, findings: readonly Finding[]): string {
  if (status === "Success") return "";
  const told = lastLook(info);
  const isTold = findings.some(({ identities, seen }) => identities.includes(name) && seen.includes(told.trim()));
  return told === "" || isTold ? "" : `.${told}`;
}

function renderRecords({ observations, verdicts }: DomainReport, look: TextStyle): string[] {
  return verdicts.map((verdict) => {
    const { name } = verdict.sighting;
    return renderRecord(
      verdict,
      expectedValues(observations.expected).filter((one) => one.name === name),
      look,
    );
  });
}

export function renderFindings(
  findings: readonly Finding[],
  { width, paint, link }: TextStyle,
  how: Description = {},
): string {
  const codes = new Set<string>(findings.map(({ code }) => code));
  return describeFindings(findings, width, how).replace(
    /^(error|warning|note) (\S+)/gm,
    (_, severity: keyof typeof TONES, code: string) =>
      paint(TONES[severity], `${severity} ${codes.has(code) ? (link?.(code) ?? code) : code}`),
  );
}
