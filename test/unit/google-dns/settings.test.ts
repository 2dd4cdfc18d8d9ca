import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { readAccess } from "../../../provider/dns/google-dns/settings";

const KEY = JSON.stringify({ type: "service_account", project_id: "key-project", private_key: "not-a-key" });

function read(
  config: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  credentials?: string,
) {
  return readAccess(credentials, { get: (key) => config[key], env }, "reading the zone");
}

function refusal(run: () => unknown): { readonly code: string; readonly told: string } {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof Error && "code" in error);
    return { code: String(error.code), told: inspect(error, { showHidden: true }) };
  }
  assert.fail("it succeeded");
}

describe("Google Cloud DNS's settings", () => {
  it("are those that Google's library finds, where nothing is set", () => {
    assert.deepEqual(read({}), {
      baseUrl: "https://dns.googleapis.com/dns/v1",
      grant: { kind: "default" },
      project: undefined,
    });
  });

  it("come from config before the environment, whatever their kind", () => {
    const env = {
      GOOGLE_OAUTH_ACCESS_TOKEN: "not-a-token",
      GOOGLE_CLOUD_PROJECT: "env-project",
      GOOGLE_DNS_CUSTOM_ENDPOINT: "https://dns.example.com/dns/v1/",
    };
    assert.deepEqual(read({}, env), {
      baseUrl: "https://dns.example.com/dns/v1",
      grant: { kind: "token", token: "not-a-token" },
      project: "env-project",
    });
    const access = read({ "gcp:credentials": KEY }, env);
    assert.equal(access.grant.kind, "key");
    assert.equal(access.project, "env-project");
    assert.equal(read({ "gcp:credentials": KEY }).project, "key-project");
    assert.equal(read({ "gcp:project": "common", "sesdomain:googleProject": "own" }, env).project, "own");
    assert.equal(read({}, { GCLOUD_PROJECT: "older" }).project, "older");
  });

  it("may be the path of a key file", () => {
    const folder = mkdtempSync(join(tmpdir(), "google-key-"));
    const file = join(folder, "key.json");
    writeFileSync(file, KEY);
    assert.equal(read({ "gcp:credentials": file }).grant.kind, "key");
    rmSync(folder, { recursive: true });
    assert.equal(refusal(() => read({ "gcp:credentials": file })).code, "credentials-refused");
  });

  it("of a named set are not completed by other credentials", () => {
    const sets = JSON.stringify({ eu: { accessToken: "not-eu", project: "eu-project" }, none: { project: "p" } });
    const config = { "sesdomain:credentials": sets, "gcp:accessToken": "not-common", "gcp:project": "common" };
    assert.deepEqual(read(config, {}, "eu").grant, { kind: "token", token: "not-eu" });
    assert.equal(read(config, {}, "eu").project, "eu-project");
    assert.equal(refusal(() => read(config, {}, "none")).code, "credentials-missing");
    assert.equal(refusal(() => read(config, {}, "absent")).code, "credentials-missing");
  });

  it("are told by no error", () => {
    for (const broken of ['{"private_key": "hidden-words"', '["hidden-words"]', '{"hidden-words"}']) {
      const { code, told } = refusal(() => read({ "gcp:credentials": broken }));
      assert.equal(code, "credentials-refused");
      assert.ok(!told.includes("hidden-words"), told);
    }
    const { code, told } = refusal(() => read({ "gcp:accessToken": "hidden words" }));
    assert.equal(code, "credentials-refused");
    assert.ok(!told.includes("hidden words"), told);
  });

  it("hold no endpoint over plain http to another machine, and none with a user", () => {
    for (const endpoint of [
      "http://dns.example.com/",
      "ftp://127.0.0.1/",
      "no address",
      "https://u:p@dns.example.com/",
    ])
      assert.equal(refusal(() => read({ "gcp:dnsCustomEndpoint": endpoint })).code, "host-refused", endpoint);
    assert.equal(
      read({ "gcp:dnsCustomEndpoint": "http://127.0.0.1:8080/dns/v1/" }).baseUrl,
      "http://127.0.0.1:8080/dns/v1",
    );
  });
});
