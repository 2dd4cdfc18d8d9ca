import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import * as pulumi from "@pulumi/pulumi";

interface Made {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const TOKENS = ["TOKEN-1", "TOKEN-2"];
const ZONE = "0123456789abcdef0123456789abcdef";
const made: Made[] = [];

// What a program declares, without an engine and without Cloudflare (www.pulumi.com/docs/iac/guides/testing/unit/).
function mock(preview: boolean): Promise<void> {
  made.length = 0;
  return pulumi.runtime.setMocks(
    {
      call: ({ inputs }) => inputs,
      newResource({ type, name, inputs }) {
        made.push({ type, name, inputs });
        return { id: `${name}-id`, state: { ...inputs, ...outputsOf(type) } };
      },
    },
    "sesdomain-cloudflare-record",
    "test",
    preview,
  );
}

function outputsOf(type: string): Readonly<Record<string, unknown>> {
  const arns = { "us-east-1": "arn:aws:ses:us-east-1:000000000000:identity/ses-example.com" };
  if (type.endsWith(":DomainIdentity")) {
    return {
      records: [{ name: "_amazonses.ses-example.com", type: "TXT", ttl: 300, values: TOKENS }],
      verifications: TOKENS.map((token) => ({ token })),
    };
  }
  return type.endsWith(":DomainVerification") ? { identityArns: { "ses-example.com": arns } } : {};
}

for (const preview of [true, false]) {
  describe(`the program, ${preview ? "on preview" : "in up"}`, () => {
    let arns: Readonly<Record<string, string>> | undefined;
    before(async () => {
      pulumi.runtime.setAllConfig({
        "sesdomain-cloudflare-record:domain": "ses-example.com",
        "sesdomain-cloudflare-record:zoneId": ZONE,
      });
      await mock(preview);
      delete require.cache[require.resolve("./index")];
      const program: typeof import("./index") = require("./index");
      arns = await new Promise((resolve) => program.arns.apply(resolve));
    });

    it("has a record of its own for the value of each region", () => {
      const records = made.filter(({ type }) => type === "cloudflare:index/dnsRecord:DnsRecord");
      assert.deepEqual(
        records.map(({ inputs }) => inputs),
        TOKENS.map((token) => ({
          zoneId: ZONE,
          name: "_amazonses.ses-example.com",
          type: "TXT",
          content: `"${token}"`,
          ttl: 1,
        })),
      );
    });

    it("waits for what SES was asked for", () => {
      const [inputs] = made.filter(({ type }) => type.endsWith(":DomainVerification")).map((one) => one.inputs);
      const [of] = (inputs?.of ?? []) as Record<string, unknown>[];
      assert.deepEqual(
        of?.verifications,
        TOKENS.map((token) => ({ token })),
      );
      assert.deepEqual(Object.keys(arns ?? {}), ["us-east-1"]);
    });
  });
}
