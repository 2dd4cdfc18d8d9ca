import type { Ctx } from "../../../core/ctx";
import type { Failure } from "../../../lifecycle/arguments/types";
import type { openClients } from "../../clients";

/** AWS and DNS, as the provider's configuration and the environment reach them. */
export type Opened = ReturnType<typeof openClients>;

export interface FunctionPorts {
  /** Called by the functions that ask AWS or DNS. Throws `SesError` `config-invalid`. */
  readonly open: () => Opened;
  readonly env: NodeJS.ProcessEnv;
}

/** A value of an input or output. `whole`: without a fraction, in 32 bits with a sign; `number`: any other. */
export type ValueType = "text" | "whole" | "number" | "boolean" | ListType | ObjectType;

interface ListType {
  readonly list: ValueType;
}

/** `object`: its name in the schema, `sesdomain:index:NAME`. One name has the same properties wherever it stands. */
export interface ObjectType {
  readonly object: string;
  readonly comment: string;
  readonly properties: Properties;
}

export interface Property {
  readonly type: ValueType;
  /** What it means, as sentences, in Markdown. */
  readonly comment: string;
  /** Of an input: it has to be given. Of an output: it is always there. */
  readonly required?: boolean;
  /** All values that it can have; of a list: all that its entries can have. */
  readonly choices?: readonly (string | number)[];
  /** Of an input: what stands in for it where it is left out. */
  readonly fallback?: string | boolean;
}

export type Properties = Readonly<Record<string, Property>>;

/** A function of the plugin, as plain data: the checks, the schema and the reference page derive from it. */
interface FunctionDeclaration {
  readonly token: string;
  /** What it answers, as sentences, in Markdown. */
  readonly comment: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** Plain values: no secrets in envelopes, unknown values are `UNKNOWN`. */
export type Props = Readonly<Record<string, unknown>>;

/** What a call came to. Failures are of the arguments. */
export type Invoked = { readonly result: Props } | { readonly failures: readonly Failure[] };

export interface PluginFunction {
  readonly declaration: FunctionDeclaration;
  /** Reads only. Throws `SesDomainError`; rejects with the signal's reason once `ctx.signal` aborts. */
  run(args: Props, ports: FunctionPorts, ctx: Ctx): Promise<Invoked>;
}
