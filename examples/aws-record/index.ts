import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { awsIdentity, DomainIdentity, DomainVerification } from "pulumi-sesdomain";

// pulumi config set domain example.com
const config = new pulumi.Config();
const domain = config.require("domain");

const ireland = new aws.Provider("ireland", { region: "eu-west-1" });

const identities = [{ region: "us-east-1" }, awsIdentity(ireland)];
const identity = new DomainIdentity("mail", {
  domain,
  identities,
  // All verification values under one name: one record set, one resource.
  placement: "underscore",
  dkim: true,
  mailFrom: "bounce",
});

// First the verification, with the values of all identities. Then for each identity: three CNAME records of DKIM, the MX
// record of MAIL FROM and its SPF text. Names and values are not known on the first preview, their number is.
const sets = 1 + identities.length * 5;

// A resource owns a whole record set. Whatever else is at the verification's name (another team's token) has to be listed
// too, or it is deleted:
//   pulumi config set --path 'otherValues[0]' TOKEN
const otherValues = config.getObject<string[]>("otherValues") ?? [];

const { zoneId } = aws.route53.getZoneOutput({ name: config.get("zone") ?? domain });
const records = Array.from({ length: sets }, (_, index) => {
  const set = identity.records[index];
  return new aws.route53.Record(`mail-${index}`, {
    zoneId,
    name: set.name,
    type: set.type,
    ttl: set.ttl,
    records: set.values.apply((values) => (index === 0 ? [...values, ...otherValues] : [...values])),
  });
});

const verification = new DomainVerification("mail", { of: identity }, { dependsOn: records });

// Resolves once all of it is in place: what depends on it can send.
export const arn = verification.identityArns.apply((arns) => arns[domain]?.["eu-west-1"]);
