import { readAccountId } from "../../aws/account-id";
import { regionFault } from "../../aws/region-fault";
import { accountOfRole, EXTERNAL_ID_ALONE, roleFault } from "../../aws/role-arn";
import { joinPath } from "../../core/path";
import { clip } from "../../core/text";
import { readMailFrom } from "./mail-from";
import { type Bag, compact, fail, known, type Notes, type Read, readList, readObject, readText } from "./read";
import { readDkim } from "./sending";
import type { CheckedIdentity, Failure, MaybeUnknown } from "./types";

/** Those of every identity; a domain's have more. */
const KEYS = ["name", "region", "profile", "roleArn", "externalId", "accountId", "credentials"] as const;
const SENDING_KEYS = ["dkim", "mailFrom"] as const;

/** `subject`: DKIM and MAIL FROM are not set for single addresses. */
export function checkIdentities(
  notes: Notes,
  value: unknown,
  subject: "domain" | "address",
): Read<readonly MaybeUnknown<CheckedIdentity>[]> {
  const path = "identities";
  if (value === undefined || value === null) return [{ name: undefined, region: undefined }];
  if (Array.isArray(value) && value.length === 0) {
    return fail(notes, path, "is empty; leave it out for one identity in the stack's own region");
  }
  const read = readList(notes, path, value, (at, entry) => checkIdentity(notes, at, entry, subject));
  if (!known(read)) return read;
  const identities = read.flatMap((identity) => (identity === undefined ? [] : [identity]));
  // Paths count the entries as written: only where none was refused do they still fit.
  if (identities.length === read.length) notes.failures.push(...twins(identities));
  return identities;
}

function checkIdentity(
  notes: Notes,
  path: string,
  value: unknown,
  subject: "domain" | "address",
): Read<MaybeUnknown<CheckedIdentity>> {
  if (typeof value === "string" && regionFault(value) === undefined) {
    return fail(notes, path, `must be an object; write { region: "${value}" }`);
  }
  const bag = readObject(notes, path, value ?? {}, subject === "domain" ? [...KEYS, ...SENDING_KEYS] : KEYS);
  if (!known(bag)) return bag;
  const region = checkRegion(notes, joinPath(path, "region"), bag.region);
  const name = checkName(notes, joinPath(path, "name"), bag.name);
  return {
    name: name ?? region,
    region,
    ...compact({
      ...checkRole(notes, path, bag),
      accountId: checkAccount(notes, path, bag),
      credentials: checkCredentials(notes, path, bag),
      ...(subject === "domain" ? checkSending(notes, path, bag) : {}),
    }),
  };
}

function checkSending(notes: Notes, path: string, bag: Bag) {
  return {
    dkim: readDkim(notes, joinPath(path, "dkim"), bag.dkim),
    mailFrom: readMailFrom(notes, joinPath(path, "mailFrom"), bag.mailFrom),
  };
}

function checkRegion(notes: Notes, path: string, value: unknown): Read<string> {
  const region = readText(notes, path, value);
  if (!known(region)) return region;
  const fault = regionFault(region);
  return fault === undefined ? region : fail(notes, path, fault);
}

function checkName(notes: Notes, path: string, value: unknown): Read<string> {
  const name = readText(notes, path, value);
  if (!known(name) || /^[A-Za-z0-9][\w.-]{0,63}$/.test(name)) return name;
  return fail(
    notes,
    path,
    `"${clip(name, 40)}" must begin with a letter or a digit and hold up to 64 letters, digits, dots, hyphens and underscores`,
  );
}

/** The three that say as whom AWS is asked. */
function checkRole(notes: Notes, path: string, bag: Bag) {
  const profile = readText(notes, joinPath(path, "profile"), bag.profile);
  const rolePath = joinPath(path, "roleArn");
  const role = readText(notes, rolePath, bag.roleArn);
  const externalId = readText(notes, joinPath(path, "externalId"), bag.externalId);
  const fault = known(role) ? roleFault(role) : undefined;
  if (fault !== undefined) fail(notes, rolePath, fault);
  if (known(externalId) && (bag.roleArn === undefined || bag.roleArn === null)) {
    fail(notes, joinPath(path, "externalId"), EXTERNAL_ID_ALONE);
  }
  return { profile, roleArn: role, externalId };
}

function checkAccount(notes: Notes, path: string, bag: Bag): Read<string> {
  const at = joinPath(path, "accountId");
  if (typeof bag.accountId === "number") {
    return fail(notes, at, "is a number; write the twelve digits in quotes, since account ids may begin with a zero");
  }
  const id = readText(notes, at, bag.accountId);
  if (!known(id)) return id;
  const read = readAccountId(id);
  if ("fault" in read) return fail(notes, at, read.fault);
  const digits = read.id;
  const ofRole = typeof bag.roleArn === "string" ? accountOfRole(bag.roleArn.trim()) : undefined;
  if (ofRole !== undefined && ofRole !== digits) {
    return fail(notes, at, `is ${digits}, but roleArn is of account ${ofRole}; one of the two is wrong`);
  }
  return digits;
}

export function checkCredentials(notes: Notes, path: string, bag: Bag): Read<string> {
  const at = joinPath(path, "credentials");
  if (typeof bag.credentials === "object" && bag.credentials !== null) {
    return fail(
      notes,
      at,
      "must be the name of a set of credentials in sesdomain:credentials; the credentials themselves would end up in the state",
    );
  }
  const name = readText(notes, at, bag.credentials);
  if (!known(name) || /^[A-Za-z0-9][\w.-]{0,63}$/.test(name)) return name;
  return fail(
    notes,
    at,
    "must be the name of a set of credentials in sesdomain:credentials: letters, digits, dots, hyphens and underscores",
  );
}

/** Which identity two entries stand for, as far as can be told without asking AWS. */
const WHO = ["region", "profile", "roleArn", "externalId", "accountId", "credentials"] as const;

function twins(identities: readonly MaybeUnknown<CheckedIdentity>[]): Failure[] {
  const failures: Failure[] = [];
  identities.forEach((identity, index) => {
    if (!known(identity) || typeof identity !== "object") return;
    const path = `identities[${index}]`;
    for (const [before, other] of identities.slice(0, index).entries()) {
      if (!known(other) || typeof other !== "object") continue;
      const fault = twinFault(identity, other, path, `identities[${before}]`);
      if (fault === undefined) continue;
      failures.push(fault);
      return;
    }
  });
  return failures;
}

type PlannedIdentity = { readonly [K in keyof CheckedIdentity]: MaybeUnknown<CheckedIdentity[K]> };

function twinFault(
  identity: PlannedIdentity,
  other: PlannedIdentity,
  path: string,
  before: string,
): Failure | undefined {
  if (WHO.some((key) => !known(identity[key]) && identity[key] !== undefined)) return undefined;
  if (WHO.every((key) => identity[key] === other[key])) {
    return { property: path, reason: `is the same identity as ${before}: same region, same account; remove one` };
  }
  if (identity.name !== other.name || (identity.name !== undefined && !known(identity.name))) return undefined;
  if (identity.region === other.region && (identity.name === undefined || identity.name === identity.region)) {
    const where = identity.region === undefined ? "the stack's own region" : identity.region;
    return {
      property: `${path}.name`,
      reason: `is needed: ${before} is in ${where} too, so the region cannot name both`,
    };
  }
  return {
    property: `${path}.name`,
    reason: `"${identity.name}" is the name of ${before} already; give each identity a name of its own`,
  };
}

/** An identity whose region and name are settled. */
export type SettledIdentity = CheckedIdentity & { readonly name: string; readonly region: string };

/**
 * Fills in the stack's own region. Two identities that were told apart only by leaving it out are found here. The
 * failure for a region that is nowhere to be found says where it can be set.
 */
export function settleIdentities(
  identities: readonly CheckedIdentity[],
  defaultRegion: string | undefined,
): { readonly identities: readonly SettledIdentity[] } | { readonly failures: readonly Failure[] } {
  const failures: Failure[] = [];
  const settled = identities.flatMap((identity, index): SettledIdentity[] => {
    const region = identity.region ?? defaultRegion;
    if (region === undefined) {
      failures.push({
        property: `identities[${index}].region`,
        reason: "is not set, and neither is aws:region (pulumi config set aws:region …) nor AWS_REGION",
      });
      return [];
    }
    const fault = identity.region === undefined ? regionFault(region) : undefined;
    if (fault !== undefined) {
      failures.push({
        property: `identities[${index}].region`,
        reason: `comes from the stack's configuration, and ${fault}`,
      });
      return [];
    }
    return [{ ...identity, name: identity.name ?? region, region }];
  });
  if (failures.length === 0) failures.push(...twins(settled));
  return failures.length > 0 ? { failures } : { identities: settled };
}
