import type { Aws } from "../aws/aws";
import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import type { DnsBackend } from "./backend";
import type { CheckedDns } from "./hosts";

/** Each is loaded where a program uses it: together they take a quarter of the time that loading the provider takes. */
const kinds = {
  route53: (): typeof import("./route53/route53") => require("./route53/route53"),
  cloudflare: (): typeof import("./cloudflare/cloudflare") => require("./cloudflare/cloudflare"),
  rfc2136: (): typeof import("./rfc2136/rfc2136") => require("./rfc2136/rfc2136"),
  powerdns: (): typeof import("./powerdns/powerdns") => require("./powerdns/powerdns"),
  manual: (): typeof import("./manual/manual") => require("./manual/manual"),
} as const;

/** What a back end may need; each takes its part. */
export interface BackendPorts {
  readonly aws: Aws;
  /** Stack config by full key, secrets decrypted. */
  readonly get: (key: string) => string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** The servers that the parent delegates a zone to: tells the real one among zones of one name. */
  readonly delegatedServers: (zone: Fqdn, ctx: Ctx) => Promise<readonly string[] | undefined>;
}

/** The registry of DNS hosts. */
export function openBackend(dns: CheckedDns, ports: BackendPorts): DnsBackend {
  switch (dns.kind) {
    case "route53":
      return kinds.route53().openRoute53({ ...dns, delegatedServers: ports.delegatedServers }, ports.aws);
    case "cloudflare":
      return kinds.cloudflare().openCloudflare(dns, ports);
    case "rfc2136":
      return kinds.rfc2136().openRfc2136(dns, ports);
    case "powerdns":
      return kinds.powerdns().openPowerdns(dns, ports);
    case "manual":
      return kinds.manual().openManual(dns);
  }
}
