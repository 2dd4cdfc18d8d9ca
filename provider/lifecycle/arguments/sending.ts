import { type Notes, type Read, readBoolean, readChoice } from "./read";
import { type CheckedDkim, type CheckedDmarc, type CheckedMailFrom, isUnknown, WAITS, type Wait } from "./types";

/** The arguments of a `VerifiedDomain` that make the domain ready to send. */
export const SENDING_ARGUMENTS = {
  dkim: {
    fallback: false,
    read: (_notes: Notes, _path: string, value: unknown) => value as Read<CheckedDkim>,
  },
  mailFrom: {
    fallback: false,
    read: (_notes: Notes, _path: string, value: unknown) => value as Read<CheckedMailFrom>,
  },
  dmarc: {
    fallback: "check",
    read: (_notes: Notes, _path: string, value: unknown) => value as Read<CheckedDmarc>,
  },
  configurationSet: {
    read: (_notes: Notes, _path: string, value: unknown) => value as Read<string>,
  },
  feedbackForwarding: {
    read: (_notes: Notes, _path: string, value: unknown) => value as Read<boolean>,
  },
} as const;

/** `true` stands for `ready`. */
export function readWait(notes: Notes, path: string, value: unknown): Read<Wait> {
  if (typeof value === "string" && !isUnknown(value)) return readChoice(notes, path, value, WAITS);
  const flag = readBoolean(notes, path, value);
  return flag === true ? "ready" : flag;
}
