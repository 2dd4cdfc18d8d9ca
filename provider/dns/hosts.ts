import type { Fqdn } from "../core/fqdn";

/* What a program says of its DNS host, validated: plain JSON, without credentials. */

interface CheckedRoute53 {
  readonly kind: "route53";
  /** Without the `/hostedzone/` that some tools put in front. */
  readonly zoneId?: string | undefined;
  readonly profile?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
  readonly credentials?: string | undefined;
}

interface CheckedCloudflare {
  readonly kind: "cloudflare";
  readonly zoneId?: string | undefined;
  readonly credentials?: string | undefined;
}

export interface CheckedRfc2136 {
  readonly kind: "rfc2136";
  /** `host`, `host:port` or `[v6]:port`; undefined where configuration or environment names it. */
  readonly server?: string | undefined;
  readonly zone?: Fqdn | undefined;
  readonly transport?: "tcp" | "udp" | undefined;
  readonly credentials?: string | undefined;
}

export interface CheckedPowerdns {
  readonly kind: "powerdns";
  /** http or https; undefined where configuration or environment names it. */
  readonly url?: string | undefined;
  readonly serverId?: string | undefined;
  readonly credentials?: string | undefined;
}

interface CheckedManual {
  readonly kind: "manual";
  readonly underscores: boolean;
  readonly multipleValues: boolean;
  readonly credentials?: string | undefined;
}

export type CheckedDns = CheckedRoute53 | CheckedCloudflare | CheckedRfc2136 | CheckedPowerdns | CheckedManual;
