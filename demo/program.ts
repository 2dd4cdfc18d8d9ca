import * as pulumi from "@pulumi/pulumi";
import { VerifiedDomain } from "pulumi-sesdomain";

/** What a user writes; the demo changes nothing of it. */
export async function program(): Promise<Record<string, unknown>> {
  const mail = new VerifiedDomain("mail", {
    domain: new pulumi.Config().require("domain"),
    identities: [{ region: "us-east-1" }, { region: "eu-west-1" }],
    dns: { kind: "route53" },
  });
  return { identityArns: mail.identityArns, records: mail.records };
}
