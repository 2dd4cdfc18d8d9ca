import assert from "node:assert/strict";
import { UNKNOWN } from "../../../provider/lifecycle/arguments/types";
import { readAwaited } from "../../../provider/lifecycle/domain-verification/arguments";

const PORTS = { defaults: { hosts: {}, region: "us-east-1" }, previewCheck: undefined };
const VERIFICATION = {
  name: "us-east-1",
  region: "us-east-1",
  accountId: "111122223333",
  identityArn: "arn:aws:ses:us-east-1:111122223333:identity/ses-example.com",
  token: "dG9rZW4gb2YgYW4gaWRlbnRpdHkgb2YgYSBkb21haW4=",
  status: "Pending",
  adopted: false,
};
const DOMAIN = {
  domain: "ses-example.com",
  identities: [{ region: "us-east-1" }],
  verifications: [VERIFICATION],
  records: [{ name: "_amazonses.ses-example.com", values: [VERIFICATION.token] }],
};
const read = (raw: Readonly<Record<string, unknown>>) => readAwaited(raw, PORTS);
const refusedAt = (raw: Readonly<Record<string, unknown>>) => {
  const { args, failures } = read(raw);
  assert.equal(args, undefined);
  return failures.map(({ property }) => property);
};

describe("what a domain verification waits for", () => {
  it("is one domain, or a list", () => {
    for (const of of [DOMAIN, [DOMAIN]]) {
      const { args, failures } = read({ of });
      assert.deepEqual(failures, []);
      assert.deepEqual(
        args?.awaited.map((one) => one.args.domain),
        ["ses-example.com"],
      );
    }
  });

  it("is refused where it is nothing, or of another type", () => {
    for (const of of [undefined, null, "ses-example.com", 17, true]) assert.deepEqual(refusedAt({ of }), ["of"]);
    for (const entry of [null, "ses-example.com", 17, [DOMAIN]])
      assert.deepEqual(refusedAt({ of: [DOMAIN, entry] }), ["of[1]"]);
  });

  const BROKEN: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ["of[0].records", { records: "x" }],
    ["of[0].records", { records: undefined }],
    ["of[0].records[0].values", { records: [{ name: "ses-example.com" }] }],
    ["of[0].records[0].values[1]", { records: [{ name: "ses-example.com", values: ["a", 1] }] }],
    ["of[0].records[0].name", { records: [{ name: "..", values: [] }] }],
    ["of[0].records[0].type", { records: [{ name: "ses-example.com", type: "AAAA", values: [] }] }],
    ["of[0].verifications", { verifications: {} }],
    ["of[0].verifications[0].token", { verifications: [{ ...VERIFICATION, token: undefined }] }],
    [
      "of[0].verifications[0].dkim.tokens",
      {
        verifications: [{ ...VERIFICATION, dkim: { method: "AWS_SES", signing: true, status: "Success", tokens: 1 } }],
      },
    ],
    ["of[0].domain", { domain: "no domain" }],
    ["of[0].identities[0].region", { identities: [{ region: "nowhere" }] }],
  ];
  for (const [at, more] of BROKEN) {
    it(`is refused at ${at} with ${JSON.stringify(more).slice(0, 60)}`, () => {
      assert.deepEqual(refusedAt({ of: [{ ...DOMAIN, ...more }] }), [at]);
    });
  }

  it("has no arguments of other resources", () => {
    for (const name of ["ttl", "dns", "wait", "placement", "adopt", "domain", "identities", "zzz"]) {
      assert.deepEqual(refusedAt({ of: DOMAIN, [name]: "x" }), [name]);
    }
  });

  it("may hold nulls where a language writes them, and what is known only later", () => {
    const nulls = {
      ...DOMAIN,
      verifications: [{ ...VERIFICATION, mailFrom: null }],
      records: [{ ...DOMAIN.records[0], identity: null }],
    };
    assert.ok(read({ of: nulls, timeout: null }).args);
    for (const of of [
      UNKNOWN,
      [UNKNOWN],
      [{ ...DOMAIN, records: UNKNOWN }],
      [{ ...DOMAIN, records: [{ name: UNKNOWN }] }],
    ]) {
      assert.deepEqual(read({ of }), { args: undefined, failures: [] });
    }
  });

  it("tells a few of many faults", () => {
    const records = Array.from({ length: 10_000 }, () => ({ name: 1 }));
    assert.ok(refusedAt({ of: [{ ...DOMAIN, records }] }).length < 10);
  });
});
