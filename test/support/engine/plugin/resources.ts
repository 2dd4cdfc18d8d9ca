import * as pulumi from "@pulumi/pulumi";
import type {
  AwaitedDomain,
  DomainIdentityArgs,
  DomainVerificationArgs,
  VerifiedDomainArgs,
  VerifiedEmailAddressArgs,
} from "../../../../provider/resources/args";
import type * as identity from "../../../../provider/resources/domain-identity";
import type * as verification from "../../../../provider/resources/domain-verification";
import type * as domain from "../../../../provider/resources/verified-domain";
import type * as address from "../../../../provider/resources/verified-email-address";
import { type ResourceName, typeOf } from "../door";

/** The resources as a plain program declares those of a plugin: the arguments, and nothing else. */

type DomainOutputs = domain.VerifiedDomain;
type IdentityOutputs = identity.DomainIdentity;
type VerificationOutputs = verification.DomainVerification;
type AddressOutputs = address.VerifiedEmailAddress;

class PluginResource extends pulumi.CustomResource {
  constructor(
    kind: ResourceName,
    name: string,
    args: object,
    outputs: readonly string[],
    opts: pulumi.CustomResourceOptions = {},
  ) {
    const props = { ...Object.fromEntries(outputs.map((one) => [one, undefined])), ...args };
    // As in every generated SDK, from the schema: a dynamic resource of that name becomes this one.
    const alias = { aliases: [{ type: typeOf(kind, "dynamic") }] };
    super(typeOf(kind, "plugin"), name, props, pulumi.mergeOptions(alias, opts));
  }
}

export class VerifiedDomain extends PluginResource {
  declare readonly domain: DomainOutputs["domain"];
  declare readonly identityArns: DomainOutputs["identityArns"];
  declare readonly verifications: DomainOutputs["verifications"];
  declare readonly records: DomainOutputs["records"];
  declare readonly verified: DomainOutputs["verified"];
  declare readonly verifiedAt: DomainOutputs["verifiedAt"];
  declare readonly readyToSend: DomainOutputs["readyToSend"];
  declare readonly readyAt: DomainOutputs["readyAt"];
  declare readonly sendingArns: DomainOutputs["sendingArns"];

  constructor(name: string, args: VerifiedDomainArgs, opts?: pulumi.CustomResourceOptions) {
    const waited = ["verified", "verifiedAt", "readyToSend", "readyAt", "sendingArns"];
    super("VerifiedDomain", name, args, ["identityArns", "verifications", "records", ...waited], opts);
  }
}

export class DomainIdentity extends PluginResource {
  declare readonly domain: IdentityOutputs["domain"];
  declare readonly identities: IdentityOutputs["identities"];
  declare readonly identityArns: IdentityOutputs["identityArns"];
  declare readonly verifications: IdentityOutputs["verifications"];
  declare readonly records: IdentityOutputs["records"];

  constructor(name: string, args: DomainIdentityArgs, opts?: pulumi.CustomResourceOptions) {
    super("DomainIdentity", name, args, ["identities", "identityArns", "verifications", "records"], opts);
  }
}

export class DomainVerification extends PluginResource {
  declare readonly identityArns: VerificationOutputs["identityArns"];
  declare readonly domains: VerificationOutputs["domains"];
  declare readonly verified: VerificationOutputs["verified"];
  declare readonly verifiedAt: VerificationOutputs["verifiedAt"];

  constructor(name: string, args: DomainVerificationArgs, opts?: pulumi.CustomResourceOptions) {
    const list: readonly AwaitedDomain[] = "domain" in args.of ? [args.of] : args.of;
    // As other languages pass it: the outputs, or it would travel as a reference to a resource.
    const of = list.map(({ domain, identities, verifications, records }) => ({
      domain,
      identities,
      verifications,
      records,
    }));
    super("DomainVerification", name, { ...args, of }, ["identityArns", "domains", "verified", "verifiedAt"], opts);
  }
}

export class VerifiedEmailAddress extends PluginResource {
  declare readonly address: AddressOutputs["address"];
  declare readonly identityArns: AddressOutputs["identityArns"];
  declare readonly verifications: AddressOutputs["verifications"];
  declare readonly verified: AddressOutputs["verified"];
  declare readonly verifiedAt: AddressOutputs["verifiedAt"];

  constructor(name: string, args: VerifiedEmailAddressArgs, opts?: pulumi.CustomResourceOptions) {
    super("VerifiedEmailAddress", name, args, ["identityArns", "verifications", "verified", "verifiedAt"], opts);
  }
}
