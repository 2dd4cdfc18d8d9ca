import { ACCOUNT_ENTRIES } from "./catalogue/account";
import { ADDRESS_ENTRIES } from "./catalogue/addresses";
import { DKIM_ENTRIES } from "./catalogue/dkim";
import { DKIM_SES_ENTRIES, REPLICA_ENTRIES } from "./catalogue/dkim-ses";
import { DMARC_ENTRIES } from "./catalogue/dmarc";
import type { Entry } from "./catalogue/entry";
import { INPUT_ENTRIES } from "./catalogue/input";
import { MAIL_FROM_ENTRIES } from "./catalogue/mail-from";
import { MAIL_FROM_SES_ENTRIES } from "./catalogue/mail-from-ses";
import { PATH_ENTRIES } from "./catalogue/path";
import { RECORD_ENTRIES } from "./catalogue/record";
import { SERVER_ENTRIES } from "./catalogue/servers";
import { SES_ENTRIES } from "./catalogue/ses";
import { SES_ACCESS_ENTRIES } from "./catalogue/ses-access";
import { SPF_ENTRIES } from "./catalogue/spf";
import { ZONE_ENTRIES } from "./catalogue/zone";

/** Every problem that has a name, in the order of its page's index. */
export const CATALOGUE = [
  ...RECORD_ENTRIES,
  ...DKIM_ENTRIES,
  ...MAIL_FROM_ENTRIES,
  ...SPF_ENTRIES,
  ...ZONE_ENTRIES,
  ...SERVER_ENTRIES,
  ...PATH_ENTRIES,
  ...SES_ENTRIES,
  ...REPLICA_ENTRIES,
  ...DKIM_SES_ENTRIES,
  ...MAIL_FROM_SES_ENTRIES,
  ...ACCOUNT_ENTRIES,
  ...DMARC_ENTRIES,
  ...SES_ACCESS_ENTRIES,
  ...INPUT_ENTRIES,
  ...ADDRESS_ENTRIES,
] as const satisfies readonly Entry[];

/** The code of a problem: stable, kebab-case, the name of its page in docs/problems. */
export type Code = (typeof CATALOGUE)[number]["code"];

const BY_CODE: ReadonlyMap<string, Entry> = new Map(CATALOGUE.map((entry) => [entry.code, entry]));

export function entryOf(code: Code): Entry {
  const entry = BY_CODE.get(code);
  if (entry === undefined) throw new RangeError(`no problem has the code "${code}"`);
  return entry;
}

/** A refusal's reason as findings begin theirs: `domain-web-mail: "gmail.com" belongs to …`. */
export function coded(code: Code, reason: string): string {
  return `${code}: ${reason}`;
}

/** The code in front of a reason; undefined where it has none. */
export function codeOf(reason: string): string | undefined {
  const code = /^([a-z][a-z-]*): /.exec(reason)?.[1];
  return code !== undefined && BY_CODE.has(code) ? code : undefined;
}

/** For a code that a person typed. */
export function findEntry(code: string): Entry | undefined {
  return BY_CODE.get(code);
}
