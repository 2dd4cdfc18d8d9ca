import type { Requirement } from "../../dns/requirement";
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

/**
 * Records that the program does not ask for, and that SES goes on using: they are neither written nor removed. Those of an
 * identity that is only used, and those of DKIM that the program only watches.
 */
export function isLeft(
  { owner }: Requirement,
  verifications: readonly { readonly name: string; readonly identityArn: string; readonly adopted: boolean }[],
  wishes: Readonly<Record<string, SendingWish>>,
): boolean {
  const holder = verifications.find(({ identityArn }) => identityArn === owner.arn);
  const wish = holder && wishes[holder.name];
  if (holder === undefined || wish === undefined || owner.purpose === "verification") return false;
  return holder.adopted || (owner.purpose === "dkim" && wish.dkim === "keep");
}

/** The records of an identity's DKIM that are looked at: also those that the program only watches. */
export function watchedHolderOf(identity: Identity, wish: SendingWish | undefined): TokenHolder {
  const watches = wish !== undefined && wish.dkim !== false;
  return { ...holderOf(identity, wish), dkim: watches ? identity.dkim : undefined };
}
