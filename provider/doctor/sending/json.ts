import type { IdentitySeen } from "../../diagnosis/finding";
import type { IdentitySending, PartStanding, SendingStanding } from "./standing";

/** The table, as `--json` prints it. Pure. */
export function sendingJson(sending: SendingStanding | undefined) {
  if (sending === undefined) return undefined;
  const { verification, dkim, mailFrom, spf, dmarc } = sending.parts;
  return {
    state: sending.state,
    verification: partJson(verification),
    dkim: partJson(dkim),
    mailFrom: partJson(mailFrom),
    spf: partJson(spf),
    dmarc: partJson(dmarc),
  };
}

/** What of it is one identity's. Pure. */
export function identitySendingJson({ name, dkim, mailFrom }: IdentitySeen, sending: SendingStanding | undefined) {
  const own = sending?.identities.find((one) => one.name === name);
  return own && { dkim: dkimJson(dkim, own), mailFrom: mailFromJson(mailFrom, own), spf: partJson(own.spf) };
}

function partJson({ state, codes }: PartStanding) {
  return { state, codes: [...codes] };
}

function dkimJson(seen: IdentitySeen["dkim"], { dkim }: IdentitySending) {
  return { ...partJson(dkim), ...dkimSeenJson(seen) };
}

function mailFromJson(seen: IdentitySeen["mailFrom"], { mailFrom }: IdentitySending) {
  return { ...partJson(mailFrom), ...mailFromSeenJson(seen) };
}

/** What SES says of DKIM. Pure. */
export function dkimSeenJson(seen: IdentitySeen["dkim"]) {
  return {
    status: seen?.status,
    unknownBecause: seen?.unknownBecause,
    signing: seen?.signing,
    tokens: seen?.tokens && [...seen.tokens],
    origin: seen?.origin,
    zone: seen?.zone,
    keyLength: seen?.keyLength,
    keyMadeAt: seen?.keyMadeMs === undefined ? undefined : new Date(seen.keyMadeMs).toISOString(),
  };
}

/** What SES says of MAIL FROM. Pure. */
export function mailFromSeenJson(seen: IdentitySeen["mailFrom"]) {
  return {
    status: seen?.status,
    unknownBecause: seen?.unknownBecause,
    domain: seen?.domain,
    onMxFailure: seen?.onMxFailure,
  };
}
