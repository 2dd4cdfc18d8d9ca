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
  let stays = false;
  const look = async () => {
    stays = false;
    const there = await held();
    stays = removed.some((each) => there.has(each));
    if (!stays) return;
    throw new DnsHostError("host-unavailable", `${failed}: the host accepted the removal, but still has the record.`, {
      hint: "Run again.",
      retryable: true,
    });
  };
  await retry(look, { ...LOOKS, worthwhile: () => stays }, ctx);
}

/** The records that the edits of one set, one after the other, leave out, as `comparable` has them. */
export function removedBy(edits: readonly Edit[]): readonly string[] {
  const last = new Map(edits.flatMap(({ kind, records }) => records.map((each) => [comparable(each), kind] as const)));
  return [...last].flatMap(([value, kind]) => (kind === "remove" ? [value] : []));
}
