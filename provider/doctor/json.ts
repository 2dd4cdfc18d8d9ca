import { NO_ADDRESS, type ServerAnswer, type ServerSighting, type Verdict } from "../authority/authority";
import { plain } from "../core/plain";
import type { IdentitySeen } from "../diagnosis/finding";
import { failureOf } from "../diagnosis/server-kinds";
import { keyText } from "../dns/record";
import { dataText } from "../dns/requirement";
import { addressJson, type ExaminedAddress } from "./address/json";
import { commandsFor } from "./commands";
import { findingJson } from "./finding-json";
import { type DomainReport, exitCodeOf } from "./report";
import { type DoctorReport, type DomainJson, SCHEMA_VERSION } from "./schema";
import { identitySendingJson, sendingJson } from "./sending/json";
import type { Subject } from "./subject";
import { usageOf } from "./users";

/** One domain that was looked at. `resource`: the URN, where a stack named it. */
interface Examined {
  readonly subject: Subject;
  readonly resource?: string | undefined;
  readonly report: DomainReport;
}

export interface Skipped {
  readonly resource: string;
  readonly reason: string;
}

/** All that one run looked at. */
export interface Looked {
  readonly domains: readonly Examined[];
  readonly addresses: readonly ExaminedAddress[];
  readonly skipped: readonly Skipped[];
}

/** What is skipped counts as unknown. */
export function exitCodeFor({ domains, addresses, skipped }: Looked): 0 | 1 | 2 {
  const unknown = skipped.map(() => ({ outcome: "unknown" as const }));
  return exitCodeOf([...[...domains, ...addresses].map(({ report }) => report), ...unknown]);
}

/** The report as `--json` prints it (docs/doctor.md). Pure. */
export function toJson(looked: Looked, nowMs: number): DoctorReport {
  return plain({
    schema: `sesdomain-doctor/${SCHEMA_VERSION}`,
    at: new Date(nowMs).toISOString(),
    exitCode: exitCodeFor(looked),
    domains: looked.domains.map(domainJson),
    addresses: looked.addresses.map(addressJson),
    skipped: [...looked.skipped],
  });
}

function domainJson({ subject, resource, report }: Examined): DomainJson {
  const { observations, verdicts, findings, outcome, notAsked } = report;
  return {
    domain: observations.domain,
    resource,
    outcome,
    identities: observations.identities.map((one) => ({
      ...identityJson(one),
      usage: usageOf(one.name, report.users),
      ...identitySendingJson(one, report.sending),
    })),
    sending: sendingJson(report.sending),
    sesNotAsked: notAsked,
    records: verdicts.map((verdict) => recordJson(verdict, report)),
    unread: observations.unread.map(({ name, code, message }) => ({ name, code, message })),
    dnssec: observations.dnssec,
    findings: findings.map(findingJson),
    commands: [...commandsFor(subject, report)],
  };
}

/** What SES says of the verification of one identity. Pure. */
export function identityWord({
  name,
  region,
  accountId,
  status,
  unknownBecause,
  coveredBy,
}: Pick<IdentitySeen, "name" | "region" | "accountId" | "status" | "unknownBecause" | "coveredBy">) {
  return { name, region, accountId, status, unknownBecause, coveredBy };
}

function identityJson(seen: IdentitySeen) {
  const { dkimVerified, info } = seen;
  const lastLook = info && {
    at: isoOf(info.lastChecked),
    succeededAt: isoOf(info.lastSuccess),
    error: info.errorType,
    soa: info.soa,
  };
  return { ...identityWord(seen), dkimVerified, lastLook };
}

function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

function recordJson({ sighting, answers, state }: Verdict, { observations }: DomainReport) {
  const expected = observations.expected.filter(({ record }) => keyText(record) === keyText(sighting));
  const serials = new Map(observations.serials?.map(({ zone, address, serial }) => [`${zone} ${address}`, serial]));
  const zone = sighting.delegation?.zone;
  const told = new Set(sighting.servers.map(({ server }) => server));
  const nameless = sighting.delegation?.servers.filter(
    ({ name, addresses }) => addresses.length === 0 && !told.has(name),
  );
  return {
    name: sighting.name,
    type: sighting.type,
    target: sighting.target,
    via: sighting.via,
    zone,
    state: expected.length === 0 ? ("unexpected" as const) : state,
    expected: expected.map((one) => ({
      identity: one.owner.identity,
      value: dataText(one),
      purpose: one.owner.purpose,
    })),
    servers: [
      ...sighting.servers.map((seen, index) => ({
        server: seen.server,
        address: seen.address === NO_ADDRESS ? undefined : seen.address,
        ...answerJson(seen, answers[index], expected.length > 0),
        serial: serials.get(`${zone} ${seen.address}`),
      })),
      ...(nameless ?? []).map(({ name }) => ({ server: name, answer: "unresolvable" as const })),
    ],
  };
}

function answerJson(seen: ServerSighting, answer: ServerAnswer | undefined, judged: boolean) {
  switch (seen.kind) {
    case "values": {
      const missing = answer?.kind === "other" ? answer.missing : [];
      const others = answer?.kind === "other" ? (answer.others ?? []) : [];
      return {
        answer: !judged
          ? ("values" as const)
          : missing.length > 0
            ? ("lacks" as const)
            : others.length > 0
              ? ("with-others" as const)
              : ("match" as const),
        values: [...new Set(seen.values)],
        missing: missing.length > 0 ? [...missing] : undefined,
        others: others.length > 0 ? [...others] : undefined,
        ttl: seen.ttl,
      };
    }
    case "absent":
      return { answer: "absent" as const, nxdomain: seen.nxdomain, ttl: seen.negativeTtl };
    default:
      return { answer: failureOf(seen), reason: seen.reason };
  }
}
