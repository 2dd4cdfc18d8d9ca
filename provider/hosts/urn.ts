import { createHash } from "node:crypto";
import type { Owner } from "../ses/port";

/** The URN that the resource's constructor passed along: the engine does not. */
export function urnOf(props: Readonly<Record<string, unknown>>): string {
  const urn = props.__urn;
  if (typeof urn !== "string") throw new TypeError("the resource was not made by pulumi-sesdomain: it carries no URN");
  return urn;
}

/**
 * Who owns what a resource makes: its project and stack, and a hash of its URN (`urn:pulumi:STACK::PROJECT::TYPE::NAME`).
 */
export function ownerOf(urn: string): Owner {
  const [stack, project] = urn.replace(/^urn:pulumi:/, "").split("::");
  if (!urn.startsWith("urn:pulumi:") || !stack || !project)
    throw new TypeError(`"${urn}" is not the URN of a resource`);
  return { project, stack, resource: createHash("sha256").update(urn).digest("hex").slice(0, 16) };
}
