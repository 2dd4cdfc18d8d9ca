import { readSchema } from "../../../provider/pulumi/plugin/schema";

/** A type as the schema writes it (pulumi/pulumi pkg/codegen/schema, PackageSpec). */
export interface TypeSpec {
  readonly type?: "string" | "integer" | "number" | "boolean" | "array" | "object";
  readonly $ref?: string;
  readonly items?: TypeSpec;
  readonly additionalProperties?: TypeSpec;
  readonly oneOf?: readonly TypeSpec[];
  readonly discriminator?: { readonly propertyName: string; readonly mapping: Readonly<Record<string, string>> };
}

export interface PropertySpec extends TypeSpec {
  readonly description?: string;
  readonly const?: string;
  readonly secret?: boolean;
  readonly default?: unknown;
  readonly defaultInfo?: unknown;
  readonly replaceOnChanges?: boolean;
  readonly willReplaceOnChanges?: boolean;
}

export type PropertySpecs = Readonly<Record<string, PropertySpec>>;

/** An object, or an enum. */
export interface ComplexSpec {
  readonly type: string;
  readonly description?: string;
  readonly properties?: PropertySpecs;
  readonly required?: readonly string[];
  readonly enum?: readonly { readonly name: string; readonly value: string | number }[];
}

export interface ResourceSpec {
  readonly description: string;
  readonly inputProperties: PropertySpecs;
  readonly requiredInputs: readonly string[];
  readonly properties: PropertySpecs;
  readonly required: readonly string[];
  readonly aliases: readonly { readonly type: string }[];
}

interface FunctionSpec {
  readonly description: string;
  readonly inputs?: ComplexSpec;
  readonly outputs?: ComplexSpec;
}

export interface PackageSpec {
  readonly name: string;
  readonly version: string;
  readonly keywords: readonly string[];
  readonly pluginDownloadURL?: string;
  readonly types: Readonly<Record<string, ComplexSpec>>;
  readonly resources: Readonly<Record<string, ResourceSpec>>;
  readonly functions: Readonly<Record<string, FunctionSpec>>;
  readonly config: { readonly variables: PropertySpecs };
  readonly provider: { readonly description: string; readonly inputProperties: PropertySpecs };
  readonly language: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export function packageSpec(): PackageSpec {
  return JSON.parse(readSchema());
}

/** What a `$ref` leads to; undefined where it leads out of the package. */
export function referred({ types }: Pick<PackageSpec, "types">, { $ref }: TypeSpec): ComplexSpec | undefined {
  return $ref?.startsWith("#/types/") ? types[$ref.slice("#/types/".length)] : undefined;
}
