import type { Ctx } from "../../core/ctx";
import { SesDomainError } from "../../core/errors";
import type { IdentityName } from "../../ses/port";
import type { Adoption } from "../arguments/types";
import type { Caller, Checked, Remembered } from "../lifecycle";
import {
  claimIdentities,
  claimKnown,
  isKnown,
  type KnownArns,
  knownArnsOf,
  type Located,
  note,
  openAccounts,
  type PreviewNotes,
} from "./accounts";
import { meetIdentity } from "./meet";
import { describeMeeting } from "./meet-words";
import type { MetSight } from "./meeting";
import type { OpenIdentity } from "./open";

/** The identities that a program declares in a resource for `subject`. */
export interface Declaration {
  readonly subject: IdentityName;
  readonly opened: readonly OpenIdentity[];
  readonly adopt: Adoption;
  /** Whether SES has the identity already. */
  isThere(identity: Located, ctx: Ctx): Promise<boolean>;
  /** What else is seen of one that is there. A failure is not told: it is for the plan to tell. */
  sight(identity: Located, ctx: Ctx): Promise<MetSight>;
}

/** The ARNs that the last run left, where they are of the same subject. */
export function knownArns(subject: IdentityName, { subject: before, arns }: Remembered): KnownArns {
  return before === subject ? arns : {};
}

/**
 * Holds the identities against their accounts, against what else this run declares, and, those that are new to the
 * resource, against what SES has already. What is wrong goes into `notes`. Returns the ARNs that are known, by name.
 */
export async function declareIdentities(
  { subject, opened, adopt, isThere, sight }: Declaration,
  remembered: Remembered,
  caller: Caller,
  notes: PreviewNotes,
  ctx: Ctx,
): Promise<Readonly<Record<string, string>> | undefined> {
  const known = knownArns(subject, remembered);
  const located = await openAccounts(opened, subject, known, notes, ctx);
  if (notes.failures.length > 0) return undefined;
  const declaredBefore = new Set(located.filter(({ arn }) => caller.keeps(arn)));
  claimIdentities(located, subject, caller.claim, notes);
  claimKnown(opened, located, known, caller.claim);
  await Promise.all(
    located.map(async (identity) => {
      if (isKnown(known, identity)) return;
      const property = `identities[${opened.findIndex(({ spec }) => spec === identity.spec)}]`;
      try {
        if (!(await isThere(identity, ctx))) return;
        const met = await meetIdentity(subject, identity, adopt, caller, declaredBefore.has(identity), ctx);
        caller.meet(identity.arn);
        if (met !== undefined) notes.met.push({ ...met, ...(await sight(identity, ctx)) });
      } catch (error) {
        const inRegion = error instanceof SesDomainError && error.code === "region-unknown";
        note(notes, inRegion ? `${property}.region` : property, error);
      }
    }),
  );
  notes.warnings.push(...notes.met.map(describeMeeting));
  return knownArnsOf(opened, located, known);
}

/** A check that ends with a refusal, or with values that are not known yet. */
export function unchecked<Args>(
  inputs: Checked<Args>["inputs"],
  { failures, warnings, met }: Pick<Checked<Args>, "failures" | "warnings" | "met">,
): Checked<Args> {
  const nothing = { args: undefined, unknown: [], strict: false, subject: "" };
  return { ...nothing, inputs, failures, warnings, met, healthy: "verified" };
}
