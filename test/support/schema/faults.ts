import { type PackageSpec, referred, type TypeSpec } from "./types";
import type { ObjectShape } from "./values";
import { shapeOf } from "./values";

/** How a value differs from an object of the schema: what is missing, is of another type, or is not in it. Empty where it does not. */
export function faultsOf(
  spec: PackageSpec,
  { name, properties, required }: ObjectShape,
  value: unknown,
): readonly string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${name} is no object`];
  const bag = value as Readonly<Record<string, unknown>>;
  const missing = required.filter((one) => bag[one] === undefined).map((one) => `${name} lacks ${one}`);
  const faults = Object.entries(bag).flatMap(([key, entry]) => {
    const property = properties[key];
    return property === undefined ? [`${name} has ${key}`] : typeFaults(spec, property, entry, `${name}.${key}`);
  });
  return [...missing, ...faults];
}

function typeFaults(spec: PackageSpec, type: TypeSpec, value: unknown, at: string): readonly string[] {
  if (type.oneOf !== undefined) {
    const tried = type.oneOf.map((one) => typeFaults(spec, one, value, at));
    return tried.find((faults) => faults.length === 0) ?? tried[0] ?? [];
  }
  const complex = referred(spec, type);
  if (complex?.enum !== undefined) {
    return complex.enum.some((one) => one.value === value) ? [] : [`${at} is none of its choices`];
  }
  if (complex !== undefined) return faultsOf(spec, shapeOf(type, complex), value);
  if (type.type === "array") {
    return Array.isArray(value)
      ? value.flatMap((entry) => typeFaults(spec, type.items ?? {}, entry, `${at}[]`))
      : [`${at} is no list`];
  }
  if (type.type === "object") {
    return typeof value === "object" && value !== null
      ? Object.values(value).flatMap((entry) => typeFaults(spec, type.additionalProperties ?? {}, entry, `${at}{}`))
      : [`${at} is no map`];
  }
  const wanted = type.type === "integer" ? "number" : type.type;
  return wanted === undefined || typeof value === wanted ? [] : [`${at} is a ${typeof value}, not a ${type.type}`];
}
