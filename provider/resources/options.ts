import * as pulumi from "@pulumi/pulumi";

/** Pulumi ignores these for dynamic resources, or fails on them late and without a word on the way out. */
export function refuseOptions(opts: pulumi.CustomResourceOptions): void {
  if (opts.provider !== undefined) {
    throw new pulumi.ResourceError(
      "provider is not an option here: credentials are chosen by profile, roleArn or credentials.",
      opts.parent,
    );
  }
  if (opts.import !== undefined) {
    throw new pulumi.ResourceError(
      'import is not an option here: declare the domain, and adopt ("keep" or "own") takes over what is there.',
      opts.parent,
    );
  }
  if (opts.customTimeouts !== undefined) {
    throw new pulumi.ResourceError("customTimeouts is not an option here: set the argument timeout.", opts.parent);
  }
}
