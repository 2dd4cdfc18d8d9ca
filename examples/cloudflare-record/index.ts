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
});

// At Cloudflare a record holds one value: one resource a region, and other people's values are other records.
const records = regions.map(
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

const verification = new DomainVerification("mail", { of: identity }, { dependsOn: records });

// Resolves once the domain is verified: what depends on it can send.
export const arns = verification.identityArns.apply((arns) => arns[domain]);
