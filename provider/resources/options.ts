import * as pulumi from "@pulumi/pulumi";
import { PACKAGE } from "./nodejs-provider";

const SERVED_BY = `pulumi:providers:${PACKAGE}`;

/**
 * Refuses what Pulumi ignores for dynamic resources, or fails on late, without a hint how to fix it. The stack trace
 * is hidden: with it Pulumi would print the whole parent.
 */
export function refuseOptions(opts: pulumi.CustomResourceOptions): void {
  const refuse = (reason: string): never => {
    throw new pulumi.ResourceError(reason, opts.parent, true);
  };
  const type = typeOf(opts.provider);
  if (type !== undefined && type !== SERVED_BY) {
    refuse(
      `provider is of package ${type.replace(/^pulumi:providers:/, "")}, and has to be of ${PACKAGE} here, or omitted. Credentials are chosen by profile, roleArn or credentials. awsIdentity takes them from an aws.Provider.`,
    );
  }
  if (opts.import !== undefined) {
    refuse('import is not an option here: declare the domain, and adopt ("keep" or "own") takes over what is there.');
  }
  if (opts.customTimeouts !== undefined) {
    refuse("customTimeouts is not an option here: set the argument timeout.");
  }
  if ((opts as pulumi.ComponentResourceOptions).providers !== undefined) {
    refuse(
      `providers is an option of components: give it to the parent, or set provider to one of package ${PACKAGE}.`,
    );
  }
}

/** Of a provider, its type; of anything else, what it is. */
function typeOf(provider: unknown): string | undefined {
  if (provider === undefined || provider === null) return undefined;
  const type = (provider as { readonly __pulumiType?: unknown }).__pulumiType;
  return typeof type === "string" ? type : `"${typeof provider}", which is not a provider`;
}
