/*
 * Who uses an identity, as tags on it: `sesdomain:user:MARK` for each resource that does, and `sesdomain:made` where this
 * package made the identity or took it over. Every stack that may tag keeps to it, whichever made the identity first.
 */

export const USER_PREFIX = "sesdomain:user:";
export const MADE_TAG = "sesdomain:made";
/** What version 0.1 wrote: `project/stack/HASH` of the one resource that had made or taken the identity. */
export const FORMER_OWNER_TAG = "sesdomain:owner";

/** SESv2 API reference, TagResource: tags an identity. */
export const TAGS_AT_MOST = 50;

const VALUE_LENGTH = 256;
/** SESv2 API reference, Tag: what a value may hold besides letters, digits and white space. */
const OUTSIDE_VALUES = /[^\p{L}\p{N}\p{Z}_.:/=+-]/gu;

/** `creating`: its create is under way or was killed. `leaving`: its delete is under way; it no longer counts as a user. */
export type UserState = "creating" | "settled" | "leaving";
const STATES: readonly UserState[] = ["creating", "settled", "leaving"];

/** A resource, as a mark names it. */
export interface UserName {
  /** 16 hexadecimal digits: a hash of the resource's URN. */
  readonly urnHash: string;
  /** `project/stack/name`, for people to read; nothing is decided by it. */
  readonly label: string;
}

/** One resource that uses an identity. */
export interface IdentityUser extends UserName {
  /** Random, and the same in the resource's state: the only thing that tells one user from another. */
  readonly mark: string;
  readonly state: UserState;
}

/** The tags of an identity, read. */
export interface Register {
  /** This package made the identity or took it over, so it goes with its last user. */
  readonly made: boolean;
  readonly users: readonly IdentityUser[];
  /** Keys of all tags, those of other programs too. */
  readonly keys: readonly string[];
  /** The mark that the tag of version 0.1 stands for, where there is one. */
  readonly former: string | undefined;
  /** Tags of other programs, as `key=value`: what they tell of who made the identity. */
  readonly foreign: readonly string[];
}

export interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

export function userTag({ mark, state, urnHash, label }: IdentityUser): {
  readonly Key: string;
  readonly Value: string;
} {
  return { Key: USER_PREFIX + mark, Value: tagValue(`${state} ${urnHash} ${label}`) };
}

export function madeTag({ label }: UserName): { readonly Key: string; readonly Value: string } {
  return { Key: MADE_TAG, Value: tagValue(label) };
}

/** The keys that hold a user's mark: the one that version 0.1 wrote among them, where it stands for the same resource. */
export function keysOf(mark: string, { former }: Pick<Register, "former">): string[] {
  return former === mark ? [USER_PREFIX + mark, FORMER_OWNER_TAG] : [USER_PREFIX + mark];
}

/** A user tag whose value cannot be read is a user too: that an identity has no users needs evidence. */
export function readRegister(tags: readonly Tag[]): Register {
  const keys = tags.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
  const users = tags.flatMap(({ Key = "", Value = "" }) =>
    Key.startsWith(USER_PREFIX) ? [readUser(Key.slice(USER_PREFIX.length), Value)] : [],
  );
  const owner = tags.find(({ Key }) => Key === FORMER_OWNER_TAG);
  const former = owner === undefined ? undefined : readFormer(owner.Value ?? "");
  return {
    made: keys.includes(MADE_TAG) || owner !== undefined,
    users: former === undefined || users.some(({ mark }) => mark === former.mark) ? users : [...users, former],
    keys,
    former: former?.mark,
    foreign: tags.flatMap(({ Key = "", Value = "" }) => (Key === "" || isOurs(Key) ? [] : [`${Key}=${Value}`])),
  };
}

function isOurs(key: string): boolean {
  return key.startsWith(USER_PREFIX) || key === MADE_TAG || key === FORMER_OWNER_TAG;
}

function readUser(mark: string, value: string): IdentityUser {
  const [, state, urnHash = "", label = ""] = /^(\w+) ([0-9a-f]{16}) (.*)$/su.exec(value) ?? [];
  const known = STATES.find((one) => one === state);
  return known === undefined
    ? { mark, state: "settled", urnHash: "", label: value }
    : { mark, state: known, urnHash, label };
}

/** `project/stack/HASH`: the hash was both the mark and the resource. */
function readFormer(value: string): IdentityUser {
  const at = value.lastIndexOf("/");
  const hash = value.slice(at + 1);
  return { mark: hash, state: "settled", urnHash: hash, label: at < 0 ? value : value.slice(0, at) };
}

function tagValue(text: string): string {
  return [...text.replace(OUTSIDE_VALUES, "_")].slice(0, VALUE_LENGTH).join("");
}
