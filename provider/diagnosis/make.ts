import type { ServerSighting } from "../authority/authority";
import { isDefiniteSighting } from "../authority/sighting";
import type { Fqdn } from "../core/fqdn";
import { child } from "../core/fqdn";
import { oneLine } from "../core/text";
import { fill, shellQuoted } from "../core/words";
import type { DnsKind } from "../dns/backend";
import type { RecordType } from "../dns/record";
import { type Code, entryOf } from "./catalogue";
import type { Entry, Family, Fix, Situation } from "./catalogue/entry";
import { expectedValues } from "./expected";
import type { Finding, Observations, RecordToPublish, Severity } from "./finding";
import { recordsInline } from "./publish";

export interface Facts {
  readonly name?: Fqdn | undefined;
  /** Where it is instead of at `name`. */
  readonly found?: Fqdn | undefined;
  readonly value?: string | undefined;
  /** Where several have to be published: all of them. */
  readonly values?: readonly string[] | undefined;
  readonly region?: string | undefined;
  readonly zone?: Fqdn | undefined;
  readonly server?: string | undefined;
}

/** A finding with the texts of the catalogue, filled with what was seen of this domain. */
export function finding(
  observed: Observations,
  code: Code,
  seen: string,
  details: {
    readonly facts?: Facts;
    readonly identities?: readonly string[];
    readonly severity?: Severity;
    readonly situation?: Situation | undefined;
    readonly hint?: string | undefined;
    /** What to publish. Left out: the values of `facts`, as TXT. */
    readonly records?: readonly RecordToPublish[];
  } = {},
): Finding {
  const server = [details.facts?.server ?? anyServer(observed, details.facts?.name)].find(isSafeInShell);
  const name =
    details.facts?.name ?? expectedValues(observed.expected)[0]?.name ?? child("_amazonses", observed.domain);
  const value =
    details.facts?.value ?? details.facts?.values?.[0] ?? expectedValues(observed.expected)[0]?.value ?? "TOKEN";
  const facts = {
    domain: observed.domain,
    name,
    found: details.facts?.found ?? name,
    value,
    region: details.facts?.region ?? observed.identities[0]?.region ?? "REGION",
    server: server ?? "the server",
    zone: details.facts?.zone ?? zoneOf(observed, details.facts?.name) ?? observed.domain,
  };
  const { identities, severity, situation, hint } = details;
  const { declared, withoutHost, inDoctor } = observed;
  return wordFinding(code, seen, {
    facts,
    records:
      details.records ?? (details.facts?.values ?? [value]).map((one) => ({ name, type: "TXT" as const, value: one })),
    server,
    place: { kinds: observed.written.map(({ kind }) => kind), declared, withoutHost, inDoctor },
    identities,
    severity,
    situation,
    hint,
  });
}

/** A finding with the texts of the catalogue. `facts` fill its texts; without a `server` commands ask the resolver. */
export function wordFinding(
  code: Code,
  seen: string,
  details: {
    readonly facts: Readonly<Record<string, string>>;
    readonly server?: string | undefined;
    /** What the fix may say to publish. */
    readonly records?: readonly RecordToPublish[];
    readonly place?: Place;
    readonly identities?: readonly string[] | undefined;
    readonly severity?: Severity | undefined;
    readonly situation?: Situation | undefined;
    /** What to do, where an error itself says so: instead of the catalogue's fix. */
    readonly hint?: string | undefined;
  },
): Finding {
  const { facts, server, records = [], place = {}, identities = [], severity, situation, hint } = details;
  const entry = entryOf(code);
  const parts =
    hint === undefined
      ? fixAt((situation && entry.fixWhere?.[situation]) ?? entry.fix, entry.family, place)
          .split("{records}")
          .map((part) => fill(part, facts))
      : [oneLine(hint)];
  return {
    code,
    severity: severity ?? entry.severity,
    seen: oneLine(seen),
    why: fill(entry.why, facts),
    fix: parts.join(recordsInline(records)),
    ...(parts.length > 1 && { records, fixParts: parts }),
    command: commandFor(entry, server, facts),
    identities,
  };
}

/** Where a fix is read. */
interface Place extends Pick<Observations, "declared" | "withoutHost" | "inDoctor"> {
  /** The hosts that the program writes to. */
  readonly kinds?: readonly DnsKind[];
}

/** What is in the zone, and is written by the program or by a person. */
const OF_RECORDS: ReadonlySet<Family> = new Set(["record", "dkim", "mail-from", "spf", "dmarc"]);

function fixAt(fix: Fix, family: Family, { kinds = [], declared = true, withoutHost, inDoctor }: Place): string {
  if (!declared) return fix.shell ?? fix.manual ?? fix.any;
  if (inDoctor && fix.doctor !== undefined) return fix.doctor;
  // Another tool writes the record, and this program's arguments for a host are not there.
  if (withoutHost && OF_RECORDS.has(family)) return fix.shell ?? fix.manual ?? fix.any;
  if (withoutHost && fix.manual !== undefined) return fix.manual;
  return fixFor(fix, kinds);
}

/** The fix for the kinds of host that are written to; with several kinds, each is named. */
function fixFor(fix: Fix, kinds: readonly DnsKind[]): string {
  const byText = new Map<string, DnsKind[]>();
  for (const kind of new Set(kinds)) {
    const text = fix[kind] ?? fix.any;
    byText.set(text, [...(byText.get(text) ?? []), kind]);
  }
  const texts = [...byText];
  if (texts.length === 0) return fix.any;
  return texts.map(([text, of]) => (texts.length === 1 ? text : `At ${of.join(" and ")}: ${text}`)).join(" ");
}

/** Names of servers come from the network, and commands are pasted into shells. */
export function isSafeInShell(server: string | undefined): server is string {
  return server !== undefined && /^[A-Za-z0-9][\w.:-]*$/.test(server);
}

/** Without a server to ask (DoH, or none was found), the question goes to the resolver. */
function commandFor({ command }: Entry, server: string | undefined, facts: Readonly<Record<string, string>>) {
  // Names with a backslash are no plain word of a shell.
  const words = { ...facts, name: shellQuoted(facts.name ?? ""), found: shellQuoted(facts.found ?? "") };
  if (command === undefined || server !== undefined) return command && fill(command, words);
  const toResolver = command.replace(/\+norec (.*) @\{server\}/, "$1");
  return toResolver.includes("{server}") ? undefined : fill(toResolver, words);
}

function anyServer(observed: Observations, name: Fqdn | undefined): string | undefined {
  const sighting = observed.sightings.find((each) => each.name === name) ?? observed.sightings[0];
  if (sighting?.via !== "authoritative") return undefined;
  return sighting.servers.find(isDefiniteSighting)?.server ?? sighting.servers[0]?.server;
}

function zoneOf(observed: Observations, name: Fqdn | undefined): Fqdn | undefined {
  return (observed.sightings.find((each) => each.name === name) ?? observed.sightings[0])?.delegation?.zone;
}

export function valuesOf(sighting: ServerSighting): readonly string[] {
  return sighting.kind === "values" ? sighting.values : [];
}

/** The servers by name; with the address where one name answers in two ways. */
export function labels(of: readonly ServerSighting[], others: readonly ServerSighting[] = []): string[] {
  const mixed = new Set(others.map(({ server }) => server));
  return [...new Set(of.map(({ server, address }) => (mixed.has(server) ? `${server} (${address})` : server)))];
}

export type Placed = "everywhere" | "partly" | "nowhere" | "unknown";

/** How far one value is published at one name, among the servers that answer with authority. */
export function placed(observed: Observations, name: Fqdn, value: string, type: RecordType = "TXT"): Placed {
  const answers = observed.sightings
    .filter((each) => each.name === name && each.type === type)
    .flatMap(({ servers }) => servers.filter(isDefiniteSighting));
  if (answers.length === 0) return "unknown";
  const having = answers.filter((answer) => valuesOf(answer).includes(value)).length;
  return having === answers.length ? "everywhere" : having > 0 ? "partly" : "nowhere";
}
