import type { Verdict } from "../../authority/authority";
import { isDefiniteSighting } from "../../authority/sighting";
import { isTokenShaped } from "../../diagnosis/damage";
import type { Finding, IdentitySeen, Observations } from "../../diagnosis/finding";
import type { IdentityUsers } from "./users";

/** `healthy`: all that was asked about is verified and published. `unknown`: nothing could be learned. */
export type CheckupOutcome = "healthy" | "problems" | "unknown";

/** What was seen of one domain, and what is to be said about it. */
export interface DomainReport {
  readonly observations: Observations;
  /** One for each name that could be read; held against no values where none are known. */
  readonly verdicts: readonly Verdict[];
  readonly findings: readonly Finding[];
  readonly outcome: CheckupOutcome;
  /** Of the identities that SES has; empty where that was not asked. */
  readonly users: readonly IdentityUsers[];
  /** Why SES was not asked, where no identity was named. */
  readonly notAsked: string | undefined;
}

/** Pure. Without identities and tokens, a token of SES that every server serves is all that can be hoped for. */
export function outcomeOf(
  observations: Observations,
  verdicts: readonly Verdict[],
  findings: readonly Finding[],
): CheckupOutcome {
  const { identities, expected, sightings, unread } = observations;
  const learned =
    identities.some(({ status }) => status !== "unknown") ||
    sightings.some(({ servers }) => servers.some(isDefiniteSighting)) ||
    unread.some(({ code }) => code === "zone-unknown");
  if (!learned) return "unknown";
  const published =
    expected.length > 0
      ? expected.every(({ record: { name } }) =>
          verdicts.some(({ sighting, state }) => sighting.name === name && state === "published"),
        )
      : identities.length > 0 || verdicts.some(servesToken);
  const healthy = published && identities.every(isVerified) && !findings.some(({ severity }) => severity === "error");
  return healthy ? "healthy" : "problems";
}

/** Whether mail can be sent, and is going to be: by a record that SES looks for, or by that of the domain above. */
export function isVerified({ status, tokenless, coveredBy }: IdentitySeen): boolean {
  return (status === "Success" && tokenless !== true) || coveredBy !== undefined;
}

function servesToken({ sighting }: Verdict): boolean {
  const answers = sighting.servers.filter(isDefiniteSighting);
  return answers.length > 0 && answers.every((one) => one.kind === "values" && one.values.some(isTokenShaped));
}

/** 0: verified and published. 1: problems. 2: nothing could be learned. */
export function exitCodeOf(reports: readonly Pick<DomainReport, "outcome">[]): 0 | 1 | 2 {
  if (reports.every(({ outcome }) => outcome === "healthy")) return 0;
  return reports.every(({ outcome }) => outcome === "unknown") ? 2 : 1;
}
