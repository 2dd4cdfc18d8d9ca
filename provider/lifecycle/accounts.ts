import type { Ctx } from "../core/ctx";
import { explain, SesDomainError } from "../core/errors";
import type { Account, IdentityName } from "../ses/port";
import type { Failure } from "./args";
import { type OpenIdentity, pinnedAccount } from "./identities";

/** What a preview gathers on its way. */
export interface Notes {
  readonly failures: Failure[];
  readonly warnings: string[];
  readonly unknown: string[];
}

export function attempt<T>(notes: Notes, property: string, open: () => T): T | undefined {
  try {
    return open();
  } catch (error) {
    note(notes, property, error);
    return undefined;
  }
}

/** What may pass by itself is not known yet; what will not is a fault of the property. */
export function note(notes: Notes, property: string, error: unknown): void {
  if (!(error instanceof SesDomainError)) throw error;
  if (error.retryable) notes.unknown.push(explain(error));
  else notes.failures.push({ property, reason: explain(error) });
}

/** The identities whose credentials are of the account that the state pins them to (`pins`: ARNs by name); the rest is noted. */
export async function openAccounts(
  opened: readonly OpenIdentity[],
  pins: Readonly<Record<string, string>>,
  notes: Notes,
  ctx: Ctx,
): Promise<(OpenIdentity & { account: Account })[]> {
  const accounts = await Promise.all(
    opened.map(async (open, index) => {
      try {
        const pinned = pins[open.spec.name]?.split(":")[4];
        return { ...open, account: await pinnedAccount(open, pinned, ctx) };
      } catch (error) {
        note(notes, `identities[${index}]`, error);
        return undefined;
      }
    }),
  );
  return accounts.filter((one) => one !== undefined);
}

/** Refuses what another resource of this run declares already. `claim` tells which. */
export function claimIdentities(
  identities: readonly (OpenIdentity & { readonly account: Account })[],
  what: IdentityName,
  claim: (identity: string) => string | undefined,
  notes: Notes,
): void {
  for (const [index, { account, spec }] of identities.entries()) {
    const other = claim(`${account.id}/${spec.region}/${what}`);
    if (other === undefined) continue;
    notes.failures.push({
      property: `identities[${index}]`,
      reason: `is declared by ${other} too: ${what} in ${spec.region} of account ${account.id} is one identity. Declare it once.`,
    });
  }
}
