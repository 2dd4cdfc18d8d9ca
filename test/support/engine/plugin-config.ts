import { type CustomResourceOptions, type Inputs, ProviderResource, type ResourceOptions } from "@pulumi/pulumi";
import { PluginResource, pluginPath } from "./plugin";
import type { EngineStack, StackSettings } from "./stack";
import { DOMAIN, type EngineWorld } from "./world";

/** A provider of the plugin that the program makes. */
export class PluginConfig extends ProviderResource {
  constructor(name: string, inputs: Inputs, options: ResourceOptions = {}) {
    super("sesdomain", name, inputs, options);
  }
}

const OUTPUTS = Object.fromEntries(
  ["identityArns", "verified", "records", "verification"].map((name) => [name, undefined]),
);

/** A domain of the plugin at Route 53, in the one region that is configured. */
export function declarePlain(name = "mail", args: Inputs = {}, options: CustomResourceOptions = {}): PluginResource {
  return new PluginResource(
    "VerifiedDomain",
    name,
    { domain: DOMAIN, dns: { kind: "route53" }, ...args, ...OUTPUTS },
    options,
  );
}

/** Of the environment only addresses: region and credentials come from the configuration alone. */
const WITHOUT = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
  "CLOUDFLARE_API_TOKEN",
];

/** A stack whose plugin finds region and credentials nowhere but in its configuration. */
export async function openConfigured(world: EngineWorld, settings: StackSettings): Promise<EngineStack> {
  const stack = await world.open({ ...settings, env: { PATH: pluginPath(), ...settings.env } });
  stack.changeEnv(Object.fromEntries(WITHOUT.map((name) => [name, undefined])));
  return stack;
}

/** The account's key with another secret: what was signed with the last one is refused from now on. */
export function rotate(world: EngineWorld, account: string, secretKey: string): void {
  const { accessKeyId } = world.emulator.cloud.credentials(account);
  world.emulator.cloud.accounts.add({ id: account, accessKeyId, secretAccessKey: secretKey });
}

/** The configuration with the account's key as it is now. */
export function keysOf(
  world: EngineWorld,
  account: string,
): { readonly accessKey: string; readonly secretKey: string } {
  const { accessKeyId, secretAccessKey } = world.emulator.cloud.credentials(account);
  return { accessKey: accessKeyId, secretKey: secretAccessKey };
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** The state as text, without what is in the envelope of a secret. */
export async function plainState(stack: EngineStack): Promise<string> {
  return JSON.stringify(await stack.exportState(), (_, value: unknown) =>
    typeof value === "object" && value !== null && SIGNATURE in value ? "a secret" : value,
  );
}
