import assert from "node:assert/strict";
import { DnsHostError } from "../../../provider/core/errors";
import { readAccess } from "../../../provider/dns/cloudflare/settings";

const DOING = "reading x.example.com in zone example.com";

function read(
  config: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = {},
  credentials?: string,
): ReturnType<typeof readAccess> {
  return readAccess(credentials, { get: (key) => config[key], env }, DOING);
}

const SETS = JSON.stringify({
  eu: { apiToken: "not-a-token-eu", baseUrl: "http://127.0.0.1:1/client/v4/" },
  us: { apiToken: "not-a-token-us" },
  aws: { profile: "x" },
});

describe("where Cloudflare's token comes from", () => {
  it("is the named set, then stack config, then the environment", () => {
    const config = { "sesdomain:credentials": SETS, "cloudflare:apiToken": "not-a-token-config" };
    const env = { CLOUDFLARE_API_TOKEN: "not-a-token-env", CLOUDFLARE_BASE_URL: "https://proxy.example/v4" };
    assert.deepEqual(read(config, env, "eu"), { token: "not-a-token-eu", baseUrl: "http://127.0.0.1:1/client/v4" });
    assert.deepEqual(read(config, env, "us"), { token: "not-a-token-us", baseUrl: "https://proxy.example/v4" });
    assert.deepEqual(read(config, env), { token: "not-a-token-config", baseUrl: "https://proxy.example/v4" });
    assert.deepEqual(read({}, env), { token: "not-a-token-env", baseUrl: "https://proxy.example/v4" });
    assert.deepEqual(read({ "cloudflare:baseUrl": "http://127.0.0.1:2" }, env).baseUrl, "http://127.0.0.1:2");
    assert.deepEqual(read(config, {}).baseUrl, undefined);
  });

  it("is an error that says how to set it where there is none", () => {
    const cases: [Readonly<Record<string, string>>, string | undefined, RegExp, RegExp][] = [
      [{}, undefined, /no API token is set/, /cloudflare:apiToken.*CLOUDFLARE_API_TOKEN/],
      [{ "cloudflare:apiToken": "  " }, undefined, /no API token is set/, /cloudflare:apiToken/],
      [{ "cloudflare:apiKey": "not-a-key" }, undefined, /global API key is not used/, /cloudflare:apiToken/],
      [{ "sesdomain:credentials": SETS }, "asia", /holds no set "asia"/, /credentials\.asia\./],
      [{ "sesdomain:credentials": SETS }, "constructor", /holds no set "constructor"/, /credentials/],
      [{ "sesdomain:credentials": SETS }, "aws", /"aws".* has no apiToken/, /credentials\.aws\.apiToken/],
      [{ "sesdomain:credentials": "{not-a-token-broken" }, "eu", /not a JSON object/, /--path/],
    ];
    for (const [config, credentials, message, hint] of cases) {
      assert.throws(
        () => read(config, {}, credentials),
        (error) => {
          assert.ok(error instanceof DnsHostError);
          assert.equal(error.code, "credentials-missing");
          assert.match(error.message, message);
          assert.match(error.message, /^Cloudflare: reading x\.example\.com in zone example\.com failed/);
          assert.match(error.hint ?? "", hint);
          assert.ok(!/not-a-(token|key)/.test(`${error.message} ${error.hint} ${error.stack}`));
          return true;
        },
      );
    }
  });

  it("never takes a named set's token from elsewhere", () => {
    const env = { CLOUDFLARE_API_TOKEN: "not-a-token-env" };
    assert.throws(() => read({ "sesdomain:credentials": SETS }, env, "aws"), { code: "credentials-missing" });
  });

  it("is refused unseen where it cannot stand in a header", () => {
    for (const token of ["not a token", "not-a\ntoken", "töken"]) {
      assert.throws(
        () => read({ "cloudflare:apiToken": token }),
        (error) => {
          assert.ok(error instanceof DnsHostError && error.code === "credentials-refused");
          assert.ok(!error.message.includes(token));
          return true;
        },
      );
    }
  });

  it("goes to http and https only", () => {
    for (const baseUrl of ["api.cloudflare.com", "ftp://api.example", "javascript:0"]) {
      assert.throws(() => read({ "cloudflare:apiToken": "not-a-token", "cloudflare:baseUrl": baseUrl }), {
        code: "host-refused",
      });
    }
  });
});
