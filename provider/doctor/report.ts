import type { ServerSighting, Verdict } from "../authority/authority";
import { isDefiniteSighting } from "../authority/sighting";
import { findEntry } from "../diagnosis/catalogue";
import { isTokenShaped } from "../diagnosis/damage";
import type { Finding, Observations } from "../diagnosis/finding";
import { keyText } from "../dns/record";
import type { Requirement } from "../dns/requirement";
import type { SendingStanding } from "./sending/standing";
import type { IdentityUsers } from "./users";
import { isVerified } from "./verified";

/** `healthy`: all that was asked about is verified and published. `unknown`: no problem was found, and not all could be learned. */
export type CheckupOutcome = "healthy" | "problems" | "unknown";

/** What was seen of one domain, and what is to be said about it. */
export interface DomainReport {
  readonly observations: Observations;
  /** One for each name that could be read; held against no values where none are known. */
  readonly verdicts: readonly Verdict[];
  readonly findings: readonly Finding[];
  readonly outcome: CheckupOutcome;
  /** Whether the domain is ready to send; left out where SES was not asked and no record for it is known. */
  readonly sending?: SendingStanding | undefined;
  /** Of the identities that SES has; empty where that was not asked. */
  readonly users: readonly IdentityUsers[];
  /** Why SES was not asked, where no identity was named. */
  readonly notAsked: string | undefined;
  /** What to do about that; the end of `notAsked`. */
  readonly notAskedHint?: string | undefined;
}

/**
 * `problems`: something was seen that is wrong. `unknown`: nothing was, and something could not be learned. `notAsked`: why
 * SES was not asked, where it was to be. Pure. Without identities and tokens, a token of SES that every server serves is all
 * that can be hoped for.
 */
export function outcomeOf(
  observations: Observations,
  verdicts: readonly Verdict[],
  findings: readonly Finding[],
  notAsked?: string | undefined,
  sending?: SendingStanding | undefined,
): CheckupOutcome {
  const { identities, expected, sightings, unread } = observations;
  const learned =
    identities.some(({ status }) => status !== "unknown") ||
    sightings.some(({ servers }) => servers.some(isDefiniteSighting)) ||
    unread.some(({ code }) => code === "zone-unknown");
  if (!learned) return "unknown";
  const asked = identities.filter(({ status }) => status !== "unknown");
  const states = expected
    .filter(isJudgedByValue)
    .map(({ record }) => verdicts.find(({ sighting }) => keyText(sighting) === keyText(record))?.state ?? "unknown");
  const aimless = expected.length === 0 && identities.length === 0;
  const wrong =
    findings.some(isSeenError) ||
    !asked.every(isVerified) ||
    states.some((state) => state === "missing" || state === "with-others") ||
    sending?.identities.some(({ wrong }) => wrong) === true ||
    (aimless && verdicts.some(({ state }) => state !== "unknown") && !verdicts.some(servesTokens));
  if (wrong) return "problems";
  const unknown =
    notAsked !== undefined ||
    asked.length < identities.length ||
    states.includes("unknown") ||
    sending?.identities.some(({ unlearned }) => unlearned) === true ||
    (aimless && !verdicts.some(servesTokens));
  return unknown ? "unknown" : "healthy";
}

/** SPF is judged by what it says: other texts than SES's example let SES send, too. */
function isJudgedByValue({ record, owner }: Requirement): boolean {
  return owner.purpose !== "mail-from" || record.type !== "TXT";
}

/** An error that was seen, and not one that says why nothing was. */
export function isSeenError({ code, severity }: Finding): boolean {
  return severity === "error" && findEntry(code)?.unlearned !== true;
}

function servesTokens({ sighting }: Verdict): boolean {
  const answers = sighting.servers.filter(isDefiniteSighting);
  return answers.length > 0 && answers.every(servesToken);
}

/** Whether the server serves a token of SES, whosever it is. */
export function servesToken(one: ServerSighting): boolean {
  return one.kind === "values" && one.values.some(isTokenShaped);
}

/** 0: all verified and published. 1: a problem was found. 2: none was, and something could not be learned. */
export function exitCodeOf(reports: readonly Pick<DomainReport, "outcome">[]): 0 | 1 | 2 {
  if (reports.some(({ outcome }) => outcome === "problems")) return 1;
  return reports.some(({ outcome }) => outcome === "unknown") ? 2 : 0;
}
