import * as pulumi from "@pulumi/pulumi";
import { VerifiedDomain } from "pulumi-sesdomain";

/** What a user writes; the demo changes nothing of it. */
export async function program(): Promise<Record<string, unknown>> {
  const domain = new pulumi.Config().require("domain");
  const mail = new VerifiedDomain("mail", {
    domain,
    identities: [{ region: "us-east-1" }, { region: "eu-west-1" }],
    dns: { kind: "cloudflare" },
    dkim: true,
    mailFrom: "bounce",
    dmarc: { ifAbsent: `v=DMARC1; p=none; rua=mailto:dmarc@${domain}` },
  });
  return { identityArns: mail.identityArns, records: mail.records, readyToSend: mail.readyToSend };
}
