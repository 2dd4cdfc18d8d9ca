import { z } from "zod";
import { joinPath } from "../../core/path";
import { clip } from "../../core/text";
import { VERIFICATION_STATUSES } from "../../ses/port";
import { fail, failType, kindOf, type Notes } from "../arguments/read";
import { isUnknown, isWhollyKnown } from "../arguments/types";
import type { RecordSetOutput, Verification } from "../domain/state";
import { SENDING_SCHEMA, STORED_NAME } from "../sending/state";

/** One domain to wait for, as the program writes it. `verifications` and `records` are undefined while not known, or refused. */
interface AwaitedEntry {
  /** As written: `checkArgs` reads both. */
  readonly domain: unknown;
  readonly identities: unknown;
  readonly verifications: readonly Verification[] | undefined;
  readonly records: readonly AwaitedSet[] | undefined;
}

/** A record set as a `DomainIdentity` outputs it, or with its defaults left out. */
export type AwaitedSet = Pick<RecordSetOutput, "name" | "values"> & {
  readonly [Name in "type" | "ttl" | "purpose" | "identity" | "owned"]?: RecordSetOutput[Name] | undefined;
};

const text = z.string();
const verifications = z.array(
  z.object({
    name: text,
    region: text,
    accountId: text,
    identityArn: text,
    token: text,
    status: z.enum(VERIFICATION_STATUSES),
    adopted: z.boolean(),
    ...SENDING_SCHEMA,
  }),
);
const records = z.array(
  z.object({
    name: STORED_NAME,
    type: z.enum(["TXT", "CNAME", "MX"]).optional(),
    ttl: z.int().min(0).optional(),
    values: z.array(text),
    purpose: z.enum(["verification", "dkim", "mail-from", "spf", "dmarc"]).optional(),
    identity: text.optional(),
    owned: z.boolean().optional(),
  }),
);

/** Faults of one list that are told. */
const FAULTS_AT_MOST = 5;
const OF = "an object with domain, identities, verifications and records, as a DomainIdentity outputs them";

/** One entry is read as a list of one. An entry is undefined while it is not known, or refused. */
export function readOf(notes: Notes, of: unknown): readonly (AwaitedEntry | undefined)[] | undefined {
  if (isUnknown(of)) return undefined;
  if (of === undefined || of === null) return fail(notes, "of", `is missing; it must be ${OF}, or a list of these`);
  if (typeof of !== "object") return failType(notes, "of", `must be ${OF}, or a list of these, not ${kindOf(of)}`);
  const list: readonly unknown[] = Array.isArray(of) ? of : [of];
  return list.map((entry, index) => readEntry(notes, `of[${index}]`, entry));
}

function readEntry(notes: Notes, path: string, entry: unknown): AwaitedEntry | undefined {
  if (isUnknown(entry)) return undefined;
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    return failType(notes, path, `must be ${OF}, not ${entry === null ? "nothing" : kindOf(entry)}`);
  }
  const { domain, identities, verifications: confirmed, records: served } = entry as Readonly<Record<string, unknown>>;
  return {
    domain,
    identities,
    verifications: readShaped(notes, joinPath(path, "verifications"), confirmed, verifications),
    records: readShaped(notes, joinPath(path, "records"), served, records),
  };
}

/** What is not known yet, at any depth, is judged once it is. */
function readShaped<T>(notes: Notes, path: string, value: unknown, shape: z.ZodType<T>): T | undefined {
  if (!isWhollyKnown(value)) return undefined;
  const read = shape.safeParse(withoutNulls(value));
  if (read.success) return read.data;
  for (const issue of read.error.issues.slice(0, FAULTS_AT_MOST)) {
    const at = issue.path.reduce<string>(
      (before, part) => (typeof part === "number" ? `${before}[${part}]` : joinPath(before, String(part))),
      path,
    );
    failType(notes, at, `is not as a DomainIdentity outputs it: ${clip(issue.message, 120)}`);
  }
  return undefined;
}

/** Some languages write null for what is left out. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const told = Object.entries(value).filter(([, entry]) => entry !== null);
  return Object.fromEntries(told.map(([key, entry]) => [key, withoutNulls(entry)]));
}
