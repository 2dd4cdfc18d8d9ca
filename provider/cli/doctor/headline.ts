import { counted } from "../../core/words";
import { findEntry } from "../../diagnosis/catalogue";
import type { Finding, IdentitySeen } from "../../diagnosis/finding";
import { unknownCode } from "../../diagnosis/unknown";
import type { CheckupOutcome, DomainReport } from "../../doctor/report";
import { anyToken, type Standing, standingsOf, type ValueStanding } from "./standing";
import type { Cell } from "./table";

/** A state, what will happen, and why: `verified now`, `SES will revoke it`, `its value is gone`. */
export interface Clauses {
  readonly state: string;
  /** The state in fewer words, next to other states. */
  readonly brief?: string | undefined;
  readonly fate?: string | undefined;
  readonly because?: string | undefined;
}

/** What is known of a domain, and what will happen: for each identity where they differ. Pure. */
export function headlineOf(report: DomainReport): Required<Cell> {
  const { outcome, findings } = report;
  return summed(isNothingKnown(report) ? "nothing could be learned" : statesOf(report), findings, outcome);
}

/** With the number of findings. Pure. */
export function summed(text: string, findings: readonly Finding[], outcome: CheckupOutcome): Required<Cell> {
  const found = (["error", "warning", "note"] as const).flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [counted(count, severity)];
  });
  return {
    text: found.length > 0 ? `${text} (${found.join(", ")})` : text,
    tone: outcome === "healthy" ? "good" : findings.some(({ severity }) => severity === "error") ? "bad" : "doubt",
  };
}

function isNothingKnown({ observations, verdicts }: DomainReport): boolean {
  const { identities, unread } = observations;
  return (
    identities.every(({ status }) => status === "unknown") &&
    verdicts.every(({ state }) => state === "unknown") &&
    !unread.some(({ code }) => code === "zone-unknown")
  );
}

function statesOf(report: DomainReport): string {
  const standings = standingsOf(report);
  const notAsked = report.notAsked === undefined ? [] : ["SES was not asked"];
  if (standings.length === 0) return [...notAsked, withoutValue(report)].join("; ");
  return [
    ...notAsked,
    grouped(standings.map((one) => ({ name: one.name, region: one.seen?.region, clauses: clausesOf(one) }))),
  ].join("; ");
}

/** The same clauses are said once; where they differ, each for whom it holds. Pure. */
export function grouped(
  all: readonly { readonly name: string; readonly region: string | undefined; readonly clauses: Clauses }[],
): string {
  const groups = new Map<string, { readonly clauses: Clauses; readonly whom: string[]; readonly where: boolean }>();
  for (const { name, region, clauses } of all) {
    const key = JSON.stringify(clauses);
    const group = groups.get(key) ?? { clauses, whom: [], where: name === region };
    group.whom.push(name);
    groups.set(key, group);
  }
  const [first, ...more] = [...groups.values()];
  if (first === undefined) return "";
  if (more.length === 0) {
    const { state, fate, because } = first.clauses;
    return `${state}${fate === undefined ? "" : `; ${fate}`}${because === undefined ? "" : `: ${because}`}`;
  }
  return [first, ...more]
    .map(({ clauses: { state, brief, fate, because }, whom, where }) => {
      const rest = [brief ?? state, ...(fate === undefined ? [] : [fate])].join(", ");
      return `${where ? "in " : "for "}${whom.join(" and ")}: ${rest}${because === undefined ? "" : ` (${because})`}`;
    })
    .join("; ");
}

function withoutValue(report: DomainReport): string {
  if (report.findings.some(({ code }) => code === "zone-unknown")) return BECAUSE["zone-unknown"];
  const { serving, servers } = anyToken(report);
  if (servers === 0) return "what is published is unknown";
  return serving === 0
    ? "no name server has a token of SES"
    : `${serving} of ${counted(servers, "name server")} ${serving === 1 ? "has" : "have"} a token of SES`;
}

/** Why SES does not see a value, by the finding's code. */
const BECAUSE = {
  "zone-unknown": "the domain does not exist in public DNS",
  "zone-not-delegated": "its value is in a zone that is not delegated",
  "zone-private": "its value is in a private zone",
  "dnssec-bogus": "DNSSEC is broken",
  "txt-wrong-value": "its value is damaged",
  "txt-name-doubled": "its value is under another name",
  "txt-at-domain": "its value is in another form or place",
  "txt-without-underscore": "its value is under another name",
  "txt-wrong-level": "its value is under another name",
  "txt-wrong-name": "its value is under another name",
  "txt-under-cname": "its name is an alias",
  "txt-multivalue-overflow": "its value is answered by chance",
} as const;

function isExplained(code: string | undefined): code is keyof typeof BECAUSE {
  return code !== undefined && Object.hasOwn(BECAUSE, code);
}

/** Why SES does not find it; without a better reason it is `gone` where it was there, and `missing` elsewhere. */
function reasonOf({ because }: ValueStanding, otherwise: string): string {
  return isExplained(because) ? BECAUSE[because] : otherwise;
}

function onServers({ serving, servers }: ValueStanding): string {
  return `published on ${serving} of ${counted(servers, "name server")}`;
}

/** `, published on 3 of 3 name servers`; empty where no value is known. */
function valueClause(value: ValueStanding): string {
  switch (value.placed) {
    case "none":
      return isExplained(value.because) ? `, ${BECAUSE[value.because]}` : "";
    case "unknown":
      return `, ${reasonOf(value, "what is published is unknown")}`;
    case "nowhere":
      return `, ${reasonOf(value, "value missing")}`;
    default:
      return `, ${onServers(value)}`;
  }
}

/** What will come of a status that SES still works on. */
function looking(value: ValueStanding): string | undefined {
  switch (value.placed) {
    case "everywhere":
      return "SES looks again by itself";
    case "partly":
      return "SES may miss it";
    case "nowhere":
      return "SES gives up 72 hours after it was asked";
    default:
      return undefined;
  }
}

const UNTIL_ASKED = "SES does not look again until it is asked";

/** Every combination of a status and of how far the value is published. Pure. */
export function clausesOf({ seen, value, codes }: Standing): Clauses {
  if (seen === undefined) return { state: valueClause(value).replace(/^, /, "") || "no value is known" };
  const { status, coveredBy, tokenless, verifiedBefore } = seen;
  if (coveredBy !== undefined) return { state: `verified by ${coveredBy}` };
  if (tokenless && status !== "Success" && status !== "absent" && status !== "unknown") {
    const revoked = codes.has("verification-revoked");
    return { state: revoked ? "revoked" : "not started", fate: "SES holds no token, and looks for no TXT record" };
  }
  switch (status) {
    case "Success":
      return verified(seen, value, codes);
    case "Pending":
      return { state: `pending${valueClause(value)}`, fate: looking(value) };
    case "Failed": {
      const revoked = verifiedBefore || codes.has("verification-revoked");
      const fate = codes.has("verification-failing") ? "`up` does not ask SES again yet" : UNTIL_ASKED;
      return { state: `${revoked ? "revoked" : "failed"}${valueClause(value)}`, fate };
    }
    case "NotStarted":
      return { state: "not started", fate: "SES looks for no TXT record until it is asked" };
    case "TemporaryFailure":
      return codes.has("revocation-pending")
        ? {
            state: "SES could not look just now",
            fate: "SES will revoke it",
            because: reasonOf(value, "its value is gone"),
          }
        : { state: `SES could not look just now${valueClause(value)}`, fate: "SES looks again by itself" };
    case "absent":
      return codes.has("verification-revoked")
        ? { state: `revoked, no identity any more${lostValue(value)}`, fate: "SES has to be asked again" }
        : { state: `no identity${lostValue(value)}`, fate: "SES has to be asked" };
    case "unknown":
      return { state: `status unknown${valueClause(value)}`, because: whyUnknown(seen) };
  }
}

/** Of a value without an identity only its presence means something. */
function lostValue(value: ValueStanding): string {
  return value.placed === "everywhere" || value.placed === "partly" ? `, ${onServers(value)}` : "";
}

function verified(
  { dkimVerified, tokenless }: IdentitySeen,
  value: ValueStanding,
  codes: ReadonlySet<string>,
): Clauses {
  if (tokenless) return { state: "verified by DKIM alone", fate: "SES holds no token, and looks for no TXT record" };
  if (codes.has("revocation-pending")) {
    const fate = dkimVerified === undefined ? "SES will revoke it, unless DKIM is verified" : "SES will revoke it";
    return { state: "verified now", fate, because: reasonOf(value, "its value is gone") };
  }
  switch (value.placed) {
    case "everywhere":
    case "none":
      return {
        state: `verified${valueClause(value)}`,
        ...(value.serving === value.servers && value.because === undefined && { brief: "verified" }),
      };
    case "partly":
      return { state: `verified, ${onServers(value)}`, fate: "SES may miss it" };
    case "nowhere": {
      const because = reasonOf(value, "its value is gone");
      return dkimVerified ? { state: "verified by DKIM", fate: because } : { state: "verified now", fate: because };
    }
    case "unknown":
      return isExplained(value.because)
        ? { state: "verified now", fate: "SES cannot find its value", because: BECAUSE[value.because] }
        : { state: "verified, what is published is unknown" };
  }
}

const UNASKED: Readonly<Record<string, string>> = {
  "ses-credentials": "AWS accepts no credentials, or there are none",
  "ses-permission-missing": "the credentials may not ask SES",
  "ses-region": "SES does not answer in this region",
  "ses-unknown": "SES could not be asked",
};

export function whyUnknown({ unknownCode: code }: IdentitySeen): string {
  return UNASKED[unknownCode(code)] ?? "SES could not be asked";
}

/** The catalogue's title of a finding's problem. */
export function titleOf({ code }: Pick<Finding, "code">): string {
  return findEntry(code)?.title ?? code;
}
