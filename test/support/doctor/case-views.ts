import type { Emulator } from "../../../emulator";
import type { Clock } from "../../../provider/core/clock";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import { SesDomainError } from "../../../provider/core/errors";
import { unknownCode } from "../../../provider/diagnosis/ses";
import { checkArgs } from "../../../provider/lifecycle/arguments";
import { settleArgs } from "../../../provider/lifecycle/arguments/settle";
import { openVerifiedDomain } from "../../../provider/lifecycle/domain/domain";
import { openIdentity } from "../../../provider/lifecycle/identity/open";
import type { Ports } from "../../../provider/lifecycle/lifecycle";
import { authorityFor } from "../../../provider/lifecycle/observation/clients";
import { watchedAs } from "../../../provider/lifecycle/observation/observe";
import { openPreviewCache } from "../../../provider/lifecycle/observation/preview-cache";
import { awaitVerified } from "../../../provider/lifecycle/observation/wait/wait";
import { openClients } from "../../../provider/pulumi/clients";
import { isAtApex, regionsOf, stateOf } from "./case-state";
import type { OtherViews, WorldCase } from "./case-types";

const ACCOUNT = "000000000000";

export interface ViewedCase {
  readonly given: WorldCase;
  readonly tokenOf: (letter: string) => string;
  readonly resolver: readonly string[];
  /** Undefined where DNS is read over HTTPS. */
  readonly port: number | undefined;
}

/**
 * The case's world as a preview of a `VerifiedDomain` sees it that an earlier run made, and as a wait that times out. Neither
 * changes anything, and the emulator's clock stands still meanwhile: the doctor sees the same world afterwards.
 */
export async function otherViews(viewed: ViewedCase, emulator: Emulator): Promise<OtherViews> {
  const { given, resolver, port } = viewed;
  const checked = checkArgs({
    domain: given.domain,
    identities: regionsOf(given).map((region) => ({ region })),
    dns: { kind: "route53" },
    placement: isAtApex(given) ? "apex" : "auto",
    dnsCheck: {
      mode: port === undefined ? "doh" : "authoritative",
      ...(resolver.length > 0 && { resolvers: resolver }),
      ...(port !== undefined && { port }),
    },
  });
  const { clients, defaults } = openClients(() => undefined, process.env);
  const ports: Ports = { clients, defaults, cache: openPreviewCache(), previewCheck: undefined };
  const settled = settleArgs(checked, ports);
  if ("failures" in settled) throw new Error(settled.failures.map(({ reason }) => reason).join("\n"));
  const { args } = settled;
  const state = stateOf(viewed.given, viewed.tokenOf, emulator.clock.now());
  const ctx: Ctx = { clock: fastClock(emulator), log: silentLog, signal: new AbortController().signal };

  const { plan } = await openVerifiedDomain(ports).plan(args, { state }, ctx);
  const identities = args.identities.map((one) => {
    const opened = openIdentity(one, clients);
    const arn = state.verifications.find(({ name }) => name === opened.spec.name)?.identityArn;
    const asked = arn === undefined ? undefined : state.asked[arn];
    return watchedAs(opened, ACCOUNT, { verifiedBefore: state.verified, asked });
  });
  const goal = {
    requirements: state.requirements,
    domain: args.domain,
    identities,
    ses: true,
    hosts: args.dns.map((dns) => clients.backend(dns)),
    authority: authorityFor(args.dnsCheck, clients),
    timeoutMs: 28_000,
  };
  const wait = await awaitVerified(goal, ctx).then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof SesDomainError)) throw error;
      const told = error.message.match(/^(?:error|warning|note) [a-z][a-z0-9-]*/gm) ?? [];
      return told.length > 0 ? told.map((line) => line.slice(line.indexOf(" ") + 1)) : [unknownCode(error.code)];
    },
  );
  return {
    preview: eachOnce(plan.findings.map(({ code }) => code)),
    steps: plan.steps.map(({ step }) => step),
    wait: wait && eachOnce(wait),
  };
}

/** Begins at the emulator's time, and is twice as fast as real time: a wait ends while the emulator stands still. */
function fastClock({ clock }: Emulator): Clock {
  const startMs = clock.now();
  const beganMs = performance.now();
  let sleptMs = 0;
  return {
    now: () => Math.round(startMs + sleptMs + (performance.now() - beganMs) * 2),
    async sleep(ms, signal) {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      sleptMs += ms;
    },
  };
}

function eachOnce(codes: readonly string[]): string[] {
  return [...new Set(codes)];
}
