import * as pulumi from "@pulumi/pulumi";
import { VerifiedDomain } from "../../provider";
import { type EngineStack, openStack } from "../../test/support/engine/stack";
import type { BenchCloud } from "./cloud";
import { REGION } from "./cloud-names";
import type { Entry } from "./cloud-process";

/** What the state of the one resource that was really made is multiplied from. */
export const TEMPLATE = { name: "template", domain: "ses-bench-template.com" } as const;
const PROJECT = "sesdomain-bench";
const CONFIG = { "aws:region": REGION };

const FLOOR_TYPE = "pulumi-nodejs:dynamic/bench:Noop";
/** As thin as a dynamic resource can be: a constant line that needs no package, and does nothing. */
const NOOP =
  "exports.handler = () => ({ check: async (olds, news) => ({ inputs: news, failures: [] }), diff: async () => ({ changes: false }), create: async (inputs) => ({ id: inputs.domain, outs: inputs }) });";

class Noop extends pulumi.CustomResource {}

type Named = Pick<Entry, "domain"> & { readonly name: string };

function declareOurs({ name, domain }: Named): void {
  new VerifiedDomain(name, { domain, identities: [{ region: REGION }], dns: { kind: "route53" } });
}

/** The same inputs as a `VerifiedDomain` has in the state. */
function declareNoop({ name, domain }: Named): void {
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

/** The template's zone has to be there. */
export function openOurs(cloud: BenchCloud, entries: readonly Entry[]): Promise<EngineStack> {
  return openMultiplied(cloud, entries, declareOurs);
}

export function openFloor(cloud: BenchCloud, entries: readonly Entry[]): Promise<EngineStack> {
  return openMultiplied(cloud, entries, declareNoop);
}

/** A stack with one resource that `up` made, and then with as many as there are entries, by its state. */
async function openMultiplied(
  cloud: BenchCloud,
  entries: readonly Entry[],
  declare: (named: Named) => void,
): Promise<EngineStack> {
  const program = (all: readonly Named[]) => async () => all.forEach(declare);
  const stack = await openStack({ program: program([TEMPLATE]), project: PROJECT, env: cloud.env, config: CONFIG });
  try {
    const up = await stack.up();
    if (up.failed) throw new Error(`the template could not be made:\n${up.stdout}`);
    const state = await stack.exportState();
    const resources: { readonly urn: string }[] = state.deployment.resources;
    const isTemplate = ({ urn }: { readonly urn: string }) => urn.endsWith(`::${TEMPLATE.name}`);
    const copies = resources.filter(isTemplate).flatMap((template) => entries.map((entry) => copyFor(template, entry)));
    const others = resources.filter((resource) => !isTemplate(resource));
    await stack.importState({ ...state, deployment: { ...state.deployment, resources: [...others, ...copies] } });
    stack.changeProgram(program(entries.map(({ domain }) => ({ name: domain, domain }))));
    return stack;
  } catch (error) {
    await stack.close();
    throw error;
  }
}

/** The name of a resource stands at the end of its URN, as a resource's own property and in `__urn`. */
function copyFor(template: object, { domain, token }: Entry): { readonly urn: string } {
  const text = JSON.stringify(template)
    .replaceAll(`::${TEMPLATE.name}"`, `::${domain}"`)
    .replaceAll(TEMPLATE.domain, domain);
  const original = tokenOf(template);
  return JSON.parse(original === undefined ? text : text.replaceAll(original, token));
}

function tokenOf(resource: object): string | undefined {
  const { outputs } = resource as { readonly outputs?: { readonly verifications?: readonly { token: string }[] } };
  return outputs?.verifications?.[0]?.token;
}
