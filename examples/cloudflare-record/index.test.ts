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
const RECORD = "cloudflare:index/dnsRecord:DnsRecord";
const NAME = "_amazonses.ses-example.com";
/** What `DomainIdentity` outputs for each region, after the verification; and the record at Cloudflare that each becomes. */
const SENDING = ["us-east-1", "eu-west-1"].flatMap((region) => {
  const mailFrom = `bounce-${region}.ses-example.com`;
  const spf = "v=spf1 include:amazonses.com ~all";
  const dkim = [1, 2, 3].map((place) => {
    const name = `${region}-${place}._domainkey.ses-example.com`;
    const target = `${region}-${place}.dkim.amazonses.com`;
    return { set: { name, type: "CNAME", values: [`${target}.`] }, record: { name, type: "CNAME", content: target } };
  });
  const host = `feedback-smtp.${region}.amazonses.com`;
  return [
    ...dkim,
    {
      set: { name: mailFrom, type: "MX", values: [`10 ${host}.`] },
      record: { name: mailFrom, type: "MX", content: host, priority: 10 },
    },
    {
      set: { name: mailFrom, type: "TXT", values: [spf] },
      record: { name: mailFrom, type: "TXT", content: `"${spf}"` },
    },
  ];
});
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
      records: [
        { name: NAME, type: "TXT", ttl: 300, values: TOKENS },
        ...SENDING.map(({ set }) => ({ ...set, ttl: 300 })),
      ],
      verifications: TOKENS.map((token) => ({ token })),
    };
  }
  return type.endsWith(":DomainVerification") ? { identityArns: { "ses-example.com": arns } } : {};
}

/** The resources of a program come in any order. */
function inOrder(records: readonly Readonly<Record<string, unknown>>[]) {
  const placeOf = ({ name, type }: Readonly<Record<string, unknown>>) => `${name} ${type}`;
  return [...records].sort((a, b) => placeOf(a).localeCompare(placeOf(b)));
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

    it("asks for DKIM and MAIL FROM", () => {
      const [asked] = made.filter(({ type }) => type.endsWith(":DomainIdentity"));
      assert.deepEqual([asked?.inputs.dkim, asked?.inputs.mailFrom], [true, "bounce"]);
    });

    it("has a record for each CNAME, MX and SPF text of each region, and none of them is proxied", () => {
      const records = made.filter(({ type, inputs }) => type === RECORD && inputs.name !== NAME);
      assert.deepEqual(
        inOrder(records.map(({ inputs }) => inputs)),
        inOrder(SENDING.map(({ record }) => ({ zoneId: ZONE, ...record, proxied: false, ttl: 1 }))),
      );
    });

    it("has a record of its own for the value of each region", () => {
      const records = made.filter(({ type, inputs }) => type === RECORD && inputs.name === NAME);
      assert.deepEqual(
        records.map(({ inputs }) => inputs),
        TOKENS.map((token) => ({
          zoneId: ZONE,
          name: NAME,
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
