import { joinPath } from "../../core/path";
import { UNKNOWN } from "../../lifecycle/arguments/types";
import type { Props } from "../../lifecycle/lifecycle";
import { WIRE_UNKNOWN } from "../inputs";

/*
 * Values as the protocol has them: a secret, an output, an asset or a reference to a resource is an object with a signature
 * (pulumi/pulumi, sdk/go/common/resource/plugin/rpc.go).
 */

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** One mark a type: text, boolean, number, list, asset, archive, object. */
const UNKNOWNS: ReadonlySet<unknown> = new Set([
  WIRE_UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Plain values: what is not known yet is `UNKNOWN`. */
export interface Unwrapped {
  readonly props: Props;
  /** Paths of what was secret, `dns.credentials`. */
  readonly secrets: readonly string[];
}

/** Takes the values out of their envelopes. */
export function unwrap(wire: Props): Unwrapped {
  const secrets: string[] = [];
  const read = (value: unknown, path: string): unknown => {
    if (UNKNOWNS.has(value)) return UNKNOWN;
    if (Array.isArray(value)) return value.map((entry, index) => read(entry, `${path}[${index}]`));
    if (typeof value !== "object" || value === null) return value;
    // Most objects are no envelope: only of one is a copy made without its signature.
    if (!(SIGNATURE in value)) return readMembers(value as Props, path);
    const { [SIGNATURE]: signature, ...members } = value as Props;
    switch (signature) {
      case SECRET:
        secrets.push(path);
        return read(members.value, path);
      case OUTPUT:
        if (members.secret === true) secrets.push(path);
        return "value" in members ? read(members.value, path) : UNKNOWN;
      case RESOURCE:
        return read(members.id ?? members.urn, path);
      default:
        // An asset: no argument takes one, and its check says what it takes.
        return readMembers(members, path);
    }
  };
  const readMembers = (members: Props, path: string): Props =>
    Object.fromEntries(Object.entries(members).map(([key, entry]) => [key, read(entry, joinPath(path, key))]));
  return { props: readMembers(wire, ""), secrets };
}

/** Plain values as the protocol has them; what is at or below one of the paths is a secret. */
export function wrap(props: Props, secrets: Iterable<string> = []): Props {
  const secret = new Set(secrets);
  const write = (value: unknown, path: string): unknown =>
    path !== "" && secret.has(path) ? { [SIGNATURE]: SECRET, value: writePlain(value, path) } : writePlain(value, path);
  const writePlain = (value: unknown, path: string): unknown => {
    if (value === UNKNOWN) return WIRE_UNKNOWN;
    if (Array.isArray(value)) return value.map((entry, index) => write(entry ?? null, `${path}[${index}]`));
    if (typeof value !== "object" || value === null) return value;
    return writeMembers(value as Props, path);
  };
  // The protocol's objects have no undefined.
  const writeMembers = (members: Props, path: string): Props =>
    Object.fromEntries(
      Object.entries(members).flatMap(([key, entry]) =>
        entry === undefined ? [] : [[key, write(entry, joinPath(path, key))]],
      ),
    );
  return writeMembers(props, "");
}
