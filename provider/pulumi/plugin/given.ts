import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Props } from "../../lifecycle/lifecycle";
import { openSecrets, type Secrets } from "../secrets";
import { unwrap } from "./values";

/** Values that came from the engine: plain, with the paths of those that are secret. */
export interface Given {
  readonly props: Props;
  readonly paths: readonly string[];
}

export function givenIn(struct: Struct | undefined): Given {
  const { props, secrets } = unwrap((struct?.toJavaScript() ?? {}) as Props);
  return { props, paths: secrets };
}

/** The secrets of all that came with a call. */
export function secretsIn(given: readonly Given[]): Secrets {
  const named = given.flatMap(({ props, paths }) => (paths.length === 0 ? [] : [{ props, paths }]));
  const [only] = named;
  if (named.length <= 1) return openSecrets(only?.paths ?? [], only?.props ?? {});
  // The first ones are the program's: their paths are those of the arguments.
  const [first, ...others] = named.map(({ props, paths }) => openSecrets(paths, props));
  return others.reduce((all, one) => also(all, one), first ?? openSecrets([], {}));
}

/** The same, and texts name settings as a user of this provider knows them. */
export function worded(secrets: Secrets, words: (text: string) => string): Secrets {
  const hide = (text: string) => words(secrets.hide(text));
  return {
    ...secrets,
    hide,
    quiet: (log) => ({
      status: (text, kind) => log.status(hide(text), kind),
      info: (text) => log.info(hide(text)),
      warn: (text) => log.warn(hide(text)),
      debug: (text) => log.debug(hide(text)),
    }),
    shown(failure) {
      const { property, reason } = secrets.shown(failure);
      return { property, reason: words(reason) };
    },
  };
}

function also(one: Secrets, other: Secrets): Secrets {
  return {
    hide: (text) => other.hide(one.hide(text)),
    repeatedIn: (props) => [...new Set([...one.repeatedIn(props), ...other.repeatedIn(props)])],
    quiet: (log) => other.quiet(one.quiet(log)),
    shown(failure) {
      const { property, reason } = one.shown(failure);
      return { property, reason: other.hide(reason) };
    },
  };
}
