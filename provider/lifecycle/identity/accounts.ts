import type { Account } from "../../aws/session-types";
import type { Ctx } from "../../core/ctx";
import { explain, SesDomainError } from "../../core/errors";
import { type IdentityName, identityArn } from "../../ses/port";
import type { CheckedIdentity, Failure } from "../arguments/types";
import type { Clients } from "../observation/clients";
import type { Meeting } from "./meeting";
import { expectedAccount, knownAs, type OpenIdentity, openIdentity } from "./open";

/** What a preview gathers on its way. */
export interface PreviewNotes {
  readonly failures: Failure[];
  readonly warnings: string[];
  readonly unknown: string[];
  /** Identities that are there already; `warnings` says the same in words. */
  readonly met: Meeting[];
}

export function openNotes(warnings: readonly string[] = []): PreviewNotes {
  return { failures: [], warnings: [...warnings], unknown: [], met: [] };
}

export function attempt<T>(notes: PreviewNotes, property: string, open: () => T): T | undefined {
  try {
    return open();
  } catch (error) {
    note(notes, property, error);
    return undefined;
  }
}

/** What may pass by itself is not known yet; what will not is a fault of the property. */
export function note(notes: PreviewNotes, property: string, error: unknown): void {
  if (!(error instanceof SesDomainError)) throw error;
  if (error.retryable) notes.unknown.push(explain(error));
  else notes.failures.push({ property, reason: explain(error) });
}

/** An identity with the account that its credentials are of, and what SES knows it by. */
export interface Located extends OpenIdentity {
  readonly account: Account;
  readonly arn: string;
}

/** ARNs by the names that the identities had: what the last run pinned. */
export type KnownArns = Readonly<Record<string, string>>;

/** What the ARNs say; an identity's own is the one of its name. */
function pinnedBy(knownArns: KnownArns) {
  return Object.entries(knownArns).map(([name, arn]) => {
    const [, , , region = "", accountId = ""] = arn.split(":");
    return { name, region, accountId };
  });
}

/** The account where an identity of this name and region was made, or found. */
function pinnedTo(
  knownArns: KnownArns,
  { name, region }: Pick<CheckedIdentity, "name" | "region">,
): string | undefined {
  return pinnedBy(knownArns).find((one) => one.name === (name ?? region) && one.region === region)?.accountId;
}

/** The identities of a program. Those without credentials are noted, and then nothing is returned. */
export function openDeclared(
  identities: readonly CheckedIdentity[],
  knownArns: KnownArns,
  clients: Clients,
  notes: PreviewNotes,
): readonly OpenIdentity[] | undefined {
  const opened = identities.map((one, index) =>
    attempt(notes, `identities[${index}]`, () => openIdentity(one, clients, pinnedTo(knownArns, one))),
  );
  return opened.every((one) => one !== undefined) ? opened : undefined;
}

/** The identities whose credentials are of the account that they are pinned to; the rest is noted. */
export async function openAccounts(
  opened: readonly OpenIdentity[],
  what: IdentityName,
  knownArns: KnownArns,
  notes: PreviewNotes,
  ctx: Ctx,
): Promise<Located[]> {
  const pinned = pinnedBy(knownArns);
  const located = await Promise.all(
    opened.map(async (open, index) => {
      try {
        const account = await expectedAccount(open, undefined, ctx, pinnedTo(knownArns, open.spec));
        knownAs(pinned, open, account);
        return { ...open, account, arn: identityArn(account, open.spec.region, what) };
      } catch (error) {
        note(notes, `identities[${index}]`, error);
        return undefined;
      }
    }),
  );
  return located.filter((one) => one !== undefined);
}

/** The same, silent about those whose account cannot be learned, or is not the one that the program names. */
export async function locate(
  opened: readonly OpenIdentity[],
  what: IdentityName,
  ctx: Ctx,
): Promise<readonly Located[]> {
  const ignored = openNotes();
  return openAccounts(opened, what, {}, ignored, ctx);
}

/** Whether the last run made, or found, this identity. */
export function isKnown(knownArns: KnownArns, { arn }: Pick<Located, "arn">): boolean {
  return Object.values(knownArns).includes(arn);
}

/**
 * The ARNs to keep as inputs, by name. An account that could not be learned this time stays pinned to what it was: a
 * pin that one failed question loses would let another account's credentials in. Undefined while one is neither known nor pinned.
 */
export function knownArnsOf(
  opened: readonly OpenIdentity[],
  located: readonly Located[],
  knownArns: KnownArns,
): Readonly<Record<string, string>> | undefined {
  const arns = opened.map(({ spec }): [string, string | undefined] => [
    spec.name,
    located.find((one) => one.spec.name === spec.name)?.arn ?? knownArns[spec.name],
  ]);
  if (arns.every(([, arn]) => arn !== undefined)) return Object.fromEntries(arns) as Record<string, string>;
  return Object.keys(knownArns).length > 0 ? knownArns : undefined;
}

/** The program declares them too, though it could not be learned now which account their credentials are of. */
export function claimKnown(
  opened: readonly OpenIdentity[],
  located: readonly Located[],
  knownArns: KnownArns,
  claim: (arn: string) => unknown,
): void {
  for (const { spec } of opened) {
    const arn = knownArns[spec.name];
    if (arn !== undefined && !located.some((one) => one.spec.name === spec.name)) claim(arn);
  }
}

/** Refuses what another entry, or another resource of this run, declares already. `claim` tells which. */
export function claimIdentities(
  identities: readonly Located[],
  what: IdentityName,
  claim: (identity: string) => string | undefined,
  notes: PreviewNotes,
): void {
  for (const [index, { account, arn, spec }] of identities.entries()) {
    const twin = identities.findIndex((one) => one.arn === arn);
    const other = twin < index ? `identities[${twin}]` : claim(arn);
    if (other === undefined) continue;
    notes.failures.push({
      property: `identities[${index}]`,
      reason: `is declared by ${other} too: ${what} in ${spec.region} of account ${account.id} is one identity. Declare it once.`,
    });
  }
}
