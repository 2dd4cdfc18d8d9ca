// What the types in provider/resources say, as data: the resources with their outputs, and the objects that they take and
// give, each property with its type, whether it is required, and its comment. A reference or a schema can be made from it.
import ts from "typescript";
import { root } from "../paths.mjs";

/** @typedef {{ kind: "text" | "number" | "boolean" } | { kind: "choice", values: (string | number | boolean)[] } | { kind: "list" | "map", of: Shape } | { kind: "object", name: string } | { kind: "either", of: Shape[] }} Shape */
/** @typedef {{ name: string, shape: Shape, required: boolean, comment: string }} Property */
/** @typedef {{ name: string, comment: string, properties: Property[] }} ObjectType */
/** @typedef {{ name: string, comment: string, args: string, outputs: Property[] }} Resource */

/** @returns {{ resources: Resource[], objects: Map<string, ObjectType> }} */
export function readTypes(files) {
  const config = ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const program = ts.createProgram(files, { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  /** @type {Map<string, ObjectType>} */
  const objects = new Map();
  const resources = [];
  for (const file of files) {
    const source = program.getSourceFile(file);
    for (const statement of source?.statements ?? []) {
      if (!ts.isClassDeclaration(statement) || statement.name === undefined) continue;
      resources.push(resourceOf(statement));
    }
  }
  return { resources, objects };

  function resourceOf(declaration) {
    const symbol = checker.getSymbolAtLocation(declaration.name);
    const outputs = declaration.members
      .filter((member) => ts.isPropertyDeclaration(member) && member.name !== undefined)
      .map((member) => {
        const own = checker.getSymbolAtLocation(member.name);
        const [inner] = argumentsOf(checker.getTypeAtLocation(member));
        return propertyOf(own, inner);
      });
    const made = declaration.members.find((member) => ts.isConstructorDeclaration(member));
    const args = checker.getTypeAtLocation(made.parameters[1]);
    return { name: symbol.name, comment: commentOf(symbol), args: addObject(args), outputs };
  }

  function propertyOf(symbol, type) {
    const optional = (symbol.flags & ts.SymbolFlags.Optional) !== 0 || hasUndefined(type);
    return { name: symbol.name, shape: shapeOf(type), required: !optional, comment: commentOf(symbol) };
  }

  function commentOf(symbol) {
    return ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s*\n\s*/g, " ");
  }

  function hasUndefined(type) {
    if (type.aliasSymbol?.name === "Input") return hasUndefined(type.aliasTypeArguments[0]);
    return type.isUnion() && type.types.some((each) => (each.flags & ts.TypeFlags.Undefined) !== 0);
  }

  function argumentsOf(type) {
    return type.aliasTypeArguments ?? checker.getTypeArguments(type);
  }

  function isNamed(type, ...names) {
    return names.includes(type.aliasSymbol?.name ?? type.symbol?.name);
  }

  /** @returns {Shape} */
  function shapeOf(given) {
    // Without Pulumi's inputs, outputs and promises, and without what stands for a value that is left out.
    if (given.aliasSymbol?.name === "Input") return shapeOf(given.aliasTypeArguments[0]);
    const type = checker.getNonNullableType(given);
    if (type.isLiteral()) return { kind: "choice", values: [type.value] };
    if (type.flags & ts.TypeFlags.String || isFqdn(type)) return { kind: "text" };
    if (type.flags & ts.TypeFlags.Number) return { kind: "number" };
    if (type.flags & ts.TypeFlags.BooleanLike) return { kind: "boolean" };
    if (checker.isArrayType(type)) return { kind: "list", of: shapeOf(argumentsOf(type)[0]) };
    const index = checker.getIndexTypeOfType(type, ts.IndexKind.String);
    if (index !== undefined) return { kind: "map", of: shapeOf(index) };
    if (type.isUnion()) return unionOf(type);
    return { kind: "object", name: addObject(type) };
  }

  function unionOf(type) {
    const values = type.types.filter((each) => !isNamed(each, "OutputInstance", "Promise", "OutputImpl"));
    if (values.every((each) => (each.flags & ts.TypeFlags.BooleanLike) !== 0)) return { kind: "boolean" };
    const flags = values.filter((each) => (each.flags & ts.TypeFlags.BooleanLike) !== 0);
    // Of true and false together the compiler makes a boolean.
    const single = flags.length === 1 ? flags : [];
    const chosen = values.filter((each) => each.isLiteral() || single.includes(each));
    const shapes = new Map(
      values
        .filter((each) => !chosen.includes(each))
        .map(shapeOf)
        .map((shape) => [JSON.stringify(shape), shape]),
    );
    const choice = { kind: "choice", values: chosen.map((each) => each.value ?? each.intrinsicName === "true") };
    const of = [...(chosen.length > 0 ? [choice] : []), ...shapes.values()];
    return of.length === 1 ? of[0] : { kind: "either", of };
  }

  /** A name of DNS is text to a program. */
  function isFqdn(type) {
    return type.isIntersection() && type.types.some((each) => (each.flags & ts.TypeFlags.String) !== 0);
  }

  function addObject(type) {
    const kind = kindOf(type);
    const name = kind ?? type.aliasSymbol?.name ?? type.symbol.name;
    if (!objects.has(name)) {
      const symbol = type.aliasSymbol ?? type.symbol;
      const object = { name, comment: commentOf(symbol), properties: [] };
      objects.set(name, object);
      for (const property of checker.getPropertiesOfType(type)) {
        object.properties.push(propertyOf(property, checker.getTypeOfSymbol(property)));
      }
    }
    return name;
  }

  /** A DNS host's entry is told apart by its kind. */
  function kindOf(type) {
    const property = type.getProperty("kind");
    if (property === undefined) return undefined;
    const shape = shapeOf(checker.getTypeOfSymbol(property));
    return shape.kind === "choice" && shape.values.length === 1 ? `${shape.values[0]} host` : undefined;
  }
}
