import type { Edit, EditOutcome } from "../changes";
import { comparable, type WantedRecord } from "../record";
import { isOwnName } from "../sharing";
import type { HeldRecord } from "./records";

export interface RecordPlan {
  /** One an edit. */
  readonly outcomes: readonly EditOutcome[];
  readonly missing: readonly WantedRecord[];
  /** Records that take what another one says, in its place. */
  readonly changing: readonly { readonly held: HeldRecord; readonly record: WantedRecord }[];
  readonly leaving: readonly HeldRecord[];
}

/** A record as it is while the edits are applied. `isServed`: it is answered with what it says. */
interface Draft {
  readonly held: HeldRecord | undefined;
  readonly value: string | undefined;
  readonly isServed: boolean;
  /** Whose the value is, where it is not the held record's. */
  readonly record: WantedRecord | undefined;
}

/** What the edits, one after the other, come to. `held`: of their type. What conflicts is judged before (`conflictIn`). Pure. */
export function planEdits(held: readonly HeldRecord[], edits: readonly Edit[]): RecordPlan {
  let drafts = held.map(
    (each): Draft => ({ held: each, value: textOf(each), isServed: each.mode === "plain", record: undefined }),
  );
  const outcomes = edits.map(({ kind, records }) =>
    records.filter((record) => {
      const value = comparable(record);
      const same = drafts.filter((draft) => draft.value === value);
      if (kind === "remove") {
        drafts = drafts.filter((draft) => draft.value !== value);
        return same.length > 0;
      }
      if (same.some(({ isServed }) => isServed)) return false;
      const [replaced, ...others] = isOwnName(record) ? drafts : [];
      const draft = { held: replaced?.held, value, isServed: true, record };
      drafts = replaced === undefined ? [...drafts, draft] : [draft, ...others];
      return true;
    }),
  );
  const gone = held.filter((each) => !drafts.some((draft) => draft.held === each));
  // Taken away and put back, a value is where it was.
  const isBack = (each: HeldRecord) =>
    each.mode === "plain" && drafts.some((draft) => draft.held === undefined && draft.value === textOf(each));
  const back = new Set(gone.filter(isBack).map(textOf));
  return {
    outcomes,
    missing: drafts.flatMap((draft) =>
      draft.held === undefined && draft.record !== undefined && !back.has(draft.value) ? [draft.record] : [],
    ),
    changing: drafts.flatMap(({ held: before, record, value }) =>
      before === undefined || record === undefined || (before.mode === "plain" && textOf(before) === value)
        ? []
        : [{ held: before, record }],
    ),
    leaving: gone.filter((each) => !isBack(each)),
  };
}

function textOf({ data }: HeldRecord): string | undefined {
  return data === undefined ? undefined : comparable(data);
}
