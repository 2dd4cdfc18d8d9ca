import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { awsIdentity, DomainIdentity, DomainVerification } from "pulumi-sesdomain";

// pulumi config set domain example.com
const config = new pulumi.Config();
const domain = config.require("domain");

const ireland = new aws.Provider("ireland", { region: "eu-west-1" });

const identity = new DomainIdentity("mail", {
  domain,
  identities: [{ region: "us-east-1" }, awsIdentity(ireland)],
  // All values under one name: one record set, one resource.
  placement: "underscore",
});
const set = identity.records[0];

// This resource owns the whole set, with the values of both regions. Whatever else stands at the name (another team's
// token) has to be listed too, or it is deleted:
//   pulumi config set --path 'otherValues[0]' TOKEN
const otherValues = config.getObject<string[]>("otherValues") ?? [];

const record = new aws.route53.Record("mail", {
  zoneId: aws.route53.getZoneOutput({ name: config.get("zone") ?? domain }).zoneId,
  name: set.name,
  type: set.type,
  ttl: set.ttl,
  records: set.values.apply((values) => [...values, ...otherValues]),
});

const verification = new DomainVerification("mail", { of: identity }, { dependsOn: record });

// Resolves once the domain is verified: what depends on it can send.
export const arn = verification.identityArns.apply((arns) => arns[domain]?.["eu-west-1"]);
