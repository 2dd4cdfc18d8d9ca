import { identityName } from "../../provider/ses/port";
import { noDkim } from "./dkim";
import type { Identity } from "./identity";
import { NO_INFO } from "./look-info";
import type { Scope } from "./scope";
import { openTagHistory, type Tags } from "./tags";

/** The identities of all accounts and regions. Names are matched as `identityName` writes them. */
export interface IdentityStore {
  find(scope: Scope, name: string): Identity | undefined;
  /** Throws a RangeError for an unknown identity. */
  take(scope: Scope, name: string): Identity;
  /** In the order they were made; of all accounts and regions without a filter. */
  list(filter?: Partial<Scope>): readonly Identity[];
  /** All, for the timer. */
  all(): Iterable<Identity>;
  /** Whether this identity is still there, not another of its name. */
  holds(identity: Identity): boolean;
  create(scope: Scope, name: string, kind: Identity["kind"]): Identity;
  remove(scope: Scope, name: string): Identity | undefined;
  setTags(identity: Identity, tags: Tags): void;
  tags(scope: Scope, name: string, at?: number): Tags | undefined;
}

export function openIdentityStore(now: () => number): IdentityStore {
  const held = new Map<string, Identity>();
  const made = new Map<string, number>();
  const history = openTagHistory(now);
  let sequence = 0;
  const keyOf = (scope: Scope, name: string) => `${scope.accountId}/${scope.region}/${identityName(name)}`;
  return {
    find: (scope, name) => held.get(keyOf(scope, name)),
    take(scope, name) {
      const found = held.get(keyOf(scope, name));
      if (!found) throw new RangeError(`SES in ${scope.region} of ${scope.accountId} has no identity ${name}`);
      return found;
    },
    list: ({ accountId, region } = {}) =>
      [...held.values()].filter(
        (one) => (accountId ?? one.accountId) === one.accountId && (region ?? one.region) === one.region,
      ),
    all: () => held.values(),
    holds: (identity) => held.get(keyOf(identity, identity.name)) === identity,
    create(scope, name, kind) {
      const key = keyOf(scope, name);
      const generation = (made.get(key) ?? 0) + 1;
      made.set(key, generation);
      sequence += 1;
      const identity: Identity = {
        accountId: scope.accountId,
        region: scope.region,
        name: identityName(name),
        kind,
        sequence,
        createdAt: now(),
        generation,
        status: "NotStarted",
        token: undefined,
        dkim: noDkim(now()),
        mailFrom: undefined,
        feedbackForwarding: true,
        configurationSet: undefined,
        tags: new Map(),
        since: now(),
        revision: 0,
        nextLook: undefined,
        warned: undefined,
        link: undefined,
        info: NO_INFO,
      };
      held.set(key, identity);
      return identity;
    },
    remove(scope, name) {
      const key = keyOf(scope, name);
      const identity = held.get(key);
      history.note(key, new Map());
      held.delete(key);
      return identity;
    },
    setTags(identity, tags) {
      identity.tags = new Map(tags);
      history.note(keyOf(identity, identity.name), identity.tags);
    },
    tags(scope, name, at) {
      const key = keyOf(scope, name);
      const identity = held.get(key);
      return identity && at !== undefined ? history.at(key, at) : identity?.tags;
    },
  };
}
