import type { HostEntry } from "../descriptor";

/** Amazon Route 53. */
export interface Route53Entry extends HostEntry {
  /** Says that the entry is for Route 53. */
  readonly kind: "route53";
  /** The hosted zone. Default: the longest public zone that holds the name and to which the domain is delegated. */
  readonly zoneId?: string | undefined;
  /** A profile of the shared AWS configuration files. Default: `aws:profile`, then the SDK's own chain. */
  readonly profile?: string | undefined;
  /** A role to assume before Route 53 is asked. */
  readonly roleArn?: string | undefined;
  /** The external id that the role's trust policy asks for. Only with `roleArn`. */
  readonly externalId?: string | undefined;
  /** The name of a set of credentials in `sesdomain:credentials`. */
  readonly credentials?: string | undefined;
}
