import type { ServerAnswer, ServerSighting, Verdict } from "../../authority/authority";
import { isDefiniteSighting } from "../../authority/sighting";
import { clip } from "../../core/text";
import { counted, listed } from "../../core/words";
import type { ExpectedValue } from "../../diagnosis/expected";
import { type Failure, failureOf } from "../../diagnosis/server-kinds";
import { headed, type TextStyle, type Tone } from "./paint";
import { type Cell, type Row, table } from "./table";

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
        answerCell(seen, answers[index], expected, sighting.type),
      ],
    ),
    ...nameless.map(
      ({ name }): Row => [{ text: name }, { text: "no address" }, { text: "cannot be asked", tone: "doubt" }],
    ),
  ];
  const title = headed(
    `${sighting.type} ${sighting.name}`,
    where.length > 0 ? ` (${where.join(", ")})` : "",
    width,
    paint,
  );
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

function answerCell(
  seen: ServerSighting,
  answer: ServerAnswer | undefined,
  expected: readonly ExpectedValue[],
  type: string,
): Cell {
  switch (seen.kind) {
    case "lame":
    case "unreachable":
      return { text: `${FAILURES[failureOf(seen)]}: ${seen.reason}`, tone: "doubt" };
    case "absent":
      return {
        text: seen.nxdomain ? "no such name" : `no ${type} record`,
        tone: expected.length > 0 ? "bad" : undefined,
      };
    case "values": {
      const values = counted(new Set(seen.values).size, "value");
      if (expected.length === 0) return { text: `${values}, TTL ${seen.ttl}` };
      const missing = answer?.kind === "other" ? answer.missing : [];
      const lacking = expected.filter(({ value }) => missing.includes(value)).map(({ identity }) => identity);
      const barred = answer?.kind === "other" ? (answer.others ?? []) : [];
      if (lacking.length === 0 && barred.length > 0) {
        return { text: `serves ${whose(expected)} and ${counted(barred.length, "value")} too many`, tone: "bad" };
      }
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
