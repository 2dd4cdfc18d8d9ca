import type { Authority } from "../../authority/authority";
import { judge } from "../../authority/judge";
import type { Ctx } from "../../core/ctx";
import { AuthorityError, explain } from "../../core/errors";
import type { DnsBackend } from "../../dns/backend";
import { keyText } from "../../dns/record";
import { dataText, keysOf, type Requirement, valuesAt } from "../../dns/requirement";

/** Whether the host is a person, who is told what to do: what it holds is only to be seen in DNS. */
export function isByHand({ can }: DnsBackend): boolean {
  return can.readable === false;
}

/** What some name server that answers lacks, or of which nothing is known: advice to publish would be idle for the rest. */
export async function notServedEverywhere(
  requirements: readonly Requirement[],
  authority: Authority | undefined,
  ctx: Ctx,
): Promise<readonly Requirement[]> {
  return without(requirements, authority, ({ state }) => state === "published", ctx);
}

/** What some name server serves, or of which nothing is known: advice to delete would be idle for the rest. */
export async function servedSomewhere(
  requirements: readonly Requirement[],
  authority: Authority | undefined,
  ctx: Ctx,
): Promise<readonly Requirement[]> {
  return without(
    requirements,
    authority,
    ({ state, nowhere }, value) => state === "missing" && nowhere.includes(value),
    ctx,
  );
}

/** Those for whose value the verdict on its name does not say `done`. One look a name. */
async function without(
  requirements: readonly Requirement[],
  authority: Authority | undefined,
  done: (verdict: ReturnType<typeof judge>, value: string) => boolean,
  ctx: Ctx,
): Promise<readonly Requirement[]> {
  if (authority === undefined) return requirements;
  const left = await Promise.all(
    keysOf(requirements).map(async (key) => {
      const own = requirements.filter(({ record }) => keyText(record) === keyText(key));
      try {
        const verdict = judge(await authority.look(key.name, key.type, ctx), valuesAt(own, key));
        return own.filter((one) => !done(verdict, dataText(one)));
      } catch (error) {
        if (!(error instanceof AuthorityError)) throw error;
        ctx.log.debug(explain(error));
        return own;
      }
    }),
  );
  return left.flat();
}
