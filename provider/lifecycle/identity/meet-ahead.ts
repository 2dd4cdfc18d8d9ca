import type { Ctx } from "../../core/ctx";
import { explain, SesDomainError } from "../../core/errors";
import type { IdentityName } from "../../ses/port";
import { settleIdentities } from "../arguments/identities";
import { type Adoption, type CheckedIdentity, isUnknown, isWhollyKnown, type MaybeUnknown } from "../arguments/types";
import type { Caller, Ports, Remembered } from "../lifecycle";
import { type Located, locate, openDeclared, openNotes, type PreviewNotes } from "./accounts";
import { meetIdentity } from "./meet";
import { describeMeeting } from "./meet-words";
import { NOTHING_SEEN } from "./meeting";

/** The arguments that say which identities a resource is to use; some of its others are not known yet. */
interface PlannedUse {
  readonly subject: MaybeUnknown<IdentityName>;
  readonly identities: MaybeUnknown<readonly CheckedIdentity[]>;
  readonly adopt: MaybeUnknown<Adoption>;
  isThere(identity: Located, subject: IdentityName, ctx: Ctx): Promise<boolean>;
}

/**
 * What a preview tells of identities that are there already where it has no plan yet: another resource of the program has yet to
 * make the zone, say. Only for a new resource. What fails is told by the operation that knows all arguments.
 */
export async function meetAhead(
  { subject, identities, adopt, isThere }: PlannedUse,
  remembered: Pick<Remembered, "arns">,
  caller: Caller,
  { clients, defaults }: Pick<Ports, "clients" | "defaults">,
  ctx: Ctx,
): Promise<Pick<PreviewNotes, "met" | "warnings">> {
  const notes = openNotes();
  const isNew = Object.keys(remembered.arns).length === 0;
  if (!isNew || isUnknown(subject) || isUnknown(adopt) || !isWhole(identities)) return notes;
  const settled = settleIdentities(identities, defaults.region);
  const opened = "identities" in settled ? openDeclared(settled.identities, {}, clients, openNotes()) : undefined;
  const located = opened === undefined ? [] : await locate(opened, subject, ctx);
  await Promise.all(
    located.map(async (identity) => {
      try {
        if (!(await isThere(identity, subject, ctx))) return;
        const met = await meetIdentity(subject, identity, adopt, caller, false, ctx);
        if (met !== undefined) notes.met.push({ ...met, ...NOTHING_SEEN });
      } catch (error) {
        if (!(error instanceof SesDomainError)) throw error;
        ctx.log.debug(explain(error));
      }
    }),
  );
  notes.warnings.push(...notes.met.map(describeMeeting));
  return notes;
}

function isWhole<T>(value: MaybeUnknown<T>): value is MaybeUnknown<T> & T {
  return isWhollyKnown(value);
}
