// The provider's inputs in the schema, from provider/pulumi/plugin/config-keys.ts.
//
// The environment is named in the description and is no default: code generators would read it where a program makes a provider
// of its own, and the state would keep what it held, also where configuration is to win over it.

/**
 * @typedef {{ name: string, type: "text" | "number" | "boolean" | "object" | "list", options?: readonly string[], secret: boolean,
 *   comment: string, env?: readonly string[] }} ConfigKey
 */

const ANY = { $ref: "pulumi.json#/Any" };
const MAP = { type: "object", additionalProperties: ANY };

/** What the values of an object and the entries of a list are, where that is not text. */
const WITHIN = { assumeRole: ANY, assumeRoleWithWebIdentity: ANY, assumeRoles: MAP, credentials: MAP };

/** @param {readonly ConfigKey[]} keys */
export function configOf(keys, { enumOf }) {
  // Generated code for nodejs reads a configuration variable of an enum as JSON, which a bare word is not: there it is text.
  const variables = keys.map((key) => [key.name, propertyOf(key, specOf(key))]);
  const inputs = keys.map((key) => {
    const spec =
      key.options === undefined ? specOf(key) : { $ref: `#/types/${enumOf(key.options, "Provider", key.name)}` };
    return [key.name, propertyOf(key, spec)];
  });
  return { variables: Object.fromEntries(variables), inputs: Object.fromEntries(inputs) };
}

function specOf({ name, type }) {
  switch (type) {
    case "object":
      return { type: "object", additionalProperties: WITHIN[name] ?? { type: "string" } };
    case "list":
      return { type: "array", items: WITHIN[name] ?? { type: "string" } };
    case "number":
      return { type: "integer" };
    default:
      return { type: type === "text" ? "string" : "boolean" };
  }
}

function propertyOf({ comment, env = [], options, secret }, spec) {
  const choices = options === undefined ? "" : ` One of ${options.map((one) => `\`${one}\``).join(", ")}.`;
  const names = env.map((name) => `\`${name}\``).join(", ");
  const left = names === "" ? "" : ` Where it is left out, read from the environment: ${names}.`;
  return { ...spec, description: `${comment}${choices}${left}`, ...(secret && { secret: true }) };
}
