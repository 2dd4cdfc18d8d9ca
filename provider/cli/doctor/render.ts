import { counted } from "../../core/words";
import { describeFindings } from "../../diagnosis/diagnose";
import { expectedValues } from "../../diagnosis/expected";
import type { Finding, IdentitySeen } from "../../diagnosis/finding";
import { headed, type TextStyle, type Tone } from "./paint";
import { renderRecord } from "./render-record";
import type { CheckupOutcome, DomainReport } from "./report";
import { type Cell, type Row, table } from "./table";
import { renderUsers } from "./users";

/** The whole report on one domain. Pure. */
export function renderReport(report: DomainReport, look: TextStyle): string {
  return [renderState(report, look), renderFindings(report.findings, look)].filter((text) => text !== "").join("\n\n");
}

/** What was seen, without what is to be said about it. Pure. */
export function renderState(report: DomainReport, look: TextStyle): string {
  const sections = [
    renderSummary(report, look),
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
  const { text, tone } = summaryOf(report);
  return headed(domain, `: ${text}`, width, paint, tone);
}

function summaryOf({ outcome, findings, observations, verdicts }: DomainReport): Required<Cell> {
  const { identities, expected } = observations;
  const servers = verdicts.flatMap((verdict) => verdict.servers);
  const serving = servers.filter(({ state }) => state === "serves").length;
  const read =
    verdicts.some(({ state }) => state !== "unknown") ||
    observations.unread.some(({ code }) => code === "zone-unknown");
  const verified = identities.filter(({ status, coveredBy }) => status === "Success" || coveredBy).length;
  const unknown = identities.filter(({ status }) => status === "unknown").length;
  const state = [
    ...(identities.length === 0
      ? []
      : [share("verified", "for", { count: verified, unknown, of: identities.length, nouns: IDENTITIES })]),
    ...(expected.length === 0
      ? []
      : read
        ? [share("published", "on", { count: serving, unknown: 0, of: servers.length, nouns: SERVERS })]
        : ["what is published is unknown"]),
  ];
  const words = outcome === "unknown" ? ["nothing could be learned"] : state.length > 0 ? state : ["looked at"];
  return summed(words, findings, outcome);
}

const IDENTITIES = ["identity", "identities"] as const;
const SERVERS = ["name server", "name servers"] as const;

/** What was seen in a few words, and how many findings there are. */
export function summed(
  words: readonly string[],
  findings: readonly Finding[],
  outcome: CheckupOutcome,
): Required<Cell> {
  const found = (["error", "warning", "note"] as const).flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [counted(count, severity)];
  });
  return {
    text: [words.join(", "), ...(found.length > 0 ? [found.join(", ")] : [])].join("; "),
    tone: outcome === "healthy" ? "good" : findings.some(({ severity }) => severity === "error") ? "bad" : "doubt",
  };
}

/** `verified`, `published on 2 of 3 name servers`. What could not be asked counts neither as done nor as not. */
export function share(
  done: string,
  where: "for" | "on",
  of: {
    readonly count: number;
    readonly unknown: number;
    readonly of: number;
    readonly nouns: readonly [string, string];
  },
): string {
  const { count, unknown, nouns } = of;
  if (unknown > 0 && unknown === of.of) return `whether it is ${done} is unknown`;
  const rest = unknown === 0 ? "" : `, unknown for ${unknown}`;
  if (count === 0) return `not ${done}${rest}`;
  if (count === of.of && (of.of === 1 || where === "for")) return done;
  return `${done} ${where} ${count} of ${of.of} ${of.of === 1 ? nouns[0] : nouns[1]}${rest}`;
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

function renderSes({ observations, notAsked }: DomainReport, { width, paint }: TextStyle): string {
  const { identities } = observations;
  if (identities.length === 0) {
    return notAsked === undefined ? "" : headed("SES", ` was not asked: ${notAsked}`, width, paint);
  }
  const rows = identities.map((one): Row => {
    const region = one.name === one.region ? one.region : `${one.name} (${one.region})`;
    return [{ text: region }, { text: one.accountId ?? "account unknown" }, statusCell(one)];
  });
  return [paint("strong", "SES"), ...table(rows, width, paint)].join("\n");
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

export function renderFindings(findings: readonly Finding[], { width, paint, link }: TextStyle): string {
  const codes = new Set<string>(findings.map(({ code }) => code));
  return describeFindings(findings, width).replace(
    /^(error|warning|note) (\S+)/gm,
    (_, severity: keyof typeof TONES, code: string) =>
      paint(TONES[severity], `${severity} ${codes.has(code) ? (link?.(code) ?? code) : code}`),
  );
}
