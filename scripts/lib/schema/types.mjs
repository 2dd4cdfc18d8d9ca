// Types of the schema, from the shapes of read-types.mjs.
//
// What the code generators of nodejs, python and go accept decides the forms:
// - Choices are enums: they refuse other values in each typed language. A single choice is a constant of its property. Next to
//   another type choices are text, for a union with an enum is that enum alone in Go: it could not be given `true`.
// - A DNS host is a union with a discriminator over objects with a constant `kind`.
// - "One or a list" is a union of that and of a list of it: a union of one level loses its discriminator. Where there is
//   nothing to choose from but that, it is a list: languages with types then keep them, and the checks read both.
// - "false or …" has a boolean in its union, since no language has a type of `false` alone. The checks refuse `true`.
// - In Go each union is `pulumi.Input` without a type of its own; the others list what it may be.
import { enumNames, typeName, valueName } from "./names.mjs";

/** @typedef {import("../reference/read-types.mjs").Shape} Shape */
/** @typedef {import("../reference/read-types.mjs").ObjectType} ObjectType */

const TOKEN = "sesdomain:index:";
const TEXT = { type: "string" };
const FLAG = { type: "boolean" };

/**
 * @param {ReadonlyMap<string, ObjectType>} objects by the names that shapes have
 * @param {(object: ObjectType, property: import("../reference/read-types.mjs").Property) => string} describe
 * @param {(object: ObjectType) => string} describeObject
 */
export function openTypes(objects, describe, describeObject) {
  /** What the schema lists, by token. */
  const types = new Map();
  /** Enums by their values. */
  const enums = new Map();
  return { types, specOf, propertySpec, enumOf };

  /**
   * @param {Shape | { kind: "fraction" }} shape
   * @param {string} owner what has the property, for the name of an enum
   */
  function specOf(shape, owner, property) {
    switch (shape.kind) {
      case "text":
        return TEXT;
      case "number":
        // Every number of a resource is whole: seconds, bits, ports.
        return { type: "integer" };
      case "fraction":
        return { type: "number" };
      case "boolean":
        return FLAG;
      case "list":
        return { type: "array", items: specOf(shape.of, owner, property) };
      case "map":
        return { type: "object", additionalProperties: specOf(shape.of, owner, property) };
      case "object":
        return refTo(objectOf(shape.name));
      case "choice":
        return choiceOf(shape.values, owner, property);
      default:
        return eitherOf(shape.of, owner, property);
    }
  }

  function choiceOf(values, owner, property) {
    const words = values.filter((value) => typeof value !== "boolean");
    // Numbers such as exit codes have no names.
    if (words.some((word) => valueName(property, word) === undefined)) return { type: "integer" };
    if (words.length === values.length) return refTo(enumOf(words, owner, property));
    return words.length === 0 ? FLAG : { oneOf: [FLAG, TEXT] };
  }

  function eitherOf(shapes, owner, property) {
    const lists = shapes.filter(({ kind }) => kind === "list");
    const single = shapes.filter(({ kind }) => kind !== "list");
    const specs = single.flatMap((shape) => {
      if (shape.kind === "choice" && shapes.length > 1) return nextToOthers(shape.values);
      const spec = specOf(shape, owner, property);
      return spec.oneOf ?? [spec];
    });
    const kinds = kindsOf(single);
    const one =
      kinds === undefined
        ? unionOf([...specs].sort((a, b) => rank(a) - rank(b)))
        : { oneOf: specs, discriminator: { propertyName: "kind", mapping: Object.fromEntries(kinds) } };
    if (lists.length === 0) return one;
    const list = { type: "array", items: one };
    return single.length === 1 && single[0].kind === "object" ? list : { oneOf: [one, list] };
  }

  function nextToOthers(values) {
    const flags = values.some((value) => typeof value === "boolean") ? [FLAG] : [];
    return values.some((value) => typeof value === "string") ? [...flags, TEXT] : flags;
  }

  /** Which object each `kind` is of; undefined where the shapes are not told apart by it. */
  function kindsOf(shapes) {
    const kinds = shapes.flatMap((shape) => {
      const own = shape.kind === "object" ? kindOf(objects.get(shape.name)) : undefined;
      return own === undefined ? [] : [[own, refTo(objectOf(shape.name)).$ref]];
    });
    return kinds.length > 1 && kinds.length === shapes.length ? kinds : undefined;
  }

  /** @returns {string} the token of an enum with these values */
  function enumOf(values, owner, property) {
    const key = JSON.stringify([...values].sort());
    const known = enums.get(key);
    if (known !== undefined) return known;
    const name = enumNames(owner, property).find((one) => !types.has(`${TOKEN}${one}`));
    if (name === undefined) throw new Error(`name the choices of ${owner}.${property} in scripts/lib/schema/names.mjs`);
    const token = `${TOKEN}${name}`;
    const type = values.every((value) => typeof value === "number") ? "integer" : "string";
    types.set(token, {
      type,
      description: `What \`${property}\` may be.`,
      enum: values.map((value) => ({ name: valueName(property, value), value })),
    });
    enums.set(key, token);
    return token;
  }

  /** @returns {string} its token */
  function objectOf(name) {
    const object = objects.get(name);
    if (object === undefined) throw new Error(`no object is called ${name}`);
    const token = `${TOKEN}${typeName(name)}`;
    const known = types.get(token);
    if (known !== undefined) {
      if (known.of !== object)
        throw new Error(`two types are called ${token}: name one in scripts/lib/schema/names.mjs`);
      return token;
    }
    const spec = { of: object };
    types.set(token, spec);
    spec.type = "object";
    spec.description = describeObject(object);
    spec.properties = Object.fromEntries(
      object.properties.map((one) => [one.name, propertyOf(object, one, typeName(name))]),
    );
    const needed = object.properties.filter(({ required }) => required).map((one) => one.name);
    if (needed.length > 0) spec.required = needed;
    return token;
  }

  function propertyOf(object, one, owner) {
    return { ...propertySpec(one, owner), description: describe(object, one) };
  }

  /** Of a property that is always the same, that. */
  function propertySpec({ name, shape }, owner) {
    const constant = constantOf(shape);
    if (constant === undefined) return specOf(shape, owner, name);
    return { ...(typeof constant === "string" ? TEXT : { type: "integer" }), const: constant };
  }
}

const refTo = (token) => ({ $ref: `#/types/${token}` });
const constantOf = (shape) => (shape.kind === "choice" && shape.values.length === 1 ? shape.values[0] : undefined);
const kindOf = (object) => {
  const own = object?.properties.find(({ name }) => name === "kind");
  return own === undefined ? undefined : constantOf(own.shape);
};
const unionOf = (specs) => (specs.length === 1 ? specs[0] : { oneOf: specs });
const ORDER = ["boolean", "integer", "string", "array", "object"];
const rank = (spec) => (spec.$ref === undefined ? ORDER.indexOf(spec.type) : ORDER.length);
