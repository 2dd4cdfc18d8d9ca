import { createHash } from "node:crypto";
import type { StackName } from "../core/ctx";
import type { UserName } from "../ses/register";

/** The URN that the resource's constructor passed along: the engine does not. */
export function urnOf(props: Readonly<Record<string, unknown>>): string {
  const urn = props.__urn;
  if (typeof urn !== "string") throw new TypeError("the resource was not made by pulumi-sesdomain: it carries no URN");
  return urn;
}

/** The stack of a resource. */
export function stackOf(urn: string): StackName {
  const { project, stack } = partsOf(urn);
  return { project, stack };
}

/** The stack of a resource, and the resource as marks on identities name it (`urn:pulumi:STACK::PROJECT::TYPE::NAME`). */
export function userOf(urn: string): StackName & { readonly user: UserName } {
  const { project, stack, name } = partsOf(urn);
  return { project, stack, user: { urnHash: hashOf(urn), label: `${project}/${stack}/${name}` } };
}

function partsOf(urn: string): StackName & { readonly name: string } {
  const [stack, project, , ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
  if (!urn.startsWith("urn:pulumi:") || !stack || !project)
    throw new TypeError(`"${urn}" is not the URN of a resource`);
  return { project, stack, name: name.join("::") };
}

/** What stands for the resource in a state of version 0.1, and in the tag that this version wrote. */
export function formerMarkOf(urn: string): string {
  return hashOf(urn);
}

function hashOf(urn: string): string {
  return createHash("sha256").update(urn).digest("hex").slice(0, 16);
}
