import type { Ctx } from "../core/ctx";
import type { UserName } from "../ses/register";
import type { Failure } from "./arguments/types";
import type { Registrant } from "./identity/join";

export type Props = Readonly<Record<string, unknown>>;

/** What a resource's life consists of, whichever door of Pulumi it comes in by. Props are plain JSON. */
export interface Lifecycle {
  /** Reads only. `olds`: the inputs of the last run, empty for a new resource. The inputs hold what a preview is to show. */
  preview(
    raw: Props,
    olds: Props,
    who: Caller,
    ctx: Ctx,
  ): Promise<{ readonly inputs: Props; readonly failures: readonly Failure[]; readonly warnings: readonly string[] }>;
  /** `outputs`: the state. Reads only. */
  diff(
    outputs: Props,
    inputs: Props,
    ctx: Ctx,
  ): Promise<{ readonly changes: boolean; readonly replaces: readonly string[]; readonly warnings: readonly string[] }>;
  /** Create and update. Throws `PartialFailure<Created>` with what exists, where something does. */
  converge(inputs: Props, outputs: Props | undefined, who: Caller, ctx: Ctx): Promise<Created>;
  /** `undefined`: nothing of it is left. */
  read(outputs: Props, ctx: Ctx): Promise<Props | undefined>;
  delete(outputs: Props, who: Caller, ctx: Ctx): Promise<void>;
}

export interface Created {
  readonly id: string;
  readonly outputs: Props;
}

/** The resource that an operation is for, and what this run knows of identities. */
export interface Caller {
  readonly user: UserName;
  /** The mark that a state of version 0.1 stands for, which holds none. */
  readonly formerMark: string;
  /** Says who else in this run declares the identity: the URN that was first, where it is another one. */
  readonly claim: (arn: string) => string | undefined;
  readonly hold: Registrant["hold"];
  readonly keeps: Registrant["keeps"];
}

/** Keys of a resource's inputs that are not the program's. */
const DERIVED = new Set([
  "__provider",
  "__urn",
  "__strangers",
  "__asked",
  "__register",
  "verification",
  "identityArns",
]);

export function argsOf(inputs: Props): Record<string, unknown> {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !DERIVED.has(key)));
}
