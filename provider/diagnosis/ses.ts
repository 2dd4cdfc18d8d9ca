import { child } from "../core/fqdn";
import { clip, quoted } from "../core/text";
import { dated, listed } from "../core/words";
import type { VerificationInfo } from "../ses/port";
import type { Code } from "./catalogue";
import type { Situation } from "./catalogue/entry";
import { bareToken, isCopyOf, isTokenAt, PREFIX } from "./damage";
import { type ExpectedValue, expectedValues } from "./expected";
import type { Finding, IdentitySeen, Observations } from "./finding";
import { finding, type Placed, placed, valuesOf } from "./make";
import { LABEL } from "./misspelt";
import { isNewer } from "./serial";
import { hintOf, reasonOf, unknownCode } from "./unknown";

/** SES's status on each identity, held against what DNS shows. */
export function sesFindings(observed: Observations): Finding[] {
  return observed.identities.flatMap((identity) => {
    const standing = recordOf(observed, identity);
    return [
      ...aboutStatus(observed, identity, standing),
      ...aboutRestarts(observed, identity),
      ...aboutLastLook(observed, identity, standing),
    ];
  });
}

export { unknownCode };

/** How far the record of one identity is published, all its values taken together. */
function recordOf(observed: Observations, { name }: IdentitySeen): Placed {
  const states = expectedValues(observed.expected)
    .filter(({ identity }) => identity === name)
    .map((one) => placed(observed, one.name, one.value));
  if (states.length === 0 || states.includes("unknown")) return "unknown";
  if (states.includes("nowhere")) return "nowhere";
  return states.includes("partly") ? "partly" : "everywhere";
}

function aboutStatus(observed: Observations, identity: IdentitySeen, record: Placed): Finding[] {
  const { region, status, verifiedBefore, awaitedBefore, info } = identity;
  const { domain } = observed;
  const where = `SES in ${region}${identity.accountId === undefined ? "" : ` (account ${identity.accountId})`}`;
  const wanted = expectedValues(observed.expected).find((one) => one.identity === identity.name);
  const facts = { region, name: wanted?.name, value: wanted?.value };
  const held = isHeld(identity) ? "held" : undefined;
  const say = (code: Code, seen: string, situation: Situation | undefined = held, hint?: string) =>
    finding(observed, code, seen, { facts, identities: [identity.name], situation, hint });
  const says = `${where} says ${status} for ${domain}`;
  const looked = `${lastLook(info)}${record === "everywhere" ? earlierZone(observed, info) : ""}`;
  if (identity.tokenless && status !== "Success" && !(status === "Failed" && verifiedBefore)) {
    return status === "absent" || status === "unknown"
      ? []
      : [
          say(
            "verification-not-started",
            `${says}, and holds no token for it: it looks for no TXT record.${strayTokens(observed)}`,
          ),
        ];
  }

  switch (status) {
    case "unknown":
      return [
        say(
          unknownCode(identity.unknownCode),
          `${where} could not be asked about ${domain}: ${reasonOf(identity, observed)}`,
          held,
          hintOf(identity, observed),
        ),
      ];
    case "absent": {
      if (identity.coveredBy !== undefined) {
        const seen = `${where} has no identity ${domain}, and needs none: ${identity.coveredBy} is verified there.`;
        return [say("covered-by-parent", seen)];
      }
      const before = verifiedBefore ? ", which was verified before" : "";
      // A revocation takes the domain off SES's list. With its value in place it is not that: the identity was deleted.
      const revoked = (verifiedBefore || awaitedBefore === true) && record !== "everywhere";
      return [
        say(revoked ? "verification-revoked" : "identity-missing", `${where} has no identity ${domain}${before}.`),
        ...elsewhere(observed, identity),
      ];
    }
    case "Failed":
      return verifiedBefore
        ? [say("verification-revoked", `${says}, which was verified before.${looked}`)]
        : [say("verification-failed", `${says}.${looked}`)];
    case "NotStarted":
      return [say("verification-not-started", `${says}.`)];
    case "Pending":
      return [say("verification-pending", `${says}.${looked}`)];
    case "TemporaryFailure":
      return [
        say("temporary-failure", `${says}.${looked}`),
        ...(record === "nowhere" && verifiedBefore && !isAtOtherName(observed, wanted)
          ? [say("revocation-pending", `${says}, which was verified before, and its value is on no name server.`)]
          : []),
      ];
    case "Success":
      if (identity.tokenless) {
        return [
          say(
            "success-without-txt",
            `${says} by DKIM alone: it holds no token for it, and looks for no TXT record.${strayTokens(observed)}`,
            "tokenless",
          ),
        ];
      }
      if (record !== "nowhere" || isAtOtherName(observed, wanted)) return [];
      return identity.dkimVerified === true
        ? [say("success-without-txt", `${says}, but its value is on no name server. DKIM is verified.`)]
        : [
            say(
              "revocation-pending",
              `${says}, but its value is on no name server${identity.dkimVerified === undefined ? "; unless DKIM is verified too, SES will revoke it" : ""}.`,
            ),
          ];
  }
}

/** Whether a server has the value under the other of the two names where SES looks: it sees that, whatever the program wants. */
function isAtOtherName({ domain, probes }: Observations, wanted: ExpectedValue | undefined): boolean {
  if (wanted === undefined) return false;
  const token = bareToken(wanted.value);
  const accepted = new Map([
    [domain, `${PREFIX}${token}`],
    [child(LABEL, domain), token],
  ]);
  return probes.some(
    ({ name, servers }) =>
      name !== wanted.name && servers.some((answer) => valuesOf(answer).some((value) => value === accepted.get(name))),
  );
}

/** A domain that fails again and again has a cause that asking once more does not fix. */
function aboutRestarts(observed: Observations, identity: IdentitySeen): Finding[] {
  const { name, region, status, askedAgain } = identity;
  if (askedAgain?.heldUntilMs === undefined || !isHeld(identity)) return [];
  const { restarts, lastMs, tokenChanged, heldUntilMs } = askedAgain;
  const token =
    tokenChanged === undefined ? "" : tokenChanged ? ", which gave another token" : ", which gave the same token";
  const stands =
    status === "absent"
      ? `now has no identity ${observed.domain}`
      : status === "unknown"
        ? "could not be asked now"
        : `now says ${status}`;
  const seen = `SES in ${region} was asked again for ${observed.domain} ${restarts} times in a row (last on ${dated(lastMs)}${token}). It ${stands}. \`up\` asks again on ${dated(heldUntilMs)} at the earliest.`;
  return [finding(observed, "verification-failing", seen, { facts: { region }, identities: [name] })];
}

function isHeld({ status, askedAgain }: IdentitySeen): boolean {
  return askedAgain?.heldUntilMs !== undefined && status !== "Success" && status !== "Pending";
}

function elsewhere(observed: Observations, { name, region }: IdentitySeen): Finding[] {
  return (observed.elsewhere ?? [])
    .filter((one) => one.region !== region && !observed.identities.some((each) => each.region === one.region))
    .map((one) =>
      finding(observed, "identity-in-other-region", `SES in ${one.region} has ${observed.domain}: ${one.status}.`, {
        facts: { region: one.region },
        identities: [name],
      }),
    );
}

const WHAT_SES_SAW: Readonly<Record<NonNullable<VerificationInfo["errorType"]>, string>> = {
  INVALID_VALUE: "a record with another value",
  TYPE_NOT_FOUND: "the name, but no TXT record",
  HOST_NOT_FOUND: "no such name",
  SERVICE_ERROR: "nothing, because of a fault of its own",
  DNS_SERVER_ERROR: "an error of the name server",
  REPLICATION_ACCESS_DENIED: "that it may not use the DKIM key of the identity it replicates",
  REPLICATION_PRIMARY_NOT_FOUND: "no identity to replicate",
  REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED: "an identity to replicate that has brought its own DKIM key",
  REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED: "an identity to replicate that is a replica itself",
  REPLICATION_PRIMARY_INVALID_REGION: "a region to replicate from that it does not take",
};

/** A sentence with a space in front; empty where SES tells nothing of its last look. */
export function lastLook(info: VerificationInfo | undefined): string {
  if (info?.errorType === undefined) return "";
  const when =
    info.lastChecked === undefined ? "When it last looked" : `When it last looked, ${dated(info.lastChecked)},`;
  const serial =
    info.soa === undefined
      ? ""
      : `, in the zone of ${clip(info.soa.primaryNameServer, 100)} with serial ${info.soa.serial}`;
  return ` ${when} it saw ${WHAT_SES_SAW[info.errorType]} (${info.errorType})${serial}.`;
}

/** What SES saw of the zone, held against the zone as it is. A sentence with a space in front; empty where it is the same. */
function earlierZone({ serials = [], sightings }: Observations, info: VerificationInfo | undefined): string {
  const soa = info?.soa;
  if (soa === undefined || serials.length === 0) return "";
  const host = soa.primaryNameServer.toLowerCase().replace(/\.$/, "");
  const hosts = new Set([
    ...serials.map(({ primary }) => primary),
    ...sightings.flatMap(({ delegation }) => [
      ...(delegation?.parentServers ?? []),
      ...(delegation?.zoneServers ?? []),
    ]),
  ]);
  if (!hosts.has(host)) {
    return ` The zone has another primary now (${listed([...new Set(serials.map(({ primary }) => primary ?? "unnamed"))])}): SES asked the previous one.`;
  }
  const now = serials.filter(({ primary }) => primary === host).map(({ serial }) => serial);
  if (now.length === 0 || !now.every((serial) => isNewer(serial, soa.serial))) return "";
  return ` The zone has changed since: its serial is ${now[0]} now, and SES saw ${soa.serial}.`;
}

function aboutLastLook(
  observed: Observations,
  { name, region, status, info }: IdentitySeen,
  record: Placed,
): Finding[] {
  const contradicts =
    info?.errorType === "INVALID_VALUE" || info?.errorType === "TYPE_NOT_FOUND" || info?.errorType === "HOST_NOT_FOUND";
  const earlier = earlierZone(observed, info);
  if (record !== "everywhere" || status === "Success" || (!contradicts && earlier === "")) return [];
  const seen = `Every name server has the value of identity "${name}".${lastLook(info)}${earlier}`;
  return [
    finding(observed, "ses-saw-otherwise", seen, {
      facts: { region },
      identities: [name],
    }),
  ];
}

/** A token that stands where one would, though SES holds none. A sentence with a space in front; empty where there is none. */
function strayTokens({ domain, sightings, expected }: Observations): string {
  for (const { name, servers } of sightings) {
    const stray = [...new Set(servers.flatMap(valuesOf))].filter(
      (one) => isTokenAt(one, name, domain) && !expectedValues(expected).some(({ value }) => isCopyOf(one, value)),
    );
    if (stray.length > 0) {
      const those = listed(
        stray.map((value) => quoted(value)),
        2,
      );
      return ` At ${name} there is ${those}: perhaps of another region or account, or of an earlier identity.`;
    }
  }
  return "";
}
