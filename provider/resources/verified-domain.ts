import * as pulumi from "@pulumi/pulumi";
import type { VerifiedDomainArgs } from "./args";
import { declaredNear } from "./declared";
import { warnOfMissingConfig } from "./nodejs-provider";
import { refuseOptions } from "./options";
import type { RecordOutput, VerificationOutput } from "./outputs";
import { secretsOf } from "./secrets";
import { shim } from "./shim";

const TYPE = "pulumi-nodejs:dynamic/sesdomain:VerifiedDomain";

/**
 * A domain that Amazon SES has verified, in every region and account named. Its records are at the DNS host: the TXT record, and
 * those of DKIM, MAIL FROM and DMARC where they are asked for. `pulumi up` returns once every authoritative name server serves
 * the values and SES says Success; `pulumi preview` shows when that no longer holds.
 */
export class VerifiedDomain extends pulumi.CustomResource {
  /** The domain as SES has it: lower case, A-labels. */
  declare readonly domain: pulumi.Output<string>;
  /** By the name of the identity. Resolves only once the domain is verified (with `wait`): safe to depend on. */
  declare readonly identityArns: pulumi.Output<Readonly<Record<string, string>>>;
  /** The identities as SES has them, in the order of the argument `identities`. */
  declare readonly verifications: pulumi.Output<VerificationOutput[]>;
  /** The record sets that hold our values, with ours alone. */
  declare readonly records: pulumi.Output<RecordOutput[]>;
  /** Whether `up` saw every identity verified, and no refresh since has seen otherwise. */
  declare readonly verified: pulumi.Output<boolean>;
  /** ISO 8601: when `up` saw the domain verified. */
  declare readonly verifiedAt: pulumi.Output<string | undefined>;
  /** Whether all that is asked for was in place at the last `up`, and no refresh since has seen otherwise. */
  declare readonly readyToSend: pulumi.Output<boolean>;
  /** ISO 8601: when `up` saw all of it in place. */
  declare readonly readyAt: pulumi.Output<string | undefined>;
  /** As `identityArns`, with the identities alone for which all that is asked for was in place. */
  declare readonly sendingArns: pulumi.Output<Readonly<Record<string, string>>>;

  /** Whether the value is such a resource, made by any copy of this package. */
  static override isInstance(value: unknown): value is VerifiedDomain {
    return (value as { __pulumiType?: string } | undefined)?.__pulumiType === TYPE;
  }

  constructor(name: string, args: VerifiedDomainArgs, opts: pulumi.CustomResourceOptions = {}) {
    refuseOptions(opts);
    const outputs = {
      verifications: undefined,
      records: undefined,
      verified: undefined,
      verifiedAt: undefined,
      readyToSend: undefined,
      readyAt: undefined,
      sendingArns: undefined,
    };
    super(
      TYPE,
      name,
      {
        ...args,
        ...outputs,
        identityArns: undefined,
        __provider: shim("verifiedDomain"),
        __urn: pulumi.createUrn(name, TYPE, opts.parent),
        __preview: pulumi.runtime.isDryRun(),
        ...secretsOf(args),
        __declared: declaredNear(args.domain),
      },
      opts,
    );
    warnOfMissingConfig(this, TYPE, opts);
  }
}
