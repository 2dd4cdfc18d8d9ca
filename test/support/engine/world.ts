import assert from "node:assert/strict";
import { type CustomResourceOptions, dynamic, type Input, type Output } from "@pulumi/pulumi";
import { type Emulator, type EmulatorOptions, openEmulator } from "../../../emulator";
import { txt } from "../../../emulator/text";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";
import { unquoteText } from "../../../provider/dns/txt";
import type { VerifiedDomainArgs } from "../../../provider/resources/args";
import { isPlugin } from "./door";
import { pluginConfig } from "./plugin/config";
import { VerifiedDomain } from "./resources";
import { type EngineRun, type EngineStack, openStack, type StackSettings } from "./stack";

export const DOMAIN = fqdn("ses-example.com");
export const NAME = fqdn("_amazonses.ses-example.com");
export const ACCOUNT = "000000000000";
/** What stands at `_amazonses` and at the domain before any of ours comes. */
export const OTHER_TEAM = "b3RoZXIgdGVhbSdzIHRva2VuLCAzMiBvY3RldHMuLi4=";
export const SPF = "v=spf1 include:amazonses.com ~all";
export const HOUR_MS = 3_600_000;

/** SES looks sooner than the real one, and Route 53 is in sync at once, so that a run does not wait for them. */
const SCHEDULE = { firstLookMs: 100, youngLookMs: 500 };

export interface EngineWorld {
  readonly emulator: Emulator;
  readonly zoneId: string;
  /** A stack whose provider reaches this emulator. */
  open(settings: StackSettings): Promise<EngineStack>;
  at(name: Fqdn): { readonly ttl: number; readonly values: readonly string[] } | undefined;
  setValues(name: Fqdn, values: readonly string[], ttl?: number): void;
  /** The zone's name servers. */
  servers(): readonly { readonly name: string; readonly addresses: readonly string[] }[];
  /** SES's status, by region. */
  statuses(): Readonly<Record<string, string>>;
  /** The tokens that SES holds for the domain, sorted. */
  tokens(): readonly string[];
  /** One identity in each of the regions, one value for each in addition to what was there, and nothing else. */
  assertVerified(regions: readonly string[]): void;
  /** As before any of ours came. */
  assertUntouched(): void;
  /** Requests by `service:action` since `reset`. */
  requests(): Readonly<Record<string, number>>;
  /** Closes the stacks too. */
  close(): Promise<void>;
}

/** An emulator with one zone that holds other people's values, for programs that the real engine runs. */
export async function openEngineWorld(options: EmulatorOptions = {}): Promise<EngineWorld> {
  const emulator = await openEmulator({
    serversPerZone: 3,
    ...options,
    ses: { schedule: SCHEDULE, ...options.ses },
    route53: { insyncMs: 0, ...options.route53 },
  });
  const zone = await emulator.addZone({
    name: DOMAIN,
    sets: [
      { name: DOMAIN, type: "TXT", ttl: 3600, values: [txt(SPF)] },
      { name: NAME, type: "TXT", ttl: 1800, values: [txt(OTHER_TEAM)] },
    ],
  });
  const stacks: EngineStack[] = [];
  const { ses } = emulator.cloud;

  const world: EngineWorld = {
    emulator,
    zoneId: zone.id,
    async open(settings) {
      const stack = await openStack({
        ...settings,
        env: { ...emulator.env, ...settings.env },
        ...(isPlugin && { toConfig: pluginConfig }),
      });
      stacks.push(stack);
      return stack;
    },
    at(name) {
      const set = emulator.zones.view(zone.id).find({ name, type: "TXT" });
      return set && { ttl: set.ttl, values: set.values.map((value) => unquoteText(value, "octal")).sort() };
    },
    setValues(name, values, ttl = 1800) {
      emulator.zones.change(zone.id, [
        { action: "put", set: { name, type: "TXT", ttl, values: values.map((value) => txt(value)) } },
      ]);
    },
    servers: () => zone.servers,
    statuses: () => Object.fromEntries(ses.identities().map(({ region, status }) => [region, status])),
    tokens: () =>
      ses
        .identities()
        .flatMap(({ token }) => token ?? [])
        .sort(),
    assertVerified(regions) {
      const all = Object.fromEntries([...regions].sort().map((region) => [region, "Success"]));
      assert.deepEqual(sorted(world.statuses()), all);
      assert.equal(ses.identities().length, regions.length);
      assert.deepEqual(world.at(NAME), { ttl: 1800, values: [OTHER_TEAM, ...world.tokens()].sort() });
      assert.deepEqual(world.at(DOMAIN), { ttl: 3600, values: [SPF] });
    },
    assertUntouched() {
      assert.deepEqual(world.statuses(), {});
      assert.deepEqual(world.at(NAME), { ttl: 1800, values: [OTHER_TEAM] });
      assert.deepEqual(world.at(DOMAIN), { ttl: 3600, values: [SPF] });
    },
    requests: () => emulator.requests.counts().http,
    async close() {
      for (const stack of stacks) await stack.close();
      await emulator.close();
    },
  };
  return world;
}

/** A domain in these regions, as a user declares it. */
export function declare(
  name: string,
  more: Partial<VerifiedDomainArgs> & { readonly regions?: readonly string[] } = {},
  options: CustomResourceOptions = {},
) {
  const { regions = ["us-east-1", "eu-west-1"], ...args } = more;
  const identities = regions.map((region) => ({ region }));
  return new VerifiedDomain(name, { domain: DOMAIN, identities, dns: { kind: "route53" }, ...args }, options);
}

/** What depends on a domain: a resource that does nothing but hold its inputs. */
export class Holder extends dynamic.Resource {
  /** The input `value` once more, unknown until the resource exists. */
  declare readonly made: Output<string>;

  constructor(name: string, props: Readonly<Record<string, Input<unknown>>>, options: CustomResourceOptions = {}) {
    super(holder, name, { made: undefined, ...props }, options);
  }
}

const holder: dynamic.ResourceProvider = {
  async create(inputs) {
    return { id: "held", outs: { ...inputs, made: inputs.value ?? "" } };
  },
  async diff(_id, olds, news) {
    return { changes: JSON.stringify(olds.arns) !== JSON.stringify(news.arns) };
  },
  async update(_id, _olds, news) {
    return { outs: { ...news, made: news.value ?? "" } };
  },
};

export function succeeded(run: EngineRun): EngineRun {
  assert.equal(run.failed, false, `${run.stdout}\n${run.stderr}`);
  return run;
}

/** The warnings on the lines of resources of ours. */
export function warningsOf({ diagnostics }: EngineRun): string[] {
  return diagnostics
    .filter(({ severity, urn }) => severity === "warning" && urn?.includes("sesdomain:"))
    .map(({ message }) => message);
}

/** The requests among them that change something. */
export function changing(requests: Readonly<Record<string, number>>): readonly string[] {
  return Object.keys(requests).filter((one) => /:(Verify|Delete|Tag|Untag|Change|Create|Put|Update|Set)/.test(one));
}

function sorted(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
