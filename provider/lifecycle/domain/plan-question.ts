import type { Verdict } from "../../authority/authority";
import type { DkimSeen, Finding, MailFromSeen } from "../../diagnosis/finding";
import type { Requirement } from "../../dns/requirement";
import type { CheckedArgs } from "../arguments/types";
import type { ObservedIdentity } from "../identity/request";
import type { Part, RestartsByArn } from "../identity/restarts";
import type { Place } from "../records/placement";
import type { DmarcStanding } from "../sending/dmarc";
import type { SendingWish } from "../sending/wish";
import type { DomainState, Verification } from "./state";

/** An identity that the program names, and what is known of it. */
interface NamedIdentity {
  readonly name: string;
  readonly region: string;
  /** Undefined where the account of its credentials is not known. */
  readonly arn: string | undefined;
  /** What SES said of it; undefined where it was not asked. */
  readonly current?: ObservedIdentity | undefined;
  readonly dkim?: DkimSeen | undefined;
  readonly mailFrom?: MailFromSeen | undefined;
}

/** What was seen of a domain. Whatever was not seen is no reason for a step. */
export interface Observation {
  /** All that the program names. */
  readonly identities: readonly NamedIdentity[];
  /** The records that were looked for: those of the tokens that SES holds. */
  readonly expected: readonly Requirement[];
  /** What the name servers said, one a name that could be read. */
  readonly verdicts: readonly Verdict[];
  /** Records that a DNS host said it does not hold. */
  readonly lacking: readonly Requirement[];
  readonly findings: readonly Finding[];
  /** What could not be learned, in words. */
  readonly unknown: readonly string[];
  /** What is to be done with the DMARC record that the program wants; undefined where that is not known, or nothing is wanted. */
  readonly dmarc?: DmarcStanding | undefined;
  readonly nowMs: number;
}

/** What earlier runs left. */
export interface PriorDomain {
  /** Undefined in a create, and where only the inputs of the last run are at hand. */
  readonly state: DomainState | undefined;
  /** ARNs of the identities that earlier runs had. */
  readonly arns: ReadonlySet<string>;
  readonly asked: RestartsByArn;
  /** Whether the resource is registered on its identities. */
  readonly registered: boolean;
  /** Parts that the program asks for since the last run, where only its inputs are at hand. */
  readonly newParts?: ReadonlySet<Part> | undefined;
  /** Records that the arguments of the last run asked for at names that have to be theirs, where only its inputs are at hand. */
  readonly former?: readonly Requirement[] | undefined;
}

/** What the program wants: `places` by identity name, for the hosts that it names. */
export interface WantedDomain {
  readonly args: Pick<CheckedArgs, "domain" | "dns" | "placement" | "ttl" | "wait" | "adopt" | "restart"> &
    Partial<Pick<CheckedArgs, "dmarc" | "configurationSet" | "feedbackForwarding">>;
  /** By identity name; none where the program asks for the verification alone. */
  readonly wishes?: Readonly<Record<string, SendingWish>>;
  readonly places: Readonly<Record<string, Place>>;
}

/** What is one identity to SES is one here, whatever the program calls it. */
export function beforeOf(
  { name, region, arn }: NamedIdentity,
  { verifications }: DomainState,
): Verification | undefined {
  return verifications.find((one) =>
    arn === undefined ? one.name === name && one.region === region : one.identityArn === arn,
  );
}
