import type { Ctx } from "../../core/ctx";
import { explain, SesDomainError, TimeoutError } from "../../core/errors";
import { PartialFailure } from "../../core/partial-failure";
import { bareToken } from "../../diagnosis/damage";
import { formatDuration } from "../arguments";
import type { SharedPorts } from "../domain/domain";
import { plain } from "../domain/state";
import { openIdentity, pinnedAccount } from "../identity/open";
import { argsOf, type Created, type Lifecycle, type Props } from "../lifecycle";
import type { Clients } from "../observation/clients";
import { lookAtDomain } from "../observation/look";
import { previewClients } from "../observation/preview-clients";
import { actedUpon, isSettled, toldAnew } from "../observation/told";
import { awaitVerified } from "../observation/wait/wait";
import type { Place } from "../records/placement";
import { flatten } from "../records/records";
import { type Awaited, arnsOf, expectedOf, readAwaited, tokensOf } from "./awaited";

/** A provider looks at what it made only where a refresh has it do so: without one, up would wait for nothing to happen. */
const OTHERS_HEAL =
  "This resource writes no DNS: where the record is gone, `pulumi up --refresh` has the record's provider write it again.";

interface Outputs {
  readonly domains: readonly string[];
  readonly tokens: readonly string[];
  readonly identityArns: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly verified: boolean;
  readonly verifiedAt: string | undefined;
}

/**
 * The life of a `DomainVerification`: it waits for one domain or for many whose records somebody else publishes, and
 * watches them on preview. It makes nothing, so there is nothing to remove.
 */
export function openDomainVerification(ports: SharedPorts): Lifecycle {
  const { world, lookout } = ports;
  const previews = previewClients(world);
  const read = (inputs: Props) => readAwaited(inputs, ports);

  async function open({ args, verifications }: Awaited, world: Clients, ctx: Ctx) {
    return Promise.all(
      args.identities.map(async (identity) => {
        const opened = openIdentity(identity, world);
        const pinned = verifications.find(({ name }) => name === opened.spec.name)?.accountId;
        const account = await pinnedAccount(opened, pinned, ctx);
        return { ...opened, account, accountId: account.id };
      }),
    );
  }

  async function look(one: Awaited, ctx: Ctx) {
    const { args } = one;
    const places: Record<string, Place> = {};
    for (const { identity, name, value } of expectedOf(one)) {
      places[identity] = { name, prefix: value === bareToken(value) ? "" : "amazonses:" };
    }
    const authority = args.dnsCheck.mode === "off" ? undefined : previews.world.authority(args.dnsCheck);
    const identities = await open(one, previews.world, ctx);
    const tokens = new Map(one.verifications.map(({ name, token }) => [name, token]));
    const what = {
      args,
      identities,
      places,
      hosts: [],
      authority,
      healthy: "verified",
      verifiedBefore: true,
      strangers: [],
      tokens,
    } as const;
    return lookAtDomain(what, lookout, ctx);
  }

  /** A domain that cannot be looked at now is not known; one whose credentials are wrong is a fault of the arguments. */
  async function tryToLook(one: Awaited, ctx: Ctx) {
    const nothing = { action: "none", why: "", warnings: [], unknown: [] } as const;
    try {
      return { ...(await look(one, ctx)), fault: undefined };
    } catch (error) {
      if (!(error instanceof SesDomainError)) throw error;
      const reason = explain(error);
      return error.retryable ? { ...nothing, unknown: [reason], fault: undefined } : { ...nothing, fault: reason };
    }
  }

  async function wait(one: Awaited, ctx: Ctx): Promise<void> {
    const { args, records } = one;
    const identities = await open(one, world, ctx);
    const goal = {
      domain: args.domain,
      identities: identities.map(({ spec, ses, accountId }) => ({
        name: spec.name,
        ses,
        accountId,
        verifiedBefore: false,
        // The resource that made the identity may have asked SES for it a moment ago.
        requested: true,
      })),
      expected: expectedOf(one),
      values: flatten(records),
      ses: true,
      hosts: [],
      authority: args.dnsCheck.mode === "off" ? undefined : world.authority(args.dnsCheck),
      timeoutMs: args.timeoutMs,
    };
    await awaitVerified(goal, ctx);
  }

  return {
    async preview(raw, olds, _who, ctx) {
      const { awaited, failures } = read(raw);
      const inputs = { ...argsOf(raw), verification: "verified" };
      if (failures.length > 0 || awaited === undefined || olds.verification === undefined) {
        return { inputs, failures, warnings: [] };
      }
      const watched = awaited.filter(({ args }) => args.previewCheck !== "off");
      const looks = await Promise.all(watched.map(async (one) => ({ one, seen: await tryToLook(one, ctx) })));
      const refused = looks.flatMap(({ one, seen }) => [
        ...(seen.fault === undefined ? [] : [{ property: `of[${one.index}].identities`, reason: seen.fault }]),
        ...(one.args.previewCheck === "strict" ? seen.unknown : []).map((reason) => ({
          property: "previewCheck",
          reason: `is "strict", and the state of ${one.args.domain} could not be learned: ${reason}`,
        })),
      ]);
      const lapsed = looks.filter(({ seen }) => seen.action !== "none");
      // Neither asking SES nor writing DNS is this resource's: it can only wait until others have.
      const words = lapsed.slice(0, 3).map(({ seen }) => seen.why);
      const more = lapsed.length > words.length ? ` … and ${lapsed.length - words.length} more domains` : "";
      const text = lapsed.length > 0 ? `wait: ${words.join(" ")}${more} Up will wait. ${OTHERS_HEAL}` : "verified";
      return {
        inputs: { ...inputs, verification: toldAnew(text, "verified", olds.verification) },
        failures: refused,
        warnings: previews.tell([
          ...looks.flatMap(({ seen }) => [...seen.warnings, ...seen.unknown]),
          ...(lapsed.length > 0 ? [OTHERS_HEAL] : []),
        ]),
      };
    },

    diff(outputs, inputs) {
      const { awaited } = read(inputs);
      const { tokens, verified } = outputs as unknown as Outputs;
      const changes =
        awaited === undefined ||
        !verified ||
        !isSettled(inputs.verification, "verified", outputs) ||
        !same(tokens, awaited.flatMap(tokensOf));
      return Promise.resolve({ changes, replaces: [], warnings: [] });
    },

    async converge(inputs, _outputs, _who, ctx) {
      const { awaited } = read(inputs);
      if (awaited === undefined) throw new TypeError("the arguments are not valid; a preview says which");
      const { failed, log } = await waitForAll(awaited, wait, ctx);
      const verified = failed.length === 0;
      const made: Created = {
        id: awaited.length === 1 ? (awaited[0]?.args.domain ?? "none") : `${awaited.length} domains`,
        outputs: plain({
          domains: [...new Set(awaited.map(({ args }) => args.domain))],
          tokens: awaited.flatMap(tokensOf),
          identityArns: arnsOf(awaited),
          verified,
          verifiedAt: verified ? new Date(ctx.clock.now()).toISOString() : undefined,
        } satisfies Outputs),
      };
      if (!verified)
        throw new PartialFailure(new TimeoutError("not-verified", log, { hint: OTHERS_HEAL, cause: failed[0] }), made);
      return { ...made, outputs: { ...made.outputs, ...actedUpon(inputs.verification, "verified") } };
    },

    read: (outputs) => Promise.resolve(outputs),
    delete: () => Promise.resolve(),
  };
}

/** All at once. With many, the line says how many are done and which are slowest, instead of each its own. */
async function waitForAll(awaited: readonly Awaited[], wait: (one: Awaited, ctx: Ctx) => Promise<void>, ctx: Ctx) {
  const startedMs = ctx.clock.now();
  const pending = new Map(awaited.map((one) => [one, "not looked at yet"]));
  const show = () => {
    const slowest = [...pending].slice(0, 2).map(([{ args }, text]) => `${args.domain}: ${text}`);
    const done = awaited.length - pending.size;
    ctx.log.status(
      `${done} of ${awaited.length} domains verified (${formatDuration(ctx.clock.now() - startedMs)})${slowest.length > 0 ? `; ${slowest.join("; ")}` : ""}`,
    );
  };
  const outcomes = await Promise.allSettled(
    awaited.map(async (one) => {
      const status = (text: string) => {
        pending.set(one, text);
        if (awaited.length === 1) ctx.log.status(text);
      };
      await wait(one, { ...ctx, log: { ...ctx.log, status } });
      pending.delete(one);
      if (awaited.length > 1) show();
    }),
  );
  const failed = outcomes.flatMap((outcome): unknown[] => (outcome.status === "rejected" ? [outcome.reason] : []));
  const most = 5;
  const more = failed.length > most ? [`… and ${failed.length - most} more domains.`] : [];
  return { failed, log: [...failed.slice(0, most).map(explain), ...more].join("\n\n").split("\n") };
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
}
