import type { Scope } from "./scope";

/** What SES tells of an account in a region (SESv2, GetAccount). */
interface AccountSettings {
  /** False in the sandbox. Default true. */
  readonly productionAccess: boolean;
  /** False while sending is paused. Default true. */
  readonly sendingEnabled: boolean;
}

/** Of each account and region. */
export interface AccountBook {
  of(scope: Scope): AccountSettings;
  set(scope: Scope, settings: Partial<AccountSettings>): void;
}

export function openAccountBook(): AccountBook {
  const held = new Map<string, AccountSettings>();
  const keyOf = ({ accountId, region }: Scope) => `${accountId}/${region}`;
  const of = (scope: Scope) => held.get(keyOf(scope)) ?? { productionAccess: true, sendingEnabled: true };
  return {
    of,
    set: (scope, settings) => void held.set(keyOf(scope), { ...of(scope), ...settings }),
  };
}
