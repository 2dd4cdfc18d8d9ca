import * as pulumi from "@pulumi/pulumi";
import { VerifiedDomain } from "pulumi-sesdomain";

// pulumi config set domain example.com
const domain = new pulumi.Config().require("domain");

const mail = new VerifiedDomain("mail", {
  domain,
  identities: [{ region: "us-east-1" }, { region: "eu-west-1" }],
  dns: { kind: "route53" },
  dkim: true,
  mailFrom: "bounce",
});

// Resolves once all of it is in place: what depends on it can send.
export const arn = mail.identityArns["eu-west-1"];
export const records = mail.records;
