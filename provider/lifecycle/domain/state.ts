import { z } from "zod";
import type { Fqdn } from "../../core/fqdn";
import { plain } from "../../core/plain";
import { bareToken } from "../../diagnosis/damage";
import type { CheckedDns } from "../../dns/hosts";
import { comparable, keyText, parsePresentation, type RecordData, type RecordType } from "../../dns/record";
import { keysOf, type Owner, PURPOSES, type Requirement, required, valuesAt } from "../../dns/requirement";
import type { VerificationStatus } from "../../ses/port";
import type { CheckedIdentity } from "../arguments/types";
import { decodeMark, encodeMark, type MarkState } from "../identity/mark-state";
import type { RestartsByArn } from "../identity/restarts";
import { type Props, readVersion, STATE_VERSION } from "../lifecycle";
import { SENDING_SCHEMA, type SendingState, STORED_NAME } from "../sending/state";

export interface Verification extends SendingState {
  readonly name: string;
  readonly region: string;
  /** Twelve digits: the account this identity is pinned to. */
  readonly accountId: string;
  readonly identityArn: string;
  readonly token: string;
  readonly status: VerificationStatus;
  /** It was there before us, and stays when we go. */
  readonly adopted: boolean;
}

/** A record set as the outputs show it. */
export interface RecordSetOutput {
  readonly name: Fqdn;
  readonly type: RecordType;
  /** Seconds; what we ask for. A record set that was there keeps its own. */
  readonly ttl: number;
  /** Ours only. Text unquoted, else as in a zone file. */
  readonly values: readonly string[];
  /** What it is for. */
  readonly purpose?: RecordPurpose | undefined;
  /** The name of the identity that it is for, where it is for one. */
  readonly identity?: string | undefined;
  /** It goes with the resource: the identity that it is for is this package's. */
  readonly owned?: boolean | undefined;
}

/** What a record set is for, as the outputs tell it. */
export type RecordPurpose = "verification" | "dkim" | "mail-from" | "spf" | "dmarc";

/** What a verified domain leaves in the stack's state: its outputs, and what is needed to find everything again. */
export interface DomainState extends MarkState {
  readonly domain: Fqdn;
  readonly identities: readonly CheckedIdentity[];
  /** Every host that the program names, and after a failure every one that may hold a record of ours. */
  readonly dns: readonly CheckedDns[];
  /** Hosts that the program no longer names, with a record of ours that resolvers may still read. */
  readonly leaving: readonly CheckedDns[];
  readonly verifications: readonly Verification[];
  /** What was written, and for whom. */
  readonly requirements: readonly Requirement[];
  readonly verified: boolean;
  /** ISO 8601, the moment `up` saw it verified; absent before. */
  readonly verifiedAt: string | undefined;
  /** What we asked SES for again after a failure or a revocation, and is not verified since. */
  readonly asked: RestartsByArn;
  /** Whether `up` saw each part that the program asks for in place; undefined where it asks for none. */
  readonly readyToSend?: boolean | undefined;
  /** ISO 8601, the moment `up` saw that. */
  readonly readyAt?: string | undefined;
  /** Names of the identities for which that holds. */
  readonly ready?: readonly string[] | undefined;
  /** What the program had set at SES in addition. */
  readonly set?: Configured | undefined;
}

interface Configured {
  readonly configurationSet?: string | undefined;
  readonly feedbackForwarding?: boolean | undefined;
}

export function identityArns(
  verifications: readonly Pick<Verification, "name" | "identityArn">[],
): Record<string, string> {
  return Object.fromEntries(verifications.map(({ name, identityArn }) => [name, identityArn]));
}

/** The record sets that the records make: one a name and type, values in order, none twice. */
function recordSetsOf({ requirements, verifications }: DomainState): RecordSetOutput[] {
  return keysOf(requirements).map((key) => {
    const here = requirements.filter(({ record }) => keyText(record) === keyText(key));
    const owners = here.map(({ owner }) => owner);
    const identities = new Set(owners.map((owner) => owner.identity));
    const [purpose] = here.map(purposeOf);
    const [identity] = identities;
    return {
      ...key,
      ttl: here[0]?.record.ttl ?? 0,
      values: valuesAt(requirements, key).sort(),
      purpose,
      identity: identities.size === 1 && identity !== "" ? identity : undefined,
      owned: owners.some((owner) => isOwned(owner, verifications)),
    };
  });
}

function purposeOf({ owner: { purpose }, record }: Requirement): RecordPurpose {
  return purpose === "mail-from" && record.type === "TXT" ? "spf" : purpose;
}

/** What was written for the domain as a whole was not there before. */
function isOwned({ arn, purpose }: Owner, verifications: readonly Verification[]): boolean {
  if (purpose === "dmarc") return true;
  return verifications.some((one) => one.identityArn === arn && !one.adopted);
}

/**
 * Whose the values of `records` are, in their order. A number is the place of the owner in `verifications`; with a
 * purpose where that is not `verification`. An owner that is not there any more is written out.
 */
function ownersOf({ requirements, verifications }: DomainState, records: readonly RecordSetOutput[]): StoredOwner[][] {
  return records.map((set) =>
    set.values.map((value): StoredOwner => {
      const own = requirements.find(
        (one) => keyText(one.record) === keyText(set) && comparable(one.record) === value,
      )?.owner;
      const { identity = "", arn, purpose = "verification" } = own ?? {};
      const index = verifications.findIndex((one) => one.identityArn === arn && one.name === identity);
      if (index < 0) return { identity, arn, purpose };
      return purpose === "verification" ? index : [index, purpose];
    }),
  );
}

/** The resource's outputs. Nothing in them changes by itself, and none is a secret. */
export function encodeState(state: DomainState): Props {
  const { mark, unmarked, asked, leaving, requirements, ready, set, ...rest } = state;
  const records = recordSetsOf(state);
  return plain({
    __state: STATE_VERSION,
    ...rest,
    records,
    __owners: ownersOf(state, records),
    ...encodeMark({ mark, unmarked }),
    __asked: Object.keys(asked).length === 0 ? undefined : asked,
    __set: set,
    __leaving: leaving.length === 0 ? undefined : leaving,
    identityArns: identityArns(state.verifications),
    sendingArns: ready && identityArns(state.verifications.filter((one) => ready.includes(one.name))),
  });
}

const text = z.string();
const maybe = text.optional();
const type = z.enum(["TXT", "CNAME", "MX"]);
const identity = z.object({
  name: maybe,
  region: maybe,
  profile: maybe,
  roleArn: maybe,
  externalId: maybe,
  accountId: maybe,
  credentials: maybe,
});
/** The properties are those of the host, which reads them. */
const ofSomeKind = z.looseObject({ kind: text });
const host = z.custom<CheckedDns>((value) => ofSomeKind.safeParse(value).success);
const verification = z.object({
  name: text,
  region: text,
  accountId: text,
  identityArn: text,
  token: text,
  status: z.enum(["Pending", "Success", "Failed", "TemporaryFailure", "NotStarted"]),
  adopted: z.boolean(),
  ...SENDING_SCHEMA,
});
const purpose = z.enum(PURPOSES);
const storedOwner = z.union([
  z.int().min(0),
  z.tuple([z.int().min(0), purpose]),
  z.object({ identity: text, arn: maybe, purpose }),
]);
type StoredOwner = z.infer<typeof storedOwner>;
const asked = z.record(text, z.object({ at: text, restarts: z.number(), tokenChanged: z.boolean().optional() }));
/** A state that was edited may hold null for what is not there. */
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((list) => list ?? []);
/** All versions: what one of them lacks has a default. Version 1 has no `__owners`. */
const outputsSchema = z.object({
  domain: STORED_NAME,
  identities: listOf(identity),
  dns: listOf(host),
  verifications: listOf(verification),
  records: listOf(z.object({ name: STORED_NAME, type, ttl: z.number(), values: z.array(text) })),
  verified: z.boolean().nullish(),
  verifiedAt: text.nullish(),
  __owners: z.array(z.array(storedOwner)).nullish(),
  __leaving: listOf(host),
  __asked: asked.nullish(),
  __set: z.object({ configurationSet: maybe, feedbackForwarding: z.boolean().optional() }).nullish(),
  readyToSend: z.boolean().nullish(),
  readyAt: text.nullish(),
  sendingArns: z.record(text, text).nullish(),
});

/** Reads outputs of any version. Throws a TypeError where they are not ours, or newer than this package. */
export function decodeState(outputs: Props): DomainState {
  readVersion(outputs);
  const read = outputsSchema.safeParse(outputs);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new TypeError(
      `the state is damaged at ${issue?.path.join(".")}: ${issue?.message}. Take an earlier one (pulumi stack export --version N, then pulumi stack import)`,
    );
  }
  const { domain, identities, dns, verifications, records, verified, verifiedAt, __owners, __leaving, __asked } =
    read.data;
  const { readyToSend, readyAt, sendingArns, __set } = read.data;
  return {
    domain,
    identities: identities.map((one) => ({ ...one, name: one.name, region: one.region })),
    dns,
    verifications,
    requirements: requirementsIn(records, verifications, __owners ?? undefined),
    verified: verified ?? false,
    verifiedAt: verifiedAt ?? undefined,
    ...decodeMark(outputs),
    leaving: __leaving,
    asked: __asked ?? {},
    readyToSend: readyToSend ?? undefined,
    readyAt: readyAt ?? undefined,
    set: __set ?? undefined,
    ready: sendingArns ? Object.keys(sendingArns) : undefined,
  };
}

/** Version 1 kept no owners: there a value was the identity's whose token it holds. */
function requirementsIn(
  records: readonly RecordSetOutput[],
  verifications: readonly Verification[],
  owners: readonly (readonly StoredOwner[])[] | undefined,
): Requirement[] {
  return records.flatMap(({ name, type, ttl, values }, set) =>
    values.flatMap((value, index) => {
      const data = dataOf(type, value);
      const stored = owners?.[set]?.[index];
      const owner = stored === undefined ? ownerByToken(value, verifications) : ownerAt(stored, verifications);
      return data === undefined ? [] : [required({ ...data, name, ttl }, owner)];
    }),
  );
}

function dataOf(type: RecordType, value: string): RecordData | undefined {
  return type === "TXT" ? { type, text: value } : parsePresentation(type, value);
}

function ownerAt(stored: StoredOwner, verifications: readonly Verification[]): Owner {
  if (typeof stored === "object" && !Array.isArray(stored)) return { ...stored, arn: stored.arn };
  const [index, purpose] = typeof stored === "number" ? [stored, "verification" as const] : stored;
  const holder = verifications[index];
  return { identity: holder?.name ?? "", arn: holder?.identityArn, purpose };
}

function ownerByToken(value: string, verifications: readonly Verification[]): Owner {
  const holder = verifications.find(({ token }) => token === bareToken(value));
  return { identity: holder?.name ?? "", arn: holder?.identityArn, purpose: "verification" };
}
