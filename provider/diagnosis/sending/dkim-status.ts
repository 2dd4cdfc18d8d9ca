import { clip, quoted } from "../../core/text";
import { dated, listed } from "../../core/words";
import { dataText } from "../../dns/requirement";
import type { Code } from "../catalogue";
import type { DkimSeen, Finding, IdentitySeen, Observations } from "../finding";
import { placed } from "../make";
import { type Say, sayingOf, whereOf } from "./status";

/** SESv2 VerificationInfo.ErrorType, where SES cannot copy the key of another region's identity. */
const REPLICA_ERRORS: ReadonlyMap<string, Code> = new Map<string, Code>([
  ["REPLICATION_PRIMARY_NOT_FOUND", "replica-parent-missing"],
  ["REPLICATION_ACCESS_DENIED", "replica-access-denied"],
  ["REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED", "replica-parent-not-easy"],
  ["REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED", "replica-of-replica"],
  ["REPLICATION_PRIMARY_INVALID_REGION", "replica-region-invalid"],
]);

const EASY_DKIM = "AWS_SES";
const SHORT_KEY = 1024;

/**
 * SES's status of each identity's DKIM, held against what DNS shows. Pure. Nothing where SES was not asked, or gave no answer.
 * Where the program asks for verification only, `lackingFindings` says all of it in one.
 */
export function dkimStatusFindings(observed: Observations): Finding[] {
  if (observed.verificationOnly) return [];
  return observed.identities.flatMap((identity) => {
    const { dkim } = identity;
    const say = sayingOf(observed, identity);
    const replica = aboutReplica(observed, identity, say);
    if (dkim === undefined || dkim.status === "absent" || dkim.status === "unknown") return replica;
    return [
      ...replica,
      ...aboutStatus(observed, identity, dkim, say),
      ...aboutSigning(observed, identity, dkim, say),
      ...aboutMethod(identity, dkim, say),
      ...aboutKey(observed, identity, dkim, say),
    ];
  });
}

function aboutReplica({ domain }: Observations, identity: IdentitySeen, say: Say): Finding[] {
  const errorType = identity.info?.errorType;
  const code = errorType === undefined ? undefined : REPLICA_ERRORS.get(errorType);
  if (errorType === undefined || code === undefined) return [];
  const from = regionIn(identity.dkim?.origin);
  const key = from === undefined ? "the DKIM key of another region" : `the DKIM key of ${from}`;
  return [say(code, `${whereOf(identity)} cannot use ${key} for ${domain} (${errorType}).`)];
}

/** `AWS_SES_US_EAST_1` names us-east-1. */
function regionIn(origin: string | undefined): string | undefined {
  const [, region] = /^AWS_SES_([A-Z0-9_]{4,30})$/.exec(origin ?? "") ?? [];
  return region?.toLowerCase().replaceAll("_", "-");
}

function aboutStatus(observed: Observations, identity: IdentitySeen, dkim: DkimSeen, say: Say): Finding[] {
  const before = dkim.readyBefore ? ", which was ready before" : "";
  const says = `${whereOf(identity)} says ${dkim.status} for DKIM of ${observed.domain}${before}`;
  switch (dkim.status) {
    case "Failed":
      return [say(dkim.readyBefore ? "dkim-revoked" : "dkim-failed", `${says}.`)];
    case "NotStarted":
      // Where no program asks for it, it may be meant so.
      return [say("dkim-not-started", `${says}.`, dkim.wanted === undefined ? { severity: "note" } : {})];
    case "Pending":
      return [say("dkim-pending", `${says}.`, dkim.readyBefore ? { severity: "warning" } : {})];
    case "TemporaryFailure":
      return [say("dkim-temporary-failure", `${says}.`), ...aboutGone(observed, identity, says, say)];
    case "Success":
      return aboutGone(observed, identity, says, say);
    default:
      return [];
  }
}

/** Records that SES saw once, and that no server has now. */
function aboutGone(observed: Observations, identity: IdentitySeen, says: string, say: Say): Finding[] {
  const own = observed.expected.filter(
    ({ owner, record }) => owner.purpose === "dkim" && record.type === "CNAME" && owner.identity === identity.name,
  );
  const gone = own.filter((one) => placed(observed, one.record.name, dataText(one), "CNAME") === "nowhere");
  const [first] = gone;
  if (first === undefined) return [];
  const names = listed(gone.map(({ record }) => record.name));
  const seen = `${says}, but ${gone.length} of its ${own.length} records ${gone.length === 1 ? "is" : "are"} on no name server: ${names}.`;
  return [
    say("dkim-revocation-pending", seen, {
      facts: { name: first.record.name, value: dataText(first) },
      records: gone.map((one) => ({ name: one.record.name, type: one.record.type, value: dataText(one) })),
    }),
  ];
}

function aboutSigning(observed: Observations, identity: IdentitySeen, dkim: DkimSeen, say: Say): Finding[] {
  const { signing, status, wanted } = dkim;
  const isMeant = wanted !== undefined && wanted !== "keep" && !wanted.signing;
  // Before DKIM is set up nothing is signed anyway.
  if (signing !== false || isMeant || status === "NotStarted") return [];
  const seen = `${whereOf(identity)} says that signing is off for ${observed.domain}. Its DKIM status is ${status}.`;
  return [say("dkim-signing-off", seen, wanted === undefined ? { severity: "warning" } : {})];
}

function aboutMethod(identity: IdentitySeen, { origin, wanted }: DkimSeen, say: Say): Finding[] {
  const asksForEasy = wanted !== undefined && wanted !== "keep";
  if (!asksForEasy || origin === undefined || origin === EASY_DKIM) return [];
  const region = regionIn(origin);
  const method =
    origin === "EXTERNAL"
      ? "an own key"
      : region === undefined
        ? "another method"
        : `the key of the identity in ${region}`;
  return [
    say(
      "dkim-method-differs",
      `${whereOf(identity)} signs with ${method} (${clip(origin, 40)}), and the program asks for Easy DKIM.`,
    ),
  ];
}

function aboutKey(observed: Observations, identity: IdentitySeen, dkim: DkimSeen, say: Say): Finding[] {
  const { keyLength, keyMadeMs, readyAtMs, tokens = [] } = dkim;
  const where = whereOf(identity);
  const findings: Finding[] = [];
  if (keyLength === SHORT_KEY) {
    findings.push(say("dkim-key-short", `${where} signs for ${observed.domain} with a key of ${keyLength} bits.`));
  }
  // Other tokens have a key of their own, with records of their own.
  const changed = (observed.former ?? []).some(({ owner }) => owner.identity === identity.name);
  if (keyMadeMs !== undefined && readyAtMs !== undefined && keyMadeMs > readyAtMs && !changed && isEasy(dkim)) {
    const those = tokens.length === 0 ? "" : ` Its tokens are still ${listed(tokens.map((one) => quoted(one, 40)))}.`;
    const seen = `${where} made a key for ${observed.domain} on ${dated(keyMadeMs)}. DKIM was ready before that, on ${dated(readyAtMs)}.${those}`;
    findings.push(say("dkim-recreated", seen));
  }
  return findings;
}

function isEasy({ origin }: DkimSeen): boolean {
  return origin === undefined || origin === EASY_DKIM;
}
