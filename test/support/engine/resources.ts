import type { CustomResourceOptions } from "@pulumi/pulumi";
import type {
  DomainIdentityArgs,
  DomainVerificationArgs,
  VerifiedDomainArgs,
  VerifiedEmailAddressArgs,
} from "../../../provider/resources/args";
import * as identity from "../../../provider/resources/domain-identity";
import * as verification from "../../../provider/resources/domain-verification";
import * as domain from "../../../provider/resources/verified-domain";
import * as address from "../../../provider/resources/verified-email-address";
import { isPlugin } from "./door";
import * as plugin from "./plugin/resources";

/** The resources of the provider that serves this run: the same arguments and outputs with either. */

type Class<Args, Resource> = new (name: string, args: Args, opts?: CustomResourceOptions) => Resource;

export type VerifiedDomain = domain.VerifiedDomain;
export const VerifiedDomain: Class<VerifiedDomainArgs, VerifiedDomain> = isPlugin
  ? plugin.VerifiedDomain
  : domain.VerifiedDomain;

export type DomainIdentity = identity.DomainIdentity;
export const DomainIdentity: Class<DomainIdentityArgs, DomainIdentity> = isPlugin
  ? plugin.DomainIdentity
  : identity.DomainIdentity;

export type DomainVerification = verification.DomainVerification;
export const DomainVerification: Class<DomainVerificationArgs, DomainVerification> = isPlugin
  ? plugin.DomainVerification
  : verification.DomainVerification;

export type VerifiedEmailAddress = address.VerifiedEmailAddress;
export const VerifiedEmailAddress: Class<VerifiedEmailAddressArgs, VerifiedEmailAddress> = isPlugin
  ? plugin.VerifiedEmailAddress
  : address.VerifiedEmailAddress;
