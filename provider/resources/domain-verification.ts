import * as pulumi from "@pulumi/pulumi";
import type { AwaitedDomain, DomainVerificationArgs } from "./args";
import { warnOfMissingConfig } from "./nodejs-provider";
import { refuseOptions } from "./options";
import { secretsOf } from "./secrets";
import { shim } from "./shim";

const TYPE = "pulumi-nodejs:dynamic/sesdomain:DomainVerification";

/**
 * Waits until every authoritative name server serves the records of the domains and SES says Success for them, and
 * watches both on preview. Give it `dependsOn` the record resources. It creates nothing. If the record is missing, the
 * provider that owns it has to write it again. If SES has stopped looking, the `DomainIdentity` asks again.
 */
export class DomainVerification extends pulumi.CustomResource {
  /** By domain, then by the name of the identity. Resolves only once all are verified: safe to depend on. */
  declare readonly identityArns: pulumi.Output<Readonly<Record<string, Readonly<Record<string, string>>>>>;
  /** The domains that it waits for, as SES has them. */
  declare readonly domains: pulumi.Output<readonly string[]>;
  /** Whether `up` saw all of them verified. */
  declare readonly verified: pulumi.Output<boolean>;
  /** ISO 8601: when `up` saw all of them verified. */
  declare readonly verifiedAt: pulumi.Output<string | undefined>;

  /** Whether the value is such a resource, made by any copy of this package. */
  static override isInstance(value: unknown): value is DomainVerification {
    return (value as { __pulumiType?: string } | undefined)?.__pulumiType === TYPE;
  }

  constructor(name: string, args: DomainVerificationArgs, opts: pulumi.CustomResourceOptions = {}) {
    refuseOptions(opts);
    const list: readonly AwaitedDomain[] = "domain" in args.of ? [args.of] : args.of;
    // Of a resource only its outputs, or it would travel as a reference to itself.
    const of = list.map(({ domain, identities, verifications, records }) => ({
      domain,
      identities,
      verifications,
      records,
    }));
    const outputs = { identityArns: undefined, domains: undefined, verified: undefined, verifiedAt: undefined };
    const own = {
      __provider: shim("domainVerification"),
      __urn: pulumi.createUrn(name, TYPE, opts.parent),
      __preview: pulumi.runtime.isDryRun(),
      ...secretsOf({ ...args, of }),
    };
    super(TYPE, name, { ...args, ...outputs, of, ...own }, opts);
    warnOfMissingConfig(this, TYPE, opts);
  }
}
