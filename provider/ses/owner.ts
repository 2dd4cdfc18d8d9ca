import type { Owner } from "./port";

export const OWNER_TAG = "sesdomain:owner";

/** SESv2 API reference, Tag: at most 256 letters, digits, blanks and `_ . : / = + - @`. */
const TAG_VALUE = /^[\p{L}\p{N} _.:/=+\-@]{1,256}$/u;

/** `project/stack/resource`; `undefined` where SES would not take it, or where it could not be read back. */
export function ownerTag(owner: Owner): string | undefined {
  const value = `${owner.project}/${owner.stack}/${owner.resource}`;
  const readable = parseOwner(value);
  const same =
    readable?.project === owner.project && readable.stack === owner.stack && readable.resource === owner.resource;
  return same && TAG_VALUE.test(value) ? value : undefined;
}

/** The stack may hold slashes (`organisation/stack`); project and resource hold none. */
export function parseOwner(value: string): Owner | undefined {
  const parts = value.split("/");
  const [project] = parts;
  const resource = parts.at(-1);
  const stack = parts.slice(1, -1).join("/");
  if (!project || !stack || !resource) return undefined;
  return { project, stack, resource };
}
