import * as pulumi from "@pulumi/pulumi";
import type { DomainIdentityArgs, IdentityArgs } from "./args";
import { declaredNear } from "./declared";
import { warnOfMissingConfig } from "./nodejs-provider";
import { refuseOptions } from "./options";
import type { RecordOutput, VerificationOutput } from "./outputs";
import { secretsOf } from "./secrets";
import { shim } from "./shim";

const TYPE = "pulumi-nodejs:dynamic/sesdomain:DomainIdentity";

/**
 * Asks SES for a domain's identities and outputs the records to publish, for those who keep their DNS in another Pulumi
 * provider. It writes no DNS and does not wait: a `DomainVerification` after the records does.
 */
export class DomainIdentity extends pulumi.CustomResource {
  /** The domain as SES has it: lower case, A-labels. */
  declare readonly domain: pulumi.Output<string>;
  /** Which identities, and by which credentials SES is asked: for a `DomainVerification`. */
  declare readonly identities: pulumi.Output<IdentityArgs[]>;
  /** By the name of the identity. Known before SES has verified it: depend on the `DomainVerification` to send. */
  declare readonly identityArns: pulumi.Output<Readonly<Record<string, string>>>;
  /** The identities as SES has them, in the order of the argument `identities`. */
  declare readonly verifications: pulumi.Output<VerificationOutput[]>;
  /** One record set a name and type, with every value that it has to hold: other values of a TXT name have to stay. */
  declare readonly records: pulumi.Output<RecordOutput[]>;

  /** Whether the value is such a resource, made by any copy of this package. */
  static override isInstance(value: unknown): value is DomainIdentity {
    return (value as { __pulumiType?: string } | undefined)?.__pulumiType === TYPE;
  }

  constructor(name: string, args: DomainIdentityArgs, opts: pulumi.CustomResourceOptions = {}) {
    refuseOptions(opts);
    const outputs = { identities: undefined, verifications: undefined, records: undefined, identityArns: undefined };
    const own = {
      __provider: shim("domainIdentity"),
      __urn: pulumi.createUrn(name, TYPE, opts.parent),
      __preview: pulumi.runtime.isDryRun(),
      ...secretsOf(args),
      __declared: declaredNear(args.domain),
    };
    super(TYPE, name, { ...outputs, ...args, ...own }, opts);
    warnOfMissingConfig(this, TYPE, opts);
  }
}
