import * as pulumi from "@pulumi/pulumi";
import { HOST_CONFIG } from "../dns/hosts";

/** Pulumi's package of dynamic resources in Node.js, which those of this package are. */
export const PACKAGE = "pulumi-nodejs";

/** The namespaces of stack config that are read here. */
const READ = new RegExp(`^(${["aws", "sesdomain", ...HOST_CONFIG].join("|")}):`);

/**
 * The provider of this package's resources, for a stack where `pulumi:disable-default-providers` leaves it none. It has the
 * stack's config for AWS, the DNS hosts and `sesdomain:`, as Pulumi's default one has. Secrets there stay secret in it.
 */
export class NodejsProvider extends pulumi.ProviderResource {
  constructor(name: string, opts?: pulumi.ResourceOptions) {
    const config = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => READ.test(key));
    const props = config.map(([key, value]) => [key, isSecret(key) ? pulumi.secret(value) : value] as const);
    super(PACKAGE, name, Object.fromEntries(props), opts);
  }
}

/** Says so where a provider that the program made lacks config of the stack: nothing else would. */
export function warnOfMissingConfig(
  resource: pulumi.CustomResource,
  type: string,
  opts: pulumi.CustomResourceOptions,
): void {
  const provider = opts.provider ?? resource.getProvider(type);
  if (provider === undefined) return;
  const missing = Object.keys(pulumi.runtime.allConfig()).filter((key) => READ.test(key) && !(key in provider));
  if (missing.length === 0) return;
  const text = `The provider of this resource was made without the stack's config. So ${missing.join(", ")} ${missing.length === 1 ? "does" : "do"} not apply here. Make it with new NodejsProvider(name), of pulumi-sesdomain, or pass them to it.`;
  void pulumi.log.warn(text, resource);
}

function isSecret(key: string): boolean {
  // Internal to the SDK: where it is gone, everything is a secret.
  const { isConfigSecret } = pulumi.runtime as { readonly isConfigSecret?: (key: string) => boolean };
  return isConfigSecret?.(key) ?? true;
}
