import type { Scope } from "./scope";
import { refuseTags, type Tag, type Tags } from "./tags";

/** A configuration set: its name and tags, nothing that it configures. */
interface ConfigurationSet {
  readonly name: string;
  tags: Tags;
  /** The order of lists. */
  readonly sequence: number;
}

/** The configuration sets of each account and region. */
export interface ConfigurationSets {
  /** Why SES refuses it (`exists`, or a message); `undefined` where it was made. */
  create(scope: Scope, name: string, tags?: readonly Tag[]): "exists" | { readonly message: string } | undefined;
  find(scope: Scope, name: string): Readonly<ConfigurationSet> | undefined;
  /** Replaces all tags, without judging them. Throws a RangeError for an unknown set. */
  setTags(scope: Scope, name: string, tags: Tags): void;
  /** In the order they were made. */
  list(scope: Scope): readonly Readonly<ConfigurationSet>[];
  /** Whether there was one. */
  remove(scope: Scope, name: string): boolean;
}

/** SESv2 API reference, CreateConfigurationSet. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

export function openConfigurationSets(): ConfigurationSets {
  const held = new Map<string, ConfigurationSet & Scope>();
  let sequence = 0;
  const keyOf = ({ accountId, region }: Scope, name: string) => `${accountId}/${region}/${name}`;
  return {
    create(scope, name, tags = []) {
      if (!NAME.test(name))
        return { message: "A configuration set's name has 1 to 64 letters, digits, hyphens and underscores." };
      const message = refuseTags(new Map(), tags);
      if (message !== undefined) return { message };
      const key = keyOf(scope, name);
      if (held.has(key)) return "exists";
      const { accountId, region } = scope;
      sequence += 1;
      held.set(key, { accountId, region, name, sequence, tags: new Map(tags.map((tag) => [tag.key, tag.value])) });
      return undefined;
    },
    find: (scope, name) => held.get(keyOf(scope, name)),
    setTags(scope, name, tags) {
      const set = held.get(keyOf(scope, name));
      if (!set) throw new RangeError(`there is no configuration set ${name}`);
      set.tags = new Map(tags);
    },
    list: ({ accountId, region }) =>
      [...held.values()].filter((one) => one.accountId === accountId && one.region === region),
    remove: (scope, name) => held.delete(keyOf(scope, name)),
  };
}
