export type {
  AddressIdentityArgs,
  AwaitedDomain,
  AwaitedRecord,
  CloudflareArgs,
  DkimArgs,
  DmarcArgs,
  DnsArgs,
  DnsCheckArgs,
  DomainIdentityArgs,
  DomainVerificationArgs,
  HostArgs,
  IdentityArgs,
  MailFromArgs,
  ManualArgs,
  PowerdnsArgs,
  Rfc2136Args,
  Route53Args,
  VerifiedDomainArgs,
  VerifiedEmailAddressArgs,
} from "./resources/args";
export { type AwsProvider, awsIdentity } from "./resources/aws-provider";
export { DomainIdentity } from "./resources/domain-identity";
export { DomainVerification } from "./resources/domain-verification";
export { NodejsProvider } from "./resources/nodejs-provider";
export type {
  AddressVerificationOutput,
  DkimOutput,
  MailFromOutput,
  RecordOutput,
  VerificationOutput,
} from "./resources/outputs";
export { VerifiedDomain } from "./resources/verified-domain";
export { VerifiedEmailAddress } from "./resources/verified-email-address";
