import assert from "node:assert/strict";
import { AwsFaultError, CredentialsError, classify, toSesError } from "../../provider/aws/faults";
import { redact } from "../../provider/aws/redact";
import { SesError } from "../../provider/core/errors";

const context = {
  action: "ses:VerifyDomainIdentity",
  region: "eu-west-1",
  regional: true,
  secrets: ["not-a-real-secret", "another-fake-token"],
} as const;

function vendor(name: string, message = "said AWS", more: object = {}): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400, requestId: "r-1" }, ...more });
}
const translated = (error: unknown) => {
  const ses = toSesError(new AwsFaultError(classify(error, context)), "asking SES to verify example.com");
  assert.ok(ses instanceof SesError);
  return ses;
};

describe("errors of AWS", () => {
  const cases: readonly [string, string, boolean, unknown][] = [
    ["throttled by the query API", "throttled", true, vendor("Throttling", "Rate exceeded")],
    ["throttled by SESv2", "throttled", true, vendor("TooManyRequestsException")],
    ["an unknown 429", "throttled", true, vendor("Odd", "x", { $metadata: { httpStatusCode: 429 } })],
    ["a 5xx", "ses-unavailable", true, vendor("Odd", "x", { $metadata: { httpStatusCode: 503 } })],
    ["a cut connection", "ses-unavailable", true, Object.assign(new Error("socket hang up"), { code: "ECONNRESET" })],
    ["a time-out", "ses-unavailable", true, vendor("TimeoutError", "timed out", { $metadata: {} })],
    ["no DNS for now", "ses-unavailable", true, Object.assign(new Error("x"), { code: "EAI_AGAIN" })],
    ["no such host", "region-unknown", false, Object.assign(new Error("x"), { code: "ENOTFOUND" })],
    ["a missing permission", "permission-missing", false, vendor("AccessDenied", "not authorized")],
    ["an expired token", "credentials-refused", false, vendor("ExpiredToken")],
    ["an unknown key", "credentials-refused", false, vendor("UnrecognizedClientException")],
    [
      "no credentials",
      "credentials-missing",
      false,
      new CredentialsError(vendor("CredentialsProviderError", "Could not load")),
    ],
    [
      "an SSO session that ended",
      "credentials-refused",
      false,
      new CredentialsError(vendor("CredentialsProviderError", "The SSO session has expired")),
    ],
    ["a bad argument", "ses-refused", false, vendor("InvalidParameterValue", "Invalid domain name x.")],
  ];
  for (const [what, code, retryable, error] of cases) {
    it(`are worded: ${what}`, () => {
      const ses = translated(error);
      assert.equal(ses.code, code);
      assert.equal(ses.retryable, retryable);
      assert.match(ses.message, /^Asking SES to verify example\.com in eu-west-1 failed: /);
      assert.ok(ses.hint);
      assert.equal(ses.cause, undefined);
    });
  }

  it("name the missing action, also where it is the role that may not be assumed", () => {
    assert.match(translated(vendor("AccessDenied")).message, /ses:VerifyDomainIdentity is missing/);
    const role = translated(new CredentialsError(vendor("AccessDenied", "no"), "arn:aws:iam::111111111111:role/r"));
    assert.equal(role.code, "permission-missing");
    assert.match(role.message, /sts:AssumeRole is missing.*arn:aws:iam::111111111111:role\/r/);
  });

  it("keep the request id and AWS's own words, of lists too", () => {
    assert.match(translated(vendor("Odd", "Bad thing.")).message, /Odd: Bad thing \(request r-1\)\.$/);
    assert.match(classify(vendor("InvalidChangeBatch", "", { messages: ["one", "two"] }), context).text, /one; two/);
  });

  it("pass on what is none of AWS's", () => {
    const other = new Error("mine");
    assert.equal(toSesError(other, "x"), other);
  });
});

describe("redacting", () => {
  it("takes out keys, tokens, signatures and headers, and keeps the rest", () => {
    const fakeKey = `AKIA${"FAKE".repeat(4)}`;
    const text = redact(
      `key ${fakeKey} Signature=0a1b2c, x-amz-security-token: abcdef Credential=${fakeKey}/20260101 not-a-real-secret stays`,
      context.secrets,
    );
    for (const secret of [fakeKey, "0a1b2c", "abcdef", "not-a-real-secret"]) assert.ok(!text.includes(secret), text);
    assert.match(text, /stays$/);
    assert.ok(!redact("Authorization: AWS4-HMAC-SHA256 Credential=x, Signature=abc").includes("abc"));
    assert.equal(redact('"sessionToken":"abc-def"'), '"sessionToken":"[redacted]"');
  });
  it("keeps the first line: a refused signature lists the request's headers below it", () => {
    assert.equal(redact("The signature does not match.\n\nx-amz-date:x\nhost:y"), "The signature does not match.");
  });
  it("leaves words alone that only look short", () => {
    assert.equal(redact("a b c", ["a", ""]), "a b c");
  });
});
