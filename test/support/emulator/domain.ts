import assert from "node:assert/strict";
import { type Emulator, type EmulatorOptions, openEmulator } from "../../../emulator";
import { txt } from "../../../emulator/text";
import type { Clock } from "../../../provider/core/clock";
import type { Ctx } from "../../../provider/core/ctx";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";
import { PartialFailure } from "../../../provider/core/partial-failure";
import { unquoteText } from "../../../provider/dns/txt";
import { openVerifiedEmailAddress } from "../../../provider/lifecycle/address/address";
import type { PreviewCheck } from "../../../provider/lifecycle/arguments/types";
import { openDomainIdentity, openVerifiedDomain } from "../../../provider/lifecycle/domain/domain";
import { openDomainVerification } from "../../../provider/lifecycle/domain-verification/domain-verification";
import type { Parted } from "../../../provider/lifecycle/identity/parting-words";
import { openRun } from "../../../provider/lifecycle/identity/run";
import type { Caller, Lifecycle, Ports, Props, Step } from "../../../provider/lifecycle/lifecycle";
import { openPreviewBudget } from "../../../provider/lifecycle/observation/preview-budget";
import { openPreviewCache } from "../../../provider/lifecycle/observation/preview-cache";
import { previewClients } from "../../../provider/lifecycle/observation/preview-clients";
import { openClients } from "../../../provider/pulumi/clients";

import {
  type CheckAnswer,
  type Created,
  type DiffAnswer,
  openDynamicResource,
} from "../../../provider/pulumi/dynamic/resource";
import { rememberedOf } from "../../../provider/pulumi/inputs";
import { formerMarkOf, userOf } from "../../../provider/pulumi/urn";
import { awsConfig } from "../aws/cloud";

export const DOMAIN = fqdn("ses-example.com");
export const NAME = fqdn("_amazonses.ses-example.com");
export const ACCOUNT = "000000000000";
/** What stands at `_amazonses` and at the domain before any of ours comes. */
export const OTHER_TEAM = "b3RoZXIgdGVhbSdzIHRva2VuLCAzMiBvY3RldHMuLi4=";
export const SPF = "v=spf1 include:amazonses.com ~all";
export const HOUR_MS = 3_600_000;

/** What an import finds, and what becomes of it. */
export interface Imported {
  readonly id: string;
  /** As a program passes them. */
  readonly inputs: Props;
  readonly outputs: Props;
  /** Of the check of these inputs. */
  readonly failures: CheckAnswer["failures"];
  /** Of the plan with this state: kind, and what it is of. */
  readonly steps: readonly string[];
}

/** One process of the provider, as Pulumi starts one for each operation. */
export interface Run {
  readonly lines: readonly string[];
  preview(args: Props, olds?: Props): Promise<CheckAnswer>;
  diff(outputs: Props, inputs: Props): Promise<DiffAnswer>;
  /** Check and create or update, as the engine calls them. */
  up(args: Props, before?: Standing): Promise<Standing>;
  read(standing: Standing): Promise<Props | undefined>;
  destroy(standing: Standing): Promise<readonly Parted[]>;
  /** Undefined: there is nothing of that id. */
  adopt(id: string): Promise<Imported | undefined>;
}

/** The steps of the plan that a preview's inputs remember, by kind and identity. */
export function stepsOf({ __plan }: Props): readonly string[] {
  const { steps } = (__plan ?? { steps: [] }) as { readonly steps: readonly Step[] };
  return steps.map((one) => ("identity" in one ? `${one.step} ${one.identity}` : one.step));
}

/** A resource as the state has it. `failed`: the reason, where the last operation did not finish. */
export interface Standing {
  readonly inputs: Props;
  readonly outputs: Props;
  readonly failed?: string;
}

export interface DomainWorld {
  readonly emulator: Emulator;
  readonly clock: Clock;
  /** `urn`: the resource's; another one is another resource. `kind`: default VerifiedDomain. */
  run(settings?: {
    readonly name?: string;
    readonly project?: string;
    readonly stack?: string;
    readonly kind?: "VerifiedDomain" | "DomainIdentity" | "DomainVerification" | "VerifiedEmailAddress";
    readonly config?: Readonly<Record<string, string>>;
    readonly account?: string;
    readonly signal?: AbortSignal;
    /** What this run's previews wait for a silent endpoint, in ms of real time. */
    readonly silenceMs?: number;
    /** The config key `sesdomain:previewCheck`. */
    readonly previewCheck?: PreviewCheck;
    /** Called with each line as it is told. */
    readonly told?: (line: string) => void;
  }): Run;
  /** The values at a name, as the zone holds them, and their TTL. */
  at(name: Fqdn): { readonly ttl: number; readonly values: readonly string[] } | undefined;
  setValues(name: Fqdn, values: readonly string[], ttl?: number): void;
  statuses(): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * The lifecycle on the emulator, with the engine left out. The clock is the emulator's: who sleeps turns it, so that
 * days pass in milliseconds and all see the same time.
 */
export async function openDomainWorld(options: EmulatorOptions = {}): Promise<DomainWorld> {
  // What tests and pictures show counts the servers.
  const emulator = await openEmulator({ clock: { mode: "manual" }, serversPerZone: 3, ...options });
  const zone = await emulator.addZone({
    name: DOMAIN,
    account: ACCOUNT,
    sets: [
      { name: DOMAIN, type: "TXT", ttl: 3600, values: [txt(SPF)] },
      { name: NAME, type: "TXT", ttl: 1800, values: [txt(OTHER_TEAM)] },
    ],
  });
  const clock: Clock = {
    now: () => emulator.clock.now(),
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      await emulator.clock.advance(ms);
      signal?.throwIfAborted();
    },
  };

  return {
    emulator,
    clock,
    run({
      name = "mail",
      project = "demo",
      stack = "test",
      kind = "VerifiedDomain",
      config = {},
      account,
      signal,
      silenceMs,
      previewCheck,
      told,
    } = {}) {
      const given: Readonly<Record<string, string>> = {
        ...awsConfig(emulator.cloud, account),
        "sesdomain:dnsResolvers": emulator.dns.resolver,
        "sesdomain:dnsPort": String(emulator.dns.port),
        ...config,
      };
      const { clients, defaults } = openClients((key) => given[key], {});
      if (silenceMs !== undefined) {
        const strictMs = silenceMs * 1.25;
        previewClients(clients, openPreviewBudget({ silenceMs, momentMs: silenceMs / 10, strictMs }));
      }
      const ports: Ports = { clients, defaults, cache: openPreviewCache(), previewCheck };
      const { tell } = previewClients(clients);
      const bind = <Args, State>(lifecycle: Lifecycle<Args, State>) => ({
        resource: openDynamicResource(lifecycle, tell),
        adopt: (id: string, caller: Caller, ctx: Ctx) => adopted(lifecycle, id, caller, ctx),
      });
      const open = {
        VerifiedDomain: () => bind(openVerifiedDomain(ports)),
        DomainIdentity: () => bind(openDomainIdentity(ports)),
        DomainVerification: () => bind(openDomainVerification(ports)),
        VerifiedEmailAddress: () => bind(openVerifiedEmailAddress(ports)),
      };
      const { resource, adopt } = open[kind]();
      const lines: string[] = [];
      const say = (text: string) => {
        lines.push(text);
        told?.(text);
      };
      const ctx: Ctx = {
        clock,
        signal: signal ?? new AbortController().signal,
        log: { status: say, info: say, warn: (text) => say(`warning: ${text}`), debug() {} },
      };
      const urn = `urn:pulumi:${stack}::${project}::pulumi-nodejs:dynamic/sesdomain:${kind}::${name}`;
      const { declare, hold, keeps, meet, hasMet, settling } = openRun();
      const who: Caller = {
        user: userOf(urn).user,
        formerMark: formerMarkOf(urn),
        claim: (arn) => declare(arn, urn),
        hold,
        keeps,
        meet,
        hasMet,
        settling,
      };
      const preview = async (args: Props, olds: Props = {}) => {
        const previewed = await resource.check(args, olds, who, ctx);
        assertPlain(previewed.inputs);
        return previewed;
      };
      return {
        lines,
        preview,
        diff: (outputs, inputs) => resource.diff(outputs, inputs, ctx),
        async up(args, before) {
          const { inputs, failures } = await preview(args, before?.inputs);
          if (failures.length > 0)
            throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
          try {
            const { outputs } = await resource.apply(inputs, before?.outputs, who, ctx);
            assertPlain(outputs);
            return { inputs, outputs };
          } catch (error) {
            if (!(error instanceof PartialFailure)) throw error;
            return { inputs, outputs: (error.state as Created).outputs, failed: error.message };
          }
        },
        read: (standing) => resource.refresh(standing.outputs, ctx),
        destroy: (standing) => resource.remove(standing.outputs, who, ctx),
        adopt: (id) => adopt(id, who, ctx),
      };
    },
    at(name) {
      const set = emulator.zones.view(zone.id).find({ name, type: "TXT" });
      return set && { ttl: set.ttl, values: set.values.map((value) => unquoteText(value, "octal")).sort() };
    },
    setValues(name, values, ttl = 1800) {
      emulator.zones.change(zone.id, [
        values.length === 0
          ? { action: "delete", key: { name, type: "TXT" } }
          : { action: "put", set: { name, type: "TXT", ttl, values: values.map((value) => txt(value)) } },
      ]);
    },
    statuses: () =>
      Object.fromEntries(emulator.cloud.ses.identities().map((one) => [`${one.accountId}/${one.region}`, one.status])),
    close: () => emulator.close(),
  };
}

async function adopted<Args, State>(
  lifecycle: Lifecycle<Args, State>,
  id: string,
  caller: Caller,
  ctx: Ctx,
): Promise<Imported | undefined> {
  const found = await lifecycle.adopt?.(id, caller, ctx);
  if (found === undefined) return undefined;
  const { state, inputs } = found;
  assertPlain(inputs);
  const outputs = lifecycle.codec.encode(state);
  assertPlain(outputs);
  const checked = await lifecycle.check(inputs, rememberedOf(inputs, inputs), caller, ctx);
  const read = lifecycle.codec.decode(outputs);
  const { plan } = await lifecycle.plan(lifecycle.settle(inputs) as Args, { state: read }, ctx);
  const steps = plan.steps.map((one) =>
    [one.step, "identity" in one ? one.identity : "", "name" in one ? one.name : ""].join(" ").trim(),
  );
  return { id: lifecycle.codec.id(state), inputs, outputs, failures: checked.failures, steps };
}

/** The engine's wire format has no `undefined`: a provider that hands it one ends there. */
function assertPlain(props: Props): void {
  assert.deepStrictEqual(JSON.parse(JSON.stringify(props)), props);
}
