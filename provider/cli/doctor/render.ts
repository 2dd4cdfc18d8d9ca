import type { Verdict } from "../../authority/authority";
import { type Description, describeFindings } from "../../diagnosis/diagnose";
import { expectedIn } from "../../diagnosis/expected";
import type { Finding, IdentitySeen } from "../../diagnosis/finding";
import { lastLook } from "../../diagnosis/ses";
import { keyText } from "../../dns/record";
import type { Requirement } from "../../dns/requirement";
import type { DomainReport } from "../../doctor/report";
import { headlineOf } from "./headline";
import { nextStepOf, renderNext } from "./next";
import { headed, type TextStyle, type Tone } from "./paint";
import { renderRecord } from "./render-record";
import { renderUsers } from "./render-users";
import { renderSending } from "./sending/render";
import { type Cell, type Row, table } from "./table";

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
    renderSending(report.sending, look),
    renderSes(report, look),
    renderUsers(report.users, look),
    ...renderRecords(report, look),
  ];
  return sections.filter((text) => text !== "").join("\n\n");
}

const TONES = { error: "bad", warning: "doubt", note: "note" } as const satisfies Record<string, Tone>;

/** `example.com: verified, published on 3 of 3 name servers`. Pure. */
function renderSummary(report: DomainReport, { width, paint }: TextStyle): string {
  const { domain } = report.observations;
  const { text, tone } = headlineOf(report);
  return headed(domain, `: ${text}`, width, paint, tone);
}

/** One of many that are well: without the note on what a sender lacks, whose code it has. Pure. */
export function renderLine(report: DomainReport, look: TextStyle): string {
  const [first] = report.findings;
  const line = renderSummary({ ...report, findings: [] }, look);
  return first === undefined ? line : `${line}; ${look.paint("note", first.code)}`;
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
  const { expected } = observations;
  const told = verdicts.filter((one) => !isPlain(one, expected));
  return [
    ...told.map((verdict) => renderRecord(verdict, expectedIn(expected, verdict.sighting), look)),
    renderPlain(
      verdicts.filter((one) => isPlain(one, expected)),
      look,
    ),
  ];
}

/** Records of DKIM and MAIL FROM that are right at every server take a line each: there are many. */
function isPlain({ sighting, state, servers }: Verdict, expected: readonly Requirement[]): boolean {
  const here = expected.filter(({ record }) => keyText(record) === keyText(sighting));
  const isSending = here.length > 0 && here.every(({ owner }) => owner.purpose !== "verification");
  return isSending && state === "published" && servers.every((one) => one.state === "serves");
}

function renderPlain(verdicts: readonly Verdict[], { width, paint }: TextStyle): string {
  if (verdicts.length === 0) return "";
  const rows = verdicts.map(
    ({ sighting: { name, type }, servers }): Row => [
      { text: type },
      { text: `${servers.length} of ${servers.length}`, tone: "good" },
      { text: name },
    ],
  );
  const head = headed("Records for sending", " (name servers that serve each)", width, paint);
  return [head, ...table(rows, width, paint)].join("\n");
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
