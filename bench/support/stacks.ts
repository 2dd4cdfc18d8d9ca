import * as pulumi from "@pulumi/pulumi";
import { VerifiedDomain } from "../../provider";
import { type EngineStack, openStack } from "../../test/support/engine/stack";
import type { BenchCloud } from "./cloud";
import { MAIL_FROM_LABEL, REGION } from "./cloud-names";
import type { Entry, Parts } from "./cloud-process";

/** What the state of the one resource that was really made is multiplied from. */
export const TEMPLATE = { name: "template", domain: "ses-bench-template.com" } as const;
const PROJECT = "sesdomain-bench";
const CONFIG = { "aws:region": REGION };

const FLOOR_TYPE = "pulumi-nodejs:dynamic/bench:Noop";
/** As thin as a dynamic resource can be: a constant line that needs no package, and does nothing. */
export const NOOP =
  "exports.handler = () => ({ check: async (olds, news) => ({ inputs: news, failures: [] }), diff: async () => ({ changes: false }), create: async (inputs) => ({ id: inputs.domain, outs: inputs }) });";

/** The same, and what Check returns is as large as the inputs in the state. */
const FAIR_NOOP = NOOP.replace("inputs: news", "inputs: { ...olds, ...news }");

class Noop extends pulumi.CustomResource {}

export type Named = Pick<Entry, "domain"> & { readonly name: string };
type Resource = { readonly urn: string; readonly inputs?: object; readonly outputs?: object };

const OURS: Readonly<Record<Parts, (named: Named) => void>> = {
  verification: ({ name, domain }) => {
    new VerifiedDomain(name, { domain, identities: [{ region: REGION }], dns: { kind: "route53" } });
  },
  sending: ({ name, domain }) => {
    const sending = { dkim: true, mailFrom: MAIL_FROM_LABEL };
    new VerifiedDomain(name, { domain, identities: [{ region: REGION }], dns: { kind: "route53" }, ...sending });
  },
};

/** As many new domains are declared (docs/many-domains.md): else a preview warns of them. */
function declareFresh({ name, domain }: Named): void {
  new VerifiedDomain(name, { domain, identities: [{ region: REGION }], dns: { kind: "route53" }, wait: false });
}

/** The same inputs as a `VerifiedDomain` has in the state, and no outputs. */
function declareLight({ name, domain }: Named): void {
  const urn = pulumi.createUrn(name, FLOOR_TYPE);
  const identityArns = { [REGION]: `arn:aws:ses:${REGION}:000000000000:identity/${domain}` };
  const inputs = {
    domain,
    identities: [{ region: REGION }],
    dns: { kind: "route53" },
    verification: "verified",
    __register: 1,
  };
  new Noop(FLOOR_TYPE, name, { ...inputs, identityArns, __provider: NOOP, __urn: urn });
}

/** The arguments and the declared outputs of a `VerifiedDomain`. */
function declareFair({ name, domain }: Named): void {
  const outputs = { identityArns: undefined, verifications: undefined, records: undefined };
  const own = { __provider: FAIR_NOOP, __urn: pulumi.createUrn(name, FLOOR_TYPE) };
  const args = { domain, identities: [{ region: REGION }], dns: { kind: "route53" } };
  new Noop(FLOOR_TYPE, name, { ...args, ...outputs, verified: undefined, verifiedAt: undefined, ...own });
}

/** The template's zone has to be there. The second `up` leaves what a stack has that has been updated since its creation. */
export function openOurs(
  cloud: BenchCloud,
  entries: readonly Entry[],
  parts: Parts = "verification",
): Promise<EngineStack> {
  return openMultiplied(cloud, entries, OURS[parts], { ups: 2 });
}

export function openLightFloor(cloud: BenchCloud, entries: readonly Entry[]): Promise<EngineStack> {
  return openMultiplied(cloud, entries, declareLight, { ups: 1 });
}

/** With the bytes of `ours` in inputs and outputs. */
export async function openFairFloor(
  cloud: BenchCloud,
  entries: readonly Entry[],
  ours: EngineStack,
): Promise<EngineStack> {
  const [entry] = entries;
  const resources: Resource[] = (await ours.exportState()).deployment.resources;
  const one = resources.find(({ urn }) => entry !== undefined && urn.endsWith(`::${entry.domain}`));
  const text = entry === undefined ? "{}" : JSON.stringify(one).replaceAll(entry.domain, TEMPLATE.domain);
  const { inputs = {}, outputs = {} }: Resource = JSON.parse(text);
  const like = (mine: object = {}, theirs: object) => ({ ...theirs, ...mine });
  const fill = (template: Resource) => ({
    ...template,
    inputs: like(template.inputs, inputs),
    outputs: like(template.outputs, outputs),
  });
  return openMultiplied(cloud, entries, declareFair, { ups: 1, fill, tokens: entry && tokensOf(entry) });
}

/** New resources: nothing is in the state yet. */
export function openFresh(cloud: BenchCloud, entries: readonly Entry[], what: "ours" | "floor"): Promise<EngineStack> {
  const declare = what === "ours" ? declareFresh : declareFair;
  const program = async () => {
    for (const { domain } of entries) declare({ name: domain, domain });
  };
  return openStack({ program, project: PROJECT, env: cloud.env, config: CONFIG });
}

interface Multiplying {
  /** How often the template is updated. */
  readonly ups: number;
  readonly fill?: (template: Resource) => Resource;
  /** The tokens in a template that was filled. */
  readonly tokens?: readonly string[] | undefined;
}

/** A stack with one resource that `up` made, and then with as many as there are entries, by its state. */
export async function openMultiplied(
  cloud: BenchCloud,
  entries: readonly Entry[],
  declare: (named: Named) => void,
  { ups, fill = (template) => template, tokens }: Multiplying,
): Promise<EngineStack> {
  const stack = await openStack({
    program: programOf([TEMPLATE], declare),
    project: PROJECT,
    env: cloud.env,
    config: CONFIG,
  });
  try {
    for (let done = 0; done < ups; done++) {
      const up = await stack.up();
      if (up.failed) throw new Error(`the template could not be made:\n${up.stdout}`);
    }
    const state = await stack.exportState();
    const resources: Resource[] = state.deployment.resources;
    const isTemplate = ({ urn }: { readonly urn: string }) => urn.endsWith(`::${TEMPLATE.name}`);
    const copies = resources
      .filter(isTemplate)
      .flatMap((template) => entries.map((entry) => copyFor(fill(template), entry, tokens)));
    const others = resources.filter((resource) => !isTemplate(resource));
    await stack.importState({ ...state, deployment: { ...state.deployment, resources: [...others, ...copies] } });
    stack.changeProgram(programOf(namedIn(entries), declare));
    return stack;
  } catch (error) {
    await stack.close();
    throw error;
  }
}

/** A stack with the resources of another one, as they are in its state, and another program for the plugin. */
export async function openCopied(
  cloud: BenchCloud,
  entries: readonly Entry[],
  declare: (named: Named) => void,
  { from, pluginFolder }: { readonly from: EngineStack; readonly pluginFolder: string },
): Promise<EngineStack> {
  const program = programOf(namedIn(entries), declare);
  const stack = await openStack({ program, project: PROJECT, env: cloud.env, config: CONFIG, pluginFolder });
  try {
    const [state, copied] = [await stack.exportState(), await from.exportState()];
    const { resources } = copied.deployment;
    await stack.importState({ ...state, deployment: { ...state.deployment, resources } });
    return stack;
  } catch (error) {
    await stack.close();
    throw error;
  }
}

function programOf(all: readonly Named[], declare: (named: Named) => void): () => Promise<void> {
  return async () => all.forEach(declare);
}

function namedIn(entries: readonly Entry[]): readonly Named[] {
  return entries.map(({ domain }) => ({ name: domain, domain }));
}

/** The name of a resource stands at the end of its URN, as a resource's own property and in `__urn`. */
function copyFor(template: object, entry: Entry, filled: readonly string[] | undefined): Resource {
  const { domain } = entry;
  const text = JSON.stringify(template)
    .replaceAll(`::${TEMPLATE.name}"`, `::${domain}"`)
    .replaceAll(TEMPLATE.domain, domain);
  const originals = filled ?? tokensIn(template);
  const own = tokensOf(entry);
  return JSON.parse(originals.reduce((whole, original, at) => whole.replaceAll(original, own[at] ?? original), text));
}

function tokensOf({ token, dkimTokens }: Entry): readonly string[] {
  return [token, ...dkimTokens];
}

/** In the order of `tokensOf`. */
function tokensIn(resource: object): readonly string[] {
  type One = { readonly token: string; readonly dkim?: { readonly tokens: readonly string[] } };
  const { outputs } = resource as { readonly outputs?: { readonly verifications?: readonly One[] } };
  const [one] = outputs?.verifications ?? [];
  return one === undefined ? [] : [one.token, ...(one.dkim?.tokens ?? [])];
}
