import { bareToken } from "../../diagnosis/damage";
import { parsePresentation } from "../../dns/record";
import { type Owner, type Requirement, required } from "../../dns/requirement";
import { checkArgs } from "../arguments";
import { type Notes, readObject } from "../arguments/read";
import { VERIFICATION_KEYS } from "../arguments/resource-keys";
import { settleArgs } from "../arguments/settle";
import type { CheckedArgs, Failure } from "../arguments/types";
import { identityArns, type RecordPurpose, type Verification } from "../domain/state";
import type { Ports, Props } from "../lifecycle";
import type { WatchedPart } from "../observation/observe";
import { tokenRecord } from "../records/requirements";
import { EASY_DKIM } from "../sending/state";
import type { SendingWish } from "../sending/wish";
import { type AwaitedSet, readOf } from "./of";

const NO_OWNER: Owner = { identity: "", arn: undefined, purpose: "verification" };

/** One domain to wait for: what a `DomainIdentity` outputs. */
export interface Awaited {
  /** Which entry of the list it is. */
  readonly index: number;
  readonly args: CheckedArgs;
  readonly verifications: readonly Verification[];
  readonly records: readonly AwaitedSet[];
}

/** What a `DomainVerification` waits for. */
export interface AwaitedArgs {
  readonly awaited: readonly Awaited[];
}

/** What the program says. `args` is undefined while something of it is not known, or refused. */
export function readAwaited(
  raw: Props,
  ports: Pick<Ports, "defaults" | "previewCheck">,
): {
  readonly args: AwaitedArgs | undefined;
  readonly failures: readonly Failure[];
} {
  const notes: Notes = { failures: [], warnings: [], unknownPaths: [] };
  const { failures } = notes;
  readObject(notes, "", raw, VERIFICATION_KEYS);
  const { timeout, dnsCheck, previewCheck } = raw;
  const of = readOf(notes, raw.of);
  if (of === undefined) return { args: undefined, failures };
  const awaited = of.map((entry, index): Awaited | undefined => {
    if (entry === undefined) return undefined;
    const { domain, identities, verifications, records } = entry;
    const own = { timeout, dnsCheck, previewCheck, domain, identities };
    const checked = checkArgs(own, ports.defaults, { implied: { dns: { kind: "manual" } } });
    if (checked.kind === "refused") {
      failures.push(...checked.failures.map((failure) => ({ ...failure, property: at(index, failure.property) })));
      return undefined;
    }
    if (checked.kind === "planned" || verifications === undefined || records === undefined) return undefined;
    const settled = settleArgs(checked, ports);
    if ("failures" in settled) {
      failures.push(...settled.failures.map((failure) => ({ ...failure, property: at(index, failure.property) })));
      return undefined;
    }
    const { args } = settled;
    return { index, args, verifications, records };
  });
  failures.push(...nameTwins(awaited));
  const args = failures.length === 0 && awaited.every((one) => one !== undefined) ? { awaited } : undefined;
  return { args, failures: eachOnce(failures) };
}

/**
 * The records to wait for. What the program hands over tells only by its token which identity a value is of; one that holds
 * none of the tokens is waited for too, since the program says that it is published.
 */
export function requirementsIn({ args, verifications, records }: Awaited): Requirement[] {
  return records.flatMap(({ name, type = "TXT", ttl = args.ttl, values, purpose = "verification", identity }) =>
    values.flatMap((value) => {
      if (type !== "TXT" || purpose !== "verification") {
        const data = type === "TXT" ? ({ type, text: value } as const) : parsePresentation(type, value);
        const holder = verifications.find((one) => one.name === identity);
        const owner = { identity: identity ?? "", arn: holder?.identityArn, purpose: OF_OUTPUT[purpose] };
        return data === undefined ? [] : [required({ ...data, name, ttl }, owner)];
      }
      const holder = verifications.find(({ token }) => token === bareToken(value));
      if (holder === undefined) return [required({ type: "TXT", name, ttl, text: value }, NO_OWNER)];
      return [tokenRecord({ name, prefix: value === holder.token ? "" : "amazonses:" }, holder, ttl)];
    }),
  );
}

/** What a record's purpose in an output is to a requirement. */
const OF_OUTPUT: Readonly<Record<RecordPurpose, Owner["purpose"]>> = {
  verification: "verification",
  dkim: "dkim",
  "mail-from": "mail-from",
  spf: "mail-from",
  dmarc: "dmarc",
};

/** What a `DomainIdentity` has set up at SES for an identity: that is waited for, and watched. */
export function partsOf(one: Verification, records: readonly AwaitedSet[]): readonly WatchedPart[] {
  return [
    ...(isAskedFor(one, records) ? (["dkim"] as const) : []),
    // One that SES has not taken is set by the next update of its `DomainIdentity`.
    ...(one.mailFrom?.status === undefined ? [] : (["mailFrom"] as const)),
  ];
}

/** Whether the program asks for DKIM, and does not only watch it: then its records are among the outputs. */
function isAskedFor({ name, dkim }: Verification, records: readonly AwaitedSet[]): boolean {
  return dkim !== undefined && records.some(({ purpose, identity }) => purpose === "dkim" && identity === name);
}

/** The same, as what a program asks for. */
export function wishesIn(awaited: Awaited): Readonly<Record<string, SendingWish>> {
  const requirements = requirementsIn(awaited);
  return Object.fromEntries(
    awaited.verifications.map((one): [string, SendingWish] => {
      const { name, dkim, mailFrom } = one;
      const mx = requirements.flatMap(({ record }) =>
        record.type === "MX" && record.name === mailFrom?.domain ? [record.exchange] : [],
      );
      const [exchange] = mx;
      const isEasy = dkim?.method === EASY_DKIM && isAskedFor(one, awaited.records);
      return [
        name,
        {
          dkim: dkim === undefined ? false : isEasy ? { signing: dkim.signing } : "keep",
          mailFrom: mailFrom?.status === undefined || exchange === undefined ? false : { ...mailFrom, exchange },
        },
      ];
    }),
  );
}

/** Two `DomainIdentity` may be of one domain, each in regions of its own. */
export function arnsOf(awaited: readonly Awaited[]): Record<string, Record<string, string>> {
  const arns: Record<string, Record<string, string>> = {};
  for (const { args, verifications } of awaited) {
    arns[args.domain] = { ...arns[args.domain], ...identityArns(verifications) };
  }
  return arns;
}

export function tokensOf({ verifications }: Awaited): string[] {
  return verifications.map(({ token }) => token);
}

const OF_A_DOMAIN = /^(domain|identities)\b/;

/** What is said once for all domains stands next to the list, not in it. */
function at(index: number, property: string): string {
  if (property === "") return `of[${index}]`;
  return OF_A_DOMAIN.test(property) ? `of[${index}].${property}` : property;
}

/** `identityArns` has room for one identity of a name and domain. */
function nameTwins(awaited: readonly (Awaited | undefined)[]): Failure[] {
  const first = new Map<string, number>();
  return awaited.flatMap((one, index) =>
    (one?.verifications ?? []).flatMap(({ name, identityArn }) => {
      const key = `${one?.args.domain} ${name}`;
      const before = first.get(key);
      first.set(key, before ?? index);
      const reason = `"${name}" of ${one?.args.domain} is in of[${before}] too (${identityArn}): list each identity once, and give two of one region names of their own`;
      return before === undefined ? [] : [{ property: `of[${index}].identities`, reason }];
    }),
  );
}

function eachOnce(failures: readonly Failure[]): Failure[] {
  const same = (a: Failure, b: Failure) => a.property === b.property && a.reason === b.reason;
  return failures.filter((one, index) => failures.findIndex((other) => same(one, other)) === index);
}
