import { z } from "zod";
import type { ObjectType, Properties, Property, ValueType } from "./declaration";

/** The forms of JSON Schema (2020-12) that a zod schema of plain data has. */
interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly (string | number)[];
  readonly const?: string | number;
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly maximum?: number;
}

/** An integer of a Pulumi schema has 32 bits with a sign in C# and Java. A zone's serial has 32 without. */
const LARGEST_WHOLE = 0x7fff_ffff;

/** The same form under several keys has the name of the first; these keys name what it is. */
const NAMES: Readonly<Record<string, string>> = { verification: "part", spf: "part", dmarc: "part" };

/**
 * The properties of a zod object as those of a function. Objects in it are named after `prefix` and the key that they stand
 * under, with the key above where that name has another form. Throws where a form is not plain data.
 */
export function propertiesOf(schema: z.ZodObject, prefix: string): Properties {
  const objects = new Map<string, ObjectType>();
  const names = new Set<string>();

  function properties(node: Node, above: string): Properties {
    const entries = Object.entries(node.properties ?? {}).map(([key, child]): [string, Property] => {
      const choices = choicesOf(child.items ?? child);
      return [
        key,
        {
          type: typeOf(child, key, above),
          comment: child.description ?? "",
          ...(node.required?.includes(key) ? { required: true } : {}),
          // One that never changes is no choice.
          ...(choices === undefined || choices.length === 1 ? {} : { choices }),
        },
      ];
    });
    return Object.fromEntries(entries);
  }

  function typeOf(node: Node, key: string, above: string): ValueType {
    const [first] = choicesOf(node) ?? [];
    if (first !== undefined) return typeof first === "string" ? "text" : "whole";
    if (node.type === "string") return "text";
    if (node.type === "integer")
      return (node.maximum ?? Number.POSITIVE_INFINITY) <= LARGEST_WHOLE ? "whole" : "number";
    if (node.type === "boolean") return "boolean";
    if (node.type === "array" && node.items !== undefined) return { list: typeOf(node.items, singular(key), above) };
    if (node.type === "object" && node.properties !== undefined) return objectOf(node, NAMES[key] ?? key, above);
    throw new Error(`${above}.${key} has a form that no function can return: ${JSON.stringify(node)}`);
  }

  function objectOf(node: Node, key: string, above: string): ObjectType {
    const form = JSON.stringify({ ...node, description: undefined });
    const known = objects.get(form);
    if (known !== undefined) return known;
    const own = `${prefix}${pascal(key)}`;
    const object = names.has(own) ? `${prefix}${pascal(above)}${pascal(key)}` : own;
    names.add(object);
    const comment =
      key === "part" ? "How far one part of sending is." : (node.description ?? `A ${key} of the answer.`);
    const fresh = { object, comment, properties: properties(node, key) };
    objects.set(form, fresh);
    return fresh;
  }

  return properties(z.toJSONSchema(schema) as Node, "");
}

function choicesOf(node: Node): readonly (string | number)[] | undefined {
  if (node.enum !== undefined) return node.enum;
  if (node.const !== undefined) return [node.const];
  const all = node.anyOf?.map(choicesOf);
  return all?.every((each) => each !== undefined) ? all.flat() : undefined;
}

function singular(key: string): string {
  if (key.endsWith("ies")) return `${key.slice(0, -3)}y`;
  return key.endsWith("sses") ? key.slice(0, -2) : key.replace(/s$/, "");
}

function pascal(key: string): string {
  return key.slice(0, 1).toUpperCase() + key.slice(1);
}
