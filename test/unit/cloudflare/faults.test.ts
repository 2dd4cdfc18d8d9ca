import assert from "node:assert/strict";
import { isGone, isIdentical, readFault, toHostError } from "../../../provider/dns/cloudflare/faults";

interface Said {
  readonly status?: number;
  readonly errors?: readonly {
    readonly code: number;
    readonly message: string;
    readonly error_chain?: readonly { readonly code: number; readonly message: string }[];
  }[];
  readonly headers?: Headers;
}

const SECRET = "not-a-token-at-all";
const DOING = "reading x.example.com in zone example.com";
const told = (said: Said) => toHostError(readFault(Object.assign(new Error("x"), said), [SECRET]), DOING);
const one = (status: number, code: number, message = "Words.") => ({ status, errors: [{ code, message }] });

describe("what Cloudflare refuses", () => {
  const cases: [string, Said, string][] = [
    ["a malformed header", one(400, 6003, "Invalid request headers"), "credentials-refused"],
    ["an unknown token", one(403, 9109, "Invalid access token"), "credentials-refused"],
    [
      "a token from a forbidden address",
      one(403, 9109, "Cannot use the access token from location: 192.0.2.1"),
      "credentials-refused",
    ],
    ["a token that is unknown to the verifier", one(401, 1000, "Invalid API Token"), "credentials-refused"],
    ["credentials that do not authenticate", one(400, 10_001, "Unable to authenticate request"), "credentials-refused"],
    ["a zone out of reach", one(403, 9109, "Unauthorized to access requested resource"), "permission-missing"],
    ["a record out of reach", one(403, 10_000, "Authentication error"), "permission-missing"],
    ["a permission that is named", one(403, 0, "Actor requires permission 'x' to list zones"), "permission-missing"],
    ["an unknown zone", one(404, 1001, "Invalid zone identifier"), "zone-missing"],
    ["an id that is none", one(404, 7003, "Could not route"), "zone-missing"],
    ["the same in older words", one(400, 7003, "Could not route"), "zone-missing"],
    ["too many requests", one(429, 971), "rate-limited"],
    ["too many requests, with a page instead of JSON", { status: 429 }, "rate-limited"],
    ["an internal error", one(500, 10_000, "Internal error"), "host-unavailable"],
    ["a bad gateway", { status: 502 }, "host-unavailable"],
    ["a conflict", { status: 409 }, "host-unavailable"],
    ["a time-out of the server", { status: 408 }, "host-unavailable"],
    ["no answer", {}, "host-unavailable"],
    ["an invalid TTL", one(400, 9021), "host-refused"],
    ["a full zone", one(400, 81_045), "host-refused"],
    ["a name that is taken", one(400, 81_053), "record-conflict"],
    ["anything else", one(400, 1004), "host-refused"],
  ];
  for (const [what, said, code] of cases) {
    it(`calls ${what} ${code}`, () => {
      const error = told(said);
      assert.equal(error.code, code);
      assert.equal(error.retryable, code === "rate-limited" || code === "host-unavailable");
      assert.match(error.message, /^Cloudflare: reading x\.example\.com in zone example\.com failed: .*\.$/);
    });
  }

  it("is told in Cloudflare's words with its codes, inner ones included, and without the token", () => {
    const chain = [{ code: 6111, message: `Invalid format: ${SECRET}` }];
    const error = told({
      status: 400,
      errors: [{ code: 6003, message: "Invalid request headers", error_chain: chain }],
    });
    assert.equal(
      error.message,
      `Cloudflare: ${DOING} failed: Invalid request headers: Invalid format: [redacted] (code 6003).`,
    );
    assert.equal(error.cause, undefined);
  });

  it("names what the network said, from the depth of the causes", () => {
    const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    const error = new Error("Connection error.", { cause: new TypeError("fetch failed", { cause: reset }) });
    assert.match(toHostError(readFault(error, []), DOING).message, /could not be reached \(ECONNRESET\)/);
    assert.match(toHostError(readFault(new SyntaxError("<html>"), []), DOING).message, /not JSON/);
  });

  it("tells an identical and a missing record apart from the rest, and how long to wait", () => {
    const fault = (said: Said) => readFault(Object.assign(new Error("x"), said), []);
    assert.deepEqual(
      [81_057, 81_058, 81_044].map((code) => isIdentical(fault(one(400, code)))),
      [true, true, false],
    );
    assert.deepEqual(
      [81_044, 7003].map((code) => isGone(fault(one(404, code)))),
      [true, false],
    );
    assert.equal(fault({ status: 429, headers: new Headers({ "retry-after": "7" }) }).retryAfterMs, 7000);
    assert.equal(fault({ status: 429, headers: new Headers({ "retry-after": "soon" }) }).retryAfterMs, undefined);
  });
});
