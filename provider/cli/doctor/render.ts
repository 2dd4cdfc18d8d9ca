import type { ServerAnswer, ServerSighting, Verdict } from "../../authority/authority";
import { isDefiniteSighting } from "../../authority/sighting";
import { clip } from "../../core/text";
import { counted, listed, wrapped } from "../../core/words";
import { describeFindings } from "../../diagnosis/diagnose";
import { type ExpectedValue, expectedValues } from "../../diagnosis/expected";
import type { Finding, IdentitySeen } from "../../diagnosis/finding";
import { type Failure, failureOf } from "../../diagnosis/server-kinds";
import type { Paint, Tone } from "./paint";
import type { CheckupOutcome, DomainReport } from "./report";
import { type Cell, type Row, table } from "./table";
import { renderUsers } from "./users";

export interface TextStyle {
  /** Columns. */
  readonly width: number;
  readonly paint: Paint;
}

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

/** A strong head and what follows it, broken at spaces. */
export function headed(head: string, rest: string, width: number, paint: Paint, tone?: Tone): string {
  const [first = "", ...more] = wrapped(`${head}${rest}`, width, "  ").split("\n");
  if (!first.startsWith(head)) return paint("strong", [first, ...more].join("\n"));
  return [paint("strong", head) + paint(tone, first.slice(head.length)), ...more.map((line) => paint(tone, line))].join(
    "\n",
  );
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

/** One name: every server at every address, and the values. Pure. */
export function renderRecord(verdict: Verdict, expected: readonly ExpectedValue[], look: TextStyle): string {
  const { width, paint } = look;
  const { sighting, answers } = verdict;
  const where = [
    ...(sighting.cnames.length > 0 ? [`alias of ${sighting.target}`] : []),
    ...(sighting.delegation === undefined ? [] : [`zone ${sighting.delegation.zone || "."}`]),
    ...(sighting.via === "doh" ? ["as resolvers' caches have it (DNS over HTTPS: proves less)"] : []),
  ];
  const nameless = sighting.delegation?.servers.filter(({ addresses }) => addresses.length === 0) ?? [];
  const rows: Row[] = [
    ...sighting.servers.map(
      (seen, index): Row => [
        { text: seen.server },
        { text: sighting.via === "doh" ? "" : seen.address },
        answerCell(seen, answers[index], expected),
      ],
    ),
    ...nameless.map(
      ({ name }): Row => [{ text: name }, { text: "no address" }, { text: "cannot be asked", tone: "doubt" }],
    ),
  ];
  const title = headed(`TXT ${sighting.name}`, where.length > 0 ? ` (${where.join(", ")})` : "", width, paint);
  const values = valueRows(verdict, expected);
  return [
    title,
    ...table(rows, width, paint),
    ...(values.length > 0 ? ["  values", ...table(values, width - 2, paint).map((line) => `  ${line}`)] : []),
  ].join("\n");
}

const FAILURES: Readonly<Record<Failure, string>> = {
  fails: "fails",
  lame: "no authority",
  unreachable: "no answer",
  unresolvable: "no address",
  "not-asked": "not asked",
};

function answerCell(seen: ServerSighting, answer: ServerAnswer | undefined, expected: readonly ExpectedValue[]): Cell {
  switch (seen.kind) {
    case "lame":
    case "unreachable":
      return { text: `${FAILURES[failureOf(seen)]}: ${seen.reason}`, tone: "doubt" };
    case "absent":
      return {
        text: seen.nxdomain ? "no such name" : "no TXT record",
        tone: expected.length > 0 ? "bad" : undefined,
      };
    case "values": {
      const values = counted(new Set(seen.values).size, "value");
      if (expected.length === 0) return { text: `${values}, TTL ${seen.ttl}` };
      const missing = answer?.kind === "other" ? answer.missing : [];
      const lacking = expected.filter(({ value }) => missing.includes(value)).map(({ identity }) => identity);
      if (lacking.length === 0) return { text: `serves ${whose(expected)}, TTL ${seen.ttl}`, tone: "good" };
      const own = expected.filter(({ value }) => seen.values.includes(value));
      const others = new Set(seen.values.filter((value) => !expected.some((one) => one.value === value))).size;
      const has = [
        ...new Set(own.map(({ identity }) => identity)),
        ...(others > 0 ? [`${counted(others, "value")} of others`] : []),
      ];
      return { text: `lacks ${listed(lacking)}; has ${listed(has)}, TTL ${seen.ttl}`, tone: "bad" };
    }
  }
}

function whose(expected: readonly ExpectedValue[]): string {
  return expected.length === 1 ? "it" : `all ${expected.length}`;
}

/** What is expected and what else is there, and how many of the servers that answer have it. */
function valueRows({ sighting }: Verdict, expected: readonly ExpectedValue[]): Row[] {
  const answering = sighting.servers.filter(isDefiniteSighting);
  const having = (value: string) =>
    answering.filter((one) => one.kind === "values" && one.values.includes(value)).length;
  const rowOf = (label: string, value: string, tone: Tone | undefined): Row => {
    const share = `${having(value)} of ${answering.length}`;
    const full = having(value) === answering.length;
    return [
      { text: label, tone: "faint" },
      { text: share, tone: tone && (full ? "good" : tone) },
      { text: clip(value, 200) },
    ];
  };
  const others = [...new Set(sighting.servers.flatMap((one) => (one.kind === "values" ? one.values : [])))].filter(
    (value) => !expected.some((one) => one.value === value),
  );
  const most = 8;
  return [
    ...expected.map(({ identity, value }) => rowOf(identity, value, "bad")),
    ...others.slice(0, most).map((value) => rowOf(expected.length > 0 ? "other" : "", value, undefined)),
    ...(others.length > most ? [[{ text: "" }, { text: "" }, { text: `and ${others.length - most} more` }]] : []),
  ];
}

export function renderFindings(findings: readonly Finding[], { width, paint }: TextStyle): string {
  return describeFindings(findings, width).replace(
    /^(error|warning|note) \S+/gm,
    (head, severity: keyof typeof TONES) => paint(TONES[severity], head),
  );
}
