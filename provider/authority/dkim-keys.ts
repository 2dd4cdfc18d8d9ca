import type { Fqdn } from "../core/fqdn";
import type { Message } from "../wire/message";
import type { AskRecursive } from "./mail";
import { valuesIn } from "./reply";
import { isDefinite } from "./resolver";

/**
 * What resolvers find at a name that should hold a DKIM key (RFC 6376 section 3.6.1). `revoked`: its `p=` is empty. `other`: TXT
 * that is no key. `unasked`: another name had a key already, or too many were named.
 */
interface DkimKeySeen {
  readonly target: Fqdn;
  readonly state: "key" | "revoked" | "other" | "absent" | "unknown" | "unasked";
}

/**
 * `published`: one of the names has a key. SES publishes one behind a single token and keeps the other two names for a change of keys, so
 * more is not needed. `unpublished`: each was definitely seen without one. `unknown`: all else.
 */
export interface DkimKeys {
  readonly state: "published" | "unpublished" | "unknown";
  readonly targets: readonly DkimKeySeen[];
}

/** An identity has three tokens. */
const TARGETS_AT_MOST = 3;
const ALIASES_AT_MOST = 8;

/** Asks for one name after the other until one has a key: mostly one question. Contract: `Authority.dkimKeys`. */
export async function findDkimKeys(targets: readonly Fqdn[], ask: AskRecursive): Promise<DkimKeys> {
  const seen: DkimKeySeen[] = [];
  const found = () => seen.some(({ state }) => state === "key");
  for (const target of new Set(targets)) {
    const asks = seen.length < TARGETS_AT_MOST && !found();
    seen.push({ target, state: asks ? stateOf(await ask(target, "TXT"), target) : "unasked" });
  }
  const without = seen.every(({ state }) => state === "revoked" || state === "other" || state === "absent");
  return { state: found() ? "published" : without && seen.length > 0 ? "unpublished" : "unknown", targets: seen };
}

function stateOf(message: Message | undefined, target: Fqdn): DkimKeySeen["state"] {
  if (message === undefined || !isDefinite(message)) return "unknown";
  const texts = valuesIn(message, { name: endOf(message, target), type: "TXT" }).map(({ value }) => value);
  const kinds = texts.map(dkimKeyIn);
  return kinds.find((kind) => kind === "key") ?? kinds.find((kind) => kind !== undefined) ?? noKey(texts);
}

function noKey(texts: readonly string[]): DkimKeySeen["state"] {
  return texts.length > 0 ? "other" : "absent";
}

/** The name that the resolver's answer ends at: SES may lead the names of its tokens on. */
function endOf({ answers }: Message, target: Fqdn): Fqdn {
  let at = target;
  for (let hop = 0; hop < ALIASES_AT_MOST; hop++) {
    const alias = answers.find((record) => record.type === "CNAME" && record.name === at);
    if (alias?.type !== "CNAME") return at;
    at = alias.target as Fqdn;
  }
  return at;
}

/** What a TXT value is as a DKIM key record (RFC 6376 sections 3.2 and 3.6.1); undefined where it is none. `revoked`: `p=` is empty. */
export function dkimKeyIn(text: string): "key" | "revoked" | undefined {
  const parts = text.split(";").map((part) => part.trim());
  const tags = (parts.at(-1) === "" ? parts.slice(0, -1) : parts).map((part) => {
    const [, name = "", value = ""] = /^([A-Za-z][A-Za-z0-9_]*)\s*=\s*([\s\S]*)$/.exec(part) ?? [];
    return { name, value };
  });
  const names = tags.map(({ name }) => name);
  if (names.includes("") || new Set(names).size < names.length) return undefined;
  const version = tags.findIndex(({ name }) => name === "v");
  if (version > 0 || (version === 0 && tags[0]?.value !== "DKIM1")) return undefined;
  const key = tags.find(({ name }) => name === "p")?.value.replace(/\s+/g, "");
  if (key === undefined) return undefined;
  if (key === "") return "revoked";
  return /^[A-Za-z0-9+/]+={0,2}$/.test(key) ? "key" : undefined;
}
