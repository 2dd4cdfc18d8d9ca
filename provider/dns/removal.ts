import type { Ctx } from "../core/ctx";
import { DnsHostError } from "../core/errors";
import { atLeastHalf, retry } from "../core/retry";
import type { Edit } from "./changes";
import { comparable } from "./record";

/** A host may take half a minute until it shows what it took; one look lies behind that. */
const LOOKS = { withinMs: 34_000, baseMs: 300, capMs: 4_000, random: atLeastHalf } as const;

/**
 * Resolves once `held` reads none of `removed`: that a host took a removal shows its effect at no host. Asks nothing where
 * nothing was removed. `failed` begins the error and names host and zone. Throws `DnsHostError` `host-unavailable` where
 * something stays, and what `held` throws.
 */
export async function untilGone(
  removed: readonly string[],
  held: () => Promise<ReadonlySet<string>>,
  failed: string,
  ctx: Ctx,
): Promise<void> {
  if (removed.length === 0) return;
  const stays = (there: ReadonlySet<string>) => removed.some((each) => there.has(each));
  await untilShown(held, stays, `${failed}: the host accepted the removal, but still has the record.`, ctx);
}

/**
 * Resolves once `held` reads all of `added`: a server may accept an update and silently leave it out (RFC 2136
 * section 3.4.2.2). Asks nothing where nothing was added. Else as `untilGone`.
 */
export async function untilThere(
  added: readonly string[],
  held: () => Promise<ReadonlySet<string>>,
  failed: string,
  ctx: Ctx,
): Promise<void> {
  if (added.length === 0) return;
  const lacks = (there: ReadonlySet<string>) => added.some((each) => !there.has(each));
  await untilShown(held, lacks, `${failed}: the host accepted the addition, but does not have the record.`, ctx);
}

async function untilShown(
  held: () => Promise<ReadonlySet<string>>,
  isWrong: (there: ReadonlySet<string>) => boolean,
  message: string,
  ctx: Ctx,
): Promise<void> {
  let wrong = false;
  const look = async () => {
    wrong = false;
    wrong = isWrong(await held());
    if (wrong) throw new DnsHostError("host-unavailable", message, { hint: "Run again.", retryable: true });
  };
  await retry(look, { ...LOOKS, worthwhile: () => wrong }, ctx);
}

/** The records that the edits of one set, one after the other, leave out, as `comparable` has them. */
export function removedBy(edits: readonly Edit[]): readonly string[] {
  return [...lastKinds(edits)].flatMap(([value, kind]) => (kind === "remove" ? [value] : []));
}

/** The records that they leave in. */
export function addedBy(edits: readonly Edit[]): readonly string[] {
  return [...lastKinds(edits)].flatMap(([value, kind]) => (kind === "add" ? [value] : []));
}

function lastKinds(edits: readonly Edit[]): ReadonlyMap<string, Edit["kind"]> {
  return new Map(edits.flatMap(({ kind, records }) => records.map((each) => [comparable(each), kind] as const)));
}
