import type { Account } from "../../aws/session-types";
import type { Ctx } from "../../core/ctx";
import { expectedAccount, type OpenIdentity, openIdentity } from "../identity/open";
import type { Clients } from "../observation/clients";
import type { Awaited } from "./arguments";

/** An awaited identity, in the account where it was made. */
export interface AwaitedIdentity extends OpenIdentity {
  readonly accountId: Account["id"];
}

/** Throws `account-changed` where the credentials are of another account than the one where the identity was made. */
export function openAwaited(
  { args, verifications }: Awaited,
  clients: Clients,
  ctx: Ctx,
): Promise<readonly AwaitedIdentity[]> {
  return Promise.all(
    args.identities.map(async (identity) => {
      const name = identity.name ?? identity.region;
      const pinned = verifications.find((one) => one.name === name)?.accountId;
      const opened = openIdentity(identity, clients, pinned);
      const { id } = await expectedAccount(opened, pinned, ctx);
      return { ...opened, accountId: id };
    }),
  );
}
