import * as pulumi from "@pulumi/pulumi";
import type { VerifiedEmailAddressArgs } from "./args";
import { warnOfMissingConfig } from "./nodejs-provider";
import { refuseOptions } from "./options";
import type { AddressVerificationOutput } from "./outputs";
import { secretsOf } from "./secrets";
import { shim } from "./shim";

const TYPE = "pulumi-nodejs:dynamic/sesdomain:VerifiedEmailAddress";

/**
 * One address that Amazon SES may send from, for a domain that is not one's own. SES mails a link to it, and a person has
 * to follow the link within 24 hours. `pulumi up` does not wait for that, unless `wait` says so; `pulumi preview` tells how
 * far it is, and what may keep the mail from arriving.
 */
export class VerifiedEmailAddress extends pulumi.CustomResource {
  /** The address as SES has it: the part before the "@" as written, the domain in lower case and A-labels. */
  declare readonly address: pulumi.Output<string>;
  /** By the name of the identity. Without `wait` they are known before the link has been followed. */
  declare readonly identityArns: pulumi.Output<Readonly<Record<string, string>>>;
  /** The identities as SES has them, in the order of the argument `identities`. */
  declare readonly verifications: pulumi.Output<AddressVerificationOutput[]>;
  /** Whether `up` or a refresh saw every identity confirmed, or the address's whole domain verified. */
  declare readonly verified: pulumi.Output<boolean>;
  /** ISO 8601: when it was seen so first. */
  declare readonly verifiedAt: pulumi.Output<string | undefined>;

  /** Whether the value is such a resource, made by any copy of this package. */
  static override isInstance(value: unknown): value is VerifiedEmailAddress {
    return (value as { __pulumiType?: string } | undefined)?.__pulumiType === TYPE;
  }

  constructor(name: string, args: VerifiedEmailAddressArgs, opts: pulumi.CustomResourceOptions = {}) {
    refuseOptions(opts);
    const outputs = { identityArns: undefined, verifications: undefined, verified: undefined, verifiedAt: undefined };
    const own = {
      __provider: shim("verifiedEmailAddress"),
      __urn: pulumi.createUrn(name, TYPE, opts.parent),
      __preview: pulumi.runtime.isDryRun(),
      ...secretsOf(args),
    };
    super(TYPE, name, { ...args, ...outputs, ...own }, opts);
    warnOfMissingConfig(this, TYPE, opts);
  }
}
