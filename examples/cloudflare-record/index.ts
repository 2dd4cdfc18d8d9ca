import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { DomainIdentity, DomainVerification } from "pulumi-sesdomain";

// pulumi config set domain example.com
const config = new pulumi.Config();
const domain = config.require("domain");
const zoneId = config.require("zoneId");

const regions = ["us-east-1", "eu-west-1"];
const identity = new DomainIdentity("mail", {
  domain,
  identities: regions.map((region) => ({ region })),
  placement: "underscore",
  dkim: true,
  mailFrom: "bounce",
});

// At Cloudflare a record holds one value, and other people's values are other records.
const verifications = regions.map(
  (region, index) =>
    new cloudflare.DnsRecord(`mail-${region}`, {
      zoneId,
      name: pulumi.interpolate`_amazonses.${identity.domain}`,
      type: "TXT",
      // In quotes, as Cloudflare keeps it: without, a refresh may show a difference.
      content: pulumi.interpolate`"${identity.verifications[index].token}"`,
      ttl: 1,
    }),
);

// After the verification come for each identity: three CNAME records of DKIM, the MX record of MAIL FROM and its SPF text,
// one value each. Names and values are not known on the first preview, their number is.
const PARTS = ["dkim-1", "dkim-2", "dkim-3", "mail-from-mx", "mail-from-spf"];
const sending = regions.flatMap((region, index) =>
  PARTS.map((part, place) => {
    const set = identity.records[1 + index * PARTS.length + place];
    const data = pulumi.all([set.type, set.values]).apply(([type, [value = ""]]) => dataOf(type, value));
    return new cloudflare.DnsRecord(`mail-${region}-${part}`, {
      zoneId,
      name: set.name,
      type: set.type,
      content: data.content,
      priority: data.priority,
      // A proxied CNAME is answered with addresses: SES would not see it.
      proxied: false,
      ttl: 1,
    });
  }),
);

const verification = new DomainVerification("mail", { of: identity }, { dependsOn: [...verifications, ...sending] });

// Resolves once all of it is in place: what depends on it can send.
export const arns = verification.identityArns.apply((arns) => arns[domain]);

/** A value as in a zone file, in the parts that Cloudflare has of it. */
function dataOf(type: string, value: string): { content: string; priority: number | undefined } {
  if (type === "TXT") return { content: `"${value}"`, priority: undefined };
  const words = value.split(" ");
  const content = (words.at(-1) ?? "").replace(/\.$/, "");
  return { content, priority: type === "MX" ? Number(words[0]) : undefined };
}
