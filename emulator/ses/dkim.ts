import type { VerificationStatus } from "../../provider/ses/port";
import { type DnsLook, type LookInfo, NO_INFO, noted } from "./look-info";
import type { MailKind } from "./mail";
import { type Clocked, nextPendingLook, replay, type Schedule } from "./schedule";

/** Bits of an RSA key of Easy DKIM. */
export type KeyLength = 1024 | 2048;

/**
 * How an identity's mail is signed. `easy`: by a key that SES makes (Easy DKIM). `own`: by one that was brought (BYODKIM);
 * `publicKey` is the base64 of its SubjectPublicKeyInfo. `replica`: by that of the identity of the same name in another
 * region (Deterministic Easy DKIM); `denied`: its maker may not replicate it.
 */
export type DkimMethod =
  | { readonly kind: "none" }
  | { readonly kind: "easy"; readonly keyLength: KeyLength }
  | { readonly kind: "own"; readonly selector: string; readonly publicKey: string }
  | { readonly kind: "replica"; readonly parentRegion: string; readonly denied: boolean };

/** An identity's DKIM as SES holds it. Every call that begins or changes it makes another one. Times in ms of the emulator's clock. */
export interface Dkim extends Clocked {
  readonly method: DkimMethod;
  status: VerificationStatus;
  /** Of an address: absent where its domain decides. */
  signingEnabled: boolean | undefined;
  /** When this verification was begun. */
  readonly since: number;
  /** When SES warned that it would revoke. */
  warned: number | undefined;
  /** With Easy DKIM: the length of the key in use. */
  currentKeyLength: KeyLength | undefined;
  /** With Easy DKIM: when its key was made. */
  readonly generatedAt: number | undefined;
  /** When the key length was last changed. */
  readonly lengthChangedAt: number | undefined;
  /** It stays as it is, whatever DNS says, until a call changes it. */
  readonly fixed: boolean;
  info: LookInfo;
}

/** Of a domain that was never set up for DKIM. */
export function noDkim(now: number): Dkim {
  return {
    method: { kind: "none" },
    status: "NotStarted",
    signingEnabled: undefined,
    since: now,
    nextLook: undefined,
    warned: undefined,
    currentKeyLength: undefined,
    generatedAt: undefined,
    lengthChangedAt: undefined,
    fixed: false,
    info: NO_INFO,
  };
}

/** Begins to verify with `method`, from the beginning. Whether mail is signed stays as it was set. */
export function beginDkim(before: Dkim, method: DkimMethod, now: number, schedule: Schedule): Dkim {
  const isEasy = method.kind === "easy";
  const wasEasy = before.method.kind === "easy";
  const sameKey = isEasy && before.method.kind === "easy" && before.method.keyLength === method.keyLength;
  return {
    ...noDkim(now),
    method,
    status: "Pending",
    signingEnabled: before.signingEnabled ?? true,
    nextLook: now + schedule.firstLookMs,
    currentKeyLength: isEasy ? (wasEasy ? before.currentKeyLength : method.keyLength) : undefined,
    generatedAt: isEasy ? (sameKey ? before.generatedAt : now) : undefined,
    lengthChangedAt: isEasy && wasEasy && !sameKey ? now : before.lengthChangedAt,
  };
}

/** Takes in what a look for DKIM's records showed at `now`, as `replay` does. Returns the mails that SES sent. */
export function observeDkim(
  dkim: Dkim,
  look: DnsLook,
  now: number,
  schedule: Schedule,
): readonly { readonly kind: MailKind; readonly at: number }[] {
  return replay(dkim, now, (at) => observeOnce(dkim, look, at, schedule));
}

function observeOnce(dkim: Dkim, look: DnsLook, at: number, schedule: Schedule): MailKind | undefined {
  const found = look.result === "found";
  dkim.info = noted(dkim.info, look, found, at);
  switch (dkim.status) {
    case "NotStarted":
    case "Failed":
      dkim.nextLook = undefined;
      return undefined;
    case "Pending": {
      if (found) return succeed(dkim, at, schedule) ?? "dkim-success";
      const deadline = dkim.since + schedule.dkimPendingMs;
      if (at >= deadline) return fail(dkim, "dkim-failure");
      dkim.nextLook = nextPendingLook(dkim.since, at, deadline, schedule);
      return undefined;
    }
    case "Success":
    case "TemporaryFailure": {
      if (found) return succeed(dkim, at, schedule);
      // From here on mail is not signed with this key.
      dkim.status = "TemporaryFailure";
      dkim.nextLook = at + schedule.laterLookMs;
      if (look.result === "unanswered") return undefined;
      if (dkim.warned === undefined) {
        dkim.warned = at;
        dkim.nextLook = Math.min(dkim.nextLook, at + schedule.dkimGraceMs);
        return "dkim-revocation-pending";
      }
      const deadline = dkim.warned + schedule.dkimGraceMs;
      if (at >= deadline) return fail(dkim, "dkim-revocation");
      dkim.nextLook = Math.min(dkim.nextLook, deadline);
      return undefined;
    }
  }
}

/** Returns the mail that takes a warning back. */
function succeed(dkim: Dkim, at: number, schedule: Schedule): MailKind | undefined {
  const warned = dkim.warned !== undefined;
  dkim.status = "Success";
  dkim.warned = undefined;
  dkim.nextLook = at + schedule.verifiedLookMs;
  if (dkim.method.kind === "easy") dkim.currentKeyLength = dkim.method.keyLength;
  return warned ? "dkim-revocation-cancelled" : undefined;
}

function fail(dkim: Dkim, kind: MailKind): MailKind {
  dkim.status = "Failed";
  dkim.warned = undefined;
  dkim.nextLook = undefined;
  return kind;
}
