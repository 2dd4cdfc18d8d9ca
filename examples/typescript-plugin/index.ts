import * as pulumi from "@pulumi/pulumi";
import { VerifiedDomain } from "pulumi-sesdomain-sdk";

// pulumi config set domain example.com
const domain = new pulumi.Config().require("domain");

const mail = new VerifiedDomain("mail", {
  domain,
  identities: [{ region: "us-east-1" }],
  // The token: CLOUDFLARE_API_TOKEN, or `pulumi config set --secret sesdomain:cloudflareApiToken`.
  dns: { kind: "cloudflare" },
  // Three CNAME records: SES signs the domain's mail.
  dkim: true,
  // bounce.example.com, with an MX and an SPF record: bounces go there, and SPF aligns.
  mailFrom: "bounce",
});

// Resolves once all of it is in place: what depends on it can send.
export const arn = mail.identityArns.apply((arns) => arns["us-east-1"]);
export const verified = mail.verified;
