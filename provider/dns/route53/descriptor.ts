import { EXTERNAL_ID_ALONE, roleFault } from "../../aws/role-arn";
import { clip } from "../../core/text";
import { type HostDescriptor, nameHint } from "../descriptor";
import type { Route53Entry } from "./entry";

const load = (): typeof import("./route53") => require("./route53");

export const route53: HostDescriptor<Route53Entry> = {
  kind: "route53",
  title: "Route 53",
  aliases: ["aws", "r53", "amazon"],
  properties: {
    zoneId: {
      type: "text",
      role: "zone",
      describe:
        "the hosted zone, with or without `/hostedzone/`. Default: the longest public zone of the account that holds the name and that the domain is delegated to",
      /** Without the `/hostedzone/` that some tools put in front. */
      judge(text) {
        const value = text.replace(/^\/?hostedzone\//i, "");
        if (/^[A-Z0-9]{1,32}$/.test(value)) return { value };
        const fault = `"${clip(text, 40)}" is not the id of a hosted zone, such as "Z0123456789ABCDEFGHIJ"${nameHint(text)}`;
        return { fault };
      },
    },
    profile: {
      type: "text",
      role: "access",
      describe: "a profile of the shared AWS files. Default: `aws:profile`, then the SDK's own chain",
    },
    roleArn: {
      type: "text",
      role: "access",
      describe: "a role to assume first, where the zone is in another account",
      judge(text) {
        const fault = roleFault(text);
        return fault === undefined ? { value: text } : { fault };
      },
    },
    externalId: {
      type: "text",
      role: "access",
      describe: "the external id that the role's trust policy asks for",
      with: { property: "roleArn", missing: EXTERNAL_ID_ALONE },
    },
  },
  // Route 53 Developer Guide, "Getting the name servers for a public hosted zone".
  serverNames: /^ns-\d+\.awsdns-\d+\.(com|net|org|co\.uk)\.?$/i,
  named: "one for each AWS account",
  config: [],
  asksAws: ({ profile, roleArn, externalId, credentials }) => ({ profile, roleArn, externalId, credentials }),
  open: (entry, { aws, delegatedServers }) => load().openRoute53({ ...entry, delegatedServers }, aws),
};
