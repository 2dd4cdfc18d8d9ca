import type { TokenHolder } from "../records/requirements";
import type { DkimState } from "./state";
import { EASY_DKIM } from "./state";
import type { SendingWish } from "./wish";

interface Identity {
  readonly name: string;
  readonly identityArn?: string | undefined;
  readonly token: string;
  readonly dkim?: Pick<DkimState, "method" | "tokens" | "zone"> | undefined;
}

/**
 * An identity with the records that the program wants for it. Those of Easy DKIM stay wanted where the program no longer asks
 * for it: SES goes on signing.
 */
export function holderOf({ name, identityArn, token, dkim }: Identity, wish: SendingWish | undefined): TokenHolder {
  const isOurs = dkim?.method === EASY_DKIM && wish?.dkim !== "keep";
  const mailFrom = wish?.mailFrom;
  return {
    name,
    identityArn,
    token,
    dkim: isOurs ? dkim : undefined,
    mailFrom: mailFrom === undefined || mailFrom === false ? undefined : mailFrom,
  };
}

/** The records of an identity's DKIM that are looked at: also those that the program only watches. */
export function watchedHolderOf(identity: Identity, wish: SendingWish | undefined): TokenHolder {
  const watches = wish !== undefined && wish.dkim !== false;
  return { ...holderOf(identity, wish), dkim: watches ? identity.dkim : undefined };
}
