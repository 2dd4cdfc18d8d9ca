// The plugin's functions in the schema, from the declarations in provider/pulumi/plugin/functions.
import { pascal } from "./names.mjs";
import { sentence } from "./texts.mjs";

/**
 * @typedef {"text" | "whole" | "number" | "boolean" | { list: ValueType } | { object: string, comment: string, properties: Properties }} ValueType
 * @typedef {{ type: ValueType, comment: string, required?: boolean, choices?: readonly (string | number)[], fallback?: string | boolean }} Property
 * @typedef {Readonly<Record<string, Property>>} Properties
 * @typedef {{ token: string, comment: string, inputs: Properties, outputs: Properties }} FunctionDeclaration
 */

/**
 * The objects that they take and give, as read-types.mjs has those of the resources.
 *
 * @param {readonly FunctionDeclaration[]} functions
 * @returns {ReadonlyMap<string, import("../reference/read-types.mjs").ObjectType>}
 */
export function objectsOf(functions) {
  const found = new Map();
  const visit = (type) => {
    if (typeof type === "string") return;
    if ("list" in type) return visit(type.list);
    if (found.has(type.object)) return;
    found.set(type.object, undefined);
    for (const property of Object.values(type.properties)) visit(property.type);
    found.set(type.object, { name: type.object, comment: type.comment, properties: listOf(type.properties) });
  };
  for (const { inputs, outputs } of functions) {
    for (const { type } of [...Object.values(inputs), ...Object.values(outputs)]) visit(type);
  }
  return found;
}

/** @param {readonly FunctionDeclaration[]} functions */
export function functionsOf(functions, { propertySpec }, texts) {
  return Object.fromEntries(
    functions.map(({ token, comment, inputs, outputs }) => {
      const [, owner] = /:(?:get)?([A-Za-z]+)$/.exec(token) ?? [];
      const bag = (properties) => {
        const all = listOf(properties);
        const named = all.map((one) => [
          one.name,
          { ...propertySpec(one, pascal(owner)), description: texts.withDefault(sentence(one.comment), one.fallback) },
        ]);
        const required = all.filter((one) => one.required).map(({ name }) => name);
        return { type: "object", properties: Object.fromEntries(named), ...(required.length > 0 && { required }) };
      };
      return [token, { description: texts.plain(sentence(comment)), inputs: bag(inputs), outputs: bag(outputs) }];
    }),
  );
}

/** @param {Properties} properties */
function listOf(properties) {
  return Object.entries(properties).map(([name, { type, comment, required, choices, fallback }]) => ({
    name,
    shape: shapeOf(type, choices),
    required: required === true,
    comment,
    fallback: fallback === undefined ? undefined : JSON.stringify(fallback),
  }));
}

/** The numbers of the resources are whole. */
const KINDS = { text: "text", whole: "number", number: "fraction", boolean: "boolean" };

function shapeOf(type, choices) {
  if (typeof type === "object") {
    return "list" in type ? { kind: "list", of: shapeOf(type.list, choices) } : { kind: "object", name: type.object };
  }
  return choices === undefined ? { kind: KINDS[type] } : { kind: "choice", values: [...choices] };
}
