import type { Authority } from "../../authority/authority";
import { judge } from "../../authority/judge";
import type { Ctx } from "../../core/ctx";
import { AuthorityError, explain } from "../../core/errors";
import type { DnsBackend } from "../../dns/backend";
import { keyText } from "../../dns/record";
import { dataText, keysOf, type Requirement, valuesAt } from "../../dns/requirement";

/** Whether a person writes there, who is told what to do. */
export function isByHand({ kind }: Pick<DnsBackend, "kind">): boolean {
  return kind === "manual";
}

/** The hosts that this package writes to, and those where a person does. */
export function byWriter(hosts: readonly DnsBackend[]): {
  readonly written: readonly DnsBackend[];
  readonly byHand: readonly DnsBackend[];
} {
  return { written: hosts.filter((host) => !isByHand(host)), byHand: hosts.filter(isByHand) };
}

/** What some name server that answers lacks, or of which nothing is known: the rest need not be published. */
export async function notServedEverywhere(
  requirements: readonly Requirement[],
  authority: Authority | undefined,
  ctx: Ctx,
): Promise<readonly Requirement[]> {
  return notDone(requirements, authority, ({ state }) => state === "published", ctx);
}

/** What some name server serves, or of which nothing is known: the rest need not be deleted. */
export async function servedSomewhere(
  requirements: readonly Requirement[],
  authority: Authority | undefined,
  ctx: Ctx,
): Promise<readonly Requirement[]> {
  return notDone(
    requirements,
    authority,
    ({ state, nowhere }, value) => state === "missing" && nowhere.includes(value),
    ctx,
  );
}

/** Those for whose value the verdict on its name does not say `done`. One look a name. */
async function notDone(
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
