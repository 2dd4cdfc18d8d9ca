export type {
  AwaitedDomain,
  CloudflareArgs,
  DnsArgs,
  DnsCheckArgs,
  DomainIdentityArgs,
  DomainVerificationArgs,
  IdentityArgs,
  ManualArgs,
  PowerdnsArgs,
  Rfc2136Args,
  Route53Args,
  VerifiedDomainArgs,
} from "./resources/args";
export { type AwsProvider, awsIdentity } from "./resources/aws-provider";
export { DomainIdentity } from "./resources/domain-identity";
export { DomainVerification } from "./resources/domain-verification";
export type { RecordOutput, VerificationOutput } from "./resources/outputs";
export { VerifiedDomain } from "./resources/verified-domain";
