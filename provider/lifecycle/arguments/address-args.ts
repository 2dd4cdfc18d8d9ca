import type { EmailAddress } from "../../core/address";
import { DEFAULT_TIMEOUT_MS, formatDuration } from ".";
import { checkAddress } from "./address";
import { choice, flag, readArguments } from "./declaration";
import { readDnsCheck, readTimeout } from "./domain-args";
import { checkIdentities } from "./identities";
import { fail, known, type Notes, type Read, readObject, readText } from "./read";
import {
  ADOPTIONS,
  type Adoption,
  type CheckedDnsCheck,
  type CheckedIdentity,
  type CheckResult,
  type Planned,
  PREVIEW_CHECKS,
  type PreviewCheck,
} from "./types";

/** How long the link in SES's mail is good (SES API reference, GetIdentityVerificationAttributes). */
const LINK_MS = 24 * 3_600_000;

/** The arguments of a `VerifiedEmailAddress`, validated, with every default in place. Plain JSON. */
export interface CheckedAddressArgs {
  readonly address: EmailAddress;
  /** At least one; see `CheckedArgs`. */
  readonly identities: readonly CheckedIdentity[];
  readonly adopt: Adoption;
  readonly wait: boolean;
  readonly timeoutMs: number;
  /** Another text than at the last mail has it sent again. */
  readonly resendTrigger: string;
  readonly dnsCheck: CheckedDnsCheck;
  readonly previewCheck: PreviewCheck;
}

/** The arguments of a `VerifiedEmailAddress`, in the order of the reference. */
export const ADDRESS_ARGUMENTS = {
  address: {
    replaces: true,
    read: (notes: Notes, _path: string, value: unknown) => readAddress(notes, value),
  },
  identities: {
    read: (notes: Notes, _path: string, value: unknown) => checkIdentities(notes, value, "address"),
  },
  wait: flag(false),
  timeout: {
    fallback: DEFAULT_TIMEOUT_MS,
    writtenFallback: JSON.stringify(formatDuration(DEFAULT_TIMEOUT_MS)),
    read: (notes: Notes, _path: string, value: unknown) => readTimeout(notes, value),
  },
  resendTrigger: {
    fallback: "",
    read: readText,
  },
  adopt: choice(ADOPTIONS, "keep"),
  dnsCheck: {
    fallback: { mode: "authoritative" },
    read: (notes: Notes, _path: string, value: unknown) => readDnsCheck(notes, value),
  },
  previewCheck: choice(PREVIEW_CHECKS, "live"),
} as const;
export const ADDRESS_KEYS = Object.keys(ADDRESS_ARGUMENTS) as readonly (keyof typeof ADDRESS_ARGUMENTS)[];

/** As `checkArgs`, for a single address. Pure; never throws. */
export function checkAddressArgs(raw: unknown): CheckResult<CheckedAddressArgs> {
  const notes: Notes = { failures: [], warnings: [], unknownPaths: [] };
  const bag = readObject(notes, "", raw ?? {}, ADDRESS_KEYS);
  if (!known(bag))
    return { kind: "refused", failures: [{ property: "", reason: "the arguments must be an object" }], warnings: [] };
  const { timeout: timeoutMs, ...read } = readArguments(ADDRESS_ARGUMENTS, notes, bag, () => undefined);
  const { address, identities } = read;
  const { failures, unknownPaths: unknown } = notes;
  if (failures.length > 0 || address === undefined || identities === undefined) {
    return { kind: "refused", failures, warnings: notes.warnings };
  }
  const planned: Planned<CheckedAddressArgs> = { ...read, timeoutMs, address, identities };
  const warnings =
    typeof timeoutMs === "number" && timeoutMs > LINK_MS
      ? [`timeout is ${formatDuration(timeoutMs)}, but the link in SES's mail is valid for ${formatDuration(LINK_MS)}.`]
      : [];
  return unknown.length > 0
    ? { kind: "planned", args: planned, unknown, warnings }
    : { kind: "checked", args: planned as CheckedAddressArgs, warnings };
}

function readAddress(notes: Notes, value: unknown): Read<EmailAddress> {
  if (value === undefined || value === null)
    return fail(notes, "address", 'is missing; name the address that is to send, such as "user@example.com"');
  if (typeof value !== "string") return fail(notes, "address", "must be text: one e-mail address");
  const text = value.trim() === "" ? value : readText(notes, "address", value);
  if (!known(text)) return text;
  const checked = checkAddress(text);
  return "fault" in checked ? fail(notes, "address", checked.fault) : checked.address;
}
