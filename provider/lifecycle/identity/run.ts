import { openSettling, type Settling } from "./settling";

/**
 * What one run, from Pulumi's Configure to the end of the provider's process, knows of identities, by ARN. Pulumi replaces
 * a resource by Create then Delete, or by Delete then Create, of one and the same identity; a run that wants an identity
 * therefore never deletes it.
 */
export interface Run {
  /** The program declares the identity. Returns the URN of the resource that declares it already, where that is another one. */
  declare(arn: string, urn: string): string | undefined;
  /** The run has created or adopted the identity. */
  hold(arn: string): void;
  keeps(arn: string): boolean;
  /** A check has found the identity there already, and has told what a user has to know of that. */
  meet(arn: string): void;
  hasMet(arn: string): boolean;
  readonly settling: Settling;
}

export function openRun(): Run {
  const declared = new Map<string, string>();
  const held = new Set<string>();
  const met = new Set<string>();
  return {
    declare(arn, urn) {
      const first = declared.get(arn) ?? urn;
      declared.set(arn, first);
      return first === urn ? undefined : first;
    },
    hold: (arn) => void held.add(arn),
    keeps: (arn) => declared.has(arn) || held.has(arn),
    meet: (arn) => void met.add(arn),
    hasMet: (arn) => met.has(arn),
    settling: openSettling(),
  };
}
