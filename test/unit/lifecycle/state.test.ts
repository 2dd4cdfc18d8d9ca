import assert from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import { plain } from "../../../provider/core/plain";
import { required } from "../../../provider/dns/requirement";
import { decodeState, encodeState, type RecordSetOutput } from "../../../provider/lifecycle/domain/state";
import { STATE_VERSION } from "../../../provider/lifecycle/lifecycle";
import { NAME, stateOf, TOKEN } from "../../support/lifecycle/plan-cases";

const ARN = "arn:aws:ses:us-east-1:111111111111:identity/example.com";

/** The outputs of a VerifiedDomain as version 1 wrote them. */
const VERSION_1 = {
  __state: 1,
  __urn: "urn:pulumi:test::demo::pulumi-nodejs:dynamic/sesdomain:VerifiedDomain::mail",
  __told: "0123456789ab",
  __mark: "0123456789abcdef",
  domain: "example.com",
  identities: [{ name: "us-east-1", region: "us-east-1" }],
  dns: [{ kind: "route53", zoneId: "Z1" }],
  verifications: [
    {
      name: "us-east-1",
      region: "us-east-1",
      accountId: "111111111111",
      identityArn: ARN,
      token: TOKEN,
      status: "Success",
      adopted: false,
    },
  ],
  records: [
    { name: "_amazonses.example.com", type: "TXT", ttl: 300, values: [TOKEN] },
    { name: "example.com", type: "TXT", ttl: 300, values: [`amazonses:${TOKEN}`, "amazonses:of-an-earlier-token"] },
  ],
  verified: true,
  verifiedAt: "2026-01-01T00:00:00.000Z",
  identityArns: { "us-east-1": ARN },
};

describe("the state of a domain", () => {
  it("of version 1 has its owners by the tokens; what holds none has no owner", () => {
    const { requirements } = decodeState(VERSION_1);
    assert.deepEqual(
      requirements.map(({ record, owner }) => [record.name, owner.identity, owner.arn]),
      [
        ["_amazonses.example.com", "us-east-1", ARN],
        ["example.com", "us-east-1", ARN],
        ["example.com", "", undefined],
      ],
    );
  });

  it("may hold null for what is not there", () => {
    const keys = ["identities", "dns", "records", "verified", "verifiedAt", "__owners", "__leaving", "__asked"];
    const nulls = Object.fromEntries(keys.map((key) => [key, null]));
    assert.deepEqual(decodeState({ ...VERSION_1, ...nulls }).requirements, []);
  });

  it("of version 1 is written as version 2 with the same outputs", () => {
    const { __state, __owners, ...outputs } = encodeState(decodeState(VERSION_1));
    const { __state: _version, __urn, __told, ...before } = VERSION_1;
    const records = (outputs.records as readonly RecordSetOutput[]).map(({ purpose, identity, owned, ...set }) => set);
    assert.deepEqual({ ...outputs, records }, before);
    assert.equal(__state, STATE_VERSION);
  });

  it("comes back as it was written, with records of every type and purpose", () => {
    const of = (purpose: "verification" | "dkim" | "mail-from" | "dmarc") => ({
      identity: "us-east-1",
      arn: ARN,
      purpose,
    });
    const bounce = fqdn("bounce.example.com");
    const state = stateOf({
      requirements: [
        required({ type: "TXT", name: NAME, ttl: 300, text: TOKEN }, of("verification")),
        required(
          { type: "CNAME", name: fqdn("t._domainkey.example.com"), ttl: 60, target: fqdn("t.dkim.amazonses.com") },
          of("dkim"),
        ),
        required(
          {
            type: "MX",
            name: bounce,
            ttl: 60,
            preference: 10,
            exchange: fqdn("feedback-smtp.us-east-1.amazonses.com"),
          },
          of("mail-from"),
        ),
        required({ type: "TXT", name: bounce, ttl: 60, text: "v=spf1 include:amazonses.com ~all" }, of("mail-from")),
        required({ type: "TXT", name: fqdn("_dmarc.example.com"), ttl: 60, text: "v=DMARC1; p=none;" }, of("dmarc")),
      ],
    });
    const outputs = encodeState(state);
    assert.deepEqual(plain(outputs), outputs);
    assert.deepEqual(plain(decodeState(outputs)), plain(state));
    assert.deepEqual(
      (outputs.records as readonly { type: string; values: readonly string[] }[]).map(({ type, values }) => [
        type,
        values,
      ]),
      [
        ["TXT", [TOKEN]],
        ["CNAME", ["t.dkim.amazonses.com."]],
        ["MX", ["10 feedback-smtp.us-east-1.amazonses.com."]],
        ["TXT", ["v=spf1 include:amazonses.com ~all"]],
        ["TXT", ["v=DMARC1; p=none;"]],
      ],
    );
  });

  it("keeps the owner of a record whose identity is no longer in it, and one for each value of a set", () => {
    const of = (identity: string, arn: string) => ({ identity, arn, purpose: "verification" }) as const;
    const state = stateOf({
      requirements: [
        required({ type: "TXT", name: NAME, ttl: 300, text: "of-one-that-went" }, of("eu-west-1", "arn:gone")),
        required({ type: "TXT", name: NAME, ttl: 300, text: TOKEN }, of("us-east-1", ARN)),
      ],
    });
    const owners = decodeState(encodeState(state)).requirements.map(({ record, owner }) => [
      record.type === "TXT" && record.text,
      owner.identity,
      owner.arn,
    ]);
    assert.deepEqual(
      new Set(owners.map((one) => one.join())),
      new Set([`of-one-that-went,eu-west-1,arn:gone`, `${TOKEN},us-east-1,${ARN}`]),
    );
  });

  it("shares each purpose's records as SES and the mail RFCs have it", () => {
    const sharing = (purpose: "verification" | "dkim" | "mail-from" | "dmarc", type: "TXT" | "CNAME") => {
      const data = type === "TXT" ? { type, text: "x" } : { type, target: NAME };
      return required({ ...data, name: NAME, ttl: 1 }, { identity: "a", arn: ARN, purpose }).sharing;
    };
    assert.equal(sharing("verification", "TXT"), "with-others");
    assert.equal(sharing("dkim", "CNAME"), "own-name");
    assert.deepEqual(sharing("mail-from", "TXT"), { oneWithPrefix: "v=spf1" });
    assert.deepEqual(sharing("dmarc", "TXT"), { oneWithPrefix: "v=DMARC1" });
  });

  for (const [what, damage] of Object.entries({
    "a domain that is none": { domain: 7 },
    "an identity without its token": { verifications: [{ ...VERSION_1.verifications[0], token: undefined }] },
    "a record of another type": { records: [{ name: "a.example.com", type: "AAAA", ttl: 1, values: ["::1"] }] },
    "an owner of no purpose": { __owners: [[{ identity: "a", purpose: "fun" }]] },
  })) {
    it(`is refused where it is damaged: ${what}`, () => {
      assert.throws(() => decodeState({ ...VERSION_1, ...damage }), TypeError);
    });
  }

  it("of a newer package, or of none, is refused", () => {
    assert.throws(() => decodeState({ ...VERSION_1, __state: STATE_VERSION + 1 }), TypeError);
    assert.throws(() => decodeState({ ...VERSION_1, __state: undefined }), TypeError);
  });
});
