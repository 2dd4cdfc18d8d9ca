import assert from "node:assert/strict";
import { readSettings } from "../../../../provider/aws/settings";
import { UNKNOWN } from "../../../../provider/lifecycle/arguments/types";
import { openClients } from "../../../../provider/pulumi/clients";
import { checkConfig, configReader, diffConfig, isDefaultProvider } from "../../../../provider/pulumi/plugin/config";
import { CONFIG_KEYS } from "../../../../provider/pulumi/plugin/config-keys";

const SECRET = "hush-hush-hush";
const explicit = { isDefault: false, env: {} };

function failed(news: Record<string, unknown>): readonly string[] {
  return checkConfig(news).failures.map(({ property }) => property);
}

describe("the plugin's configuration, checked", () => {
  it("is handed on as it came, with what the engine adds", () => {
    const news = { region: "eu-west-1", version: "1.2.3", credentials: { eu: { profile: "eu" } }, dnsPort: UNKNOWN };
    assert.deepEqual(checkConfig(news), { inputs: news, secrets: ["credentials"], failures: [], warnings: [] });
  });

  it("may be objects or their JSON text, for every key", () => {
    const values: Record<string, unknown> = {
      assumeRole: { roleArn: "arn:aws:iam::111111111111:role/a", duration: "1h" },
      assumeRoles: [{ roleArn: "arn:aws:iam::111111111111:role/a" }],
      assumeRoleWithWebIdentity: { roleArn: "arn:aws:iam::111111111111:role/a", webIdentityTokenFile: "/tmp/token" },
      allowedAccountIds: ["111111111111", 222222222222],
      forbiddenAccountIds: ["333333333333"],
      sharedConfigFiles: ["/a", "/b"],
      sharedCredentialsFiles: ["/a"],
      endpoints: { ses: "http://127.0.0.1:1" },
      credentials: { eu: { apiToken: "fake" } },
      dnsResolvers: ["192.0.2.1", "[2001:db8::1]:53"],
      useFipsEndpoint: true,
      useDualstackEndpoint: false,
      dnsPort: 5353,
    };
    const structured = CONFIG_KEYS.filter(({ type }) => type !== "text").map(({ name }) => name);
    assert.deepEqual(Object.keys(values).sort(), [...structured].sort());
    const texts = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]));
    for (const news of [values, texts]) assert.deepEqual(checkConfig(news).failures, []);
    const [asObjects, asTexts] = [configReader(values, explicit), configReader(texts, explicit)];
    for (const { key, name } of CONFIG_KEYS) assert.equal(asObjects(key), asTexts(key), name);
    assert.deepEqual(readSettings(asObjects), readSettings(asTexts));
    assert.deepEqual(readSettings(asObjects).allowedAccountIds, ["111111111111", "222222222222"]);
    assert.deepEqual(diffConfig(values, texts), { changed: [] });
  });

  it("names the key of each value that does not fit", () => {
    for (const [name, value] of [
      ["region", "us-east1"],
      ["region", { name: "us-east-1" }],
      ["dnsPort", "70000"],
      ["dnsPort", 0],
      ["dnsPort", "dns"],
      ["previewCheck", "strickt"],
      ["useFipsEndpoint", "yes"],
      ["allowedAccountIds", "1111-1111-1111"],
      ["allowedAccountIds", "111111111111,222222222222"],
      ["forbiddenAccountIds", ["12345"]],
      ["sharedConfigFiles", '["/a"'],
      ["endpoints", "http://127.0.0.1:1"],
      ["endpoints", { ses: 1 }],
      ["assumeRole", "arn:aws:iam::111111111111:role/a"],
      ["assumeRoles", ["arn:aws:iam::111111111111:role/a"]],
      ["credentials", [{ eu: {} }]],
      ["credentials", { eu: "token" }],
    ] as const) {
      assert.deepEqual(failed({ [name]: value }), [name], `${name} ${JSON.stringify(value)}`);
    }
    assert.match(checkConfig({ previewCheck: "strickt" }).failures[0]?.reason ?? "", /"strict"/);
  });

  it("is judged together where each value fits by itself", () => {
    const { failures } = checkConfig({ accessKey: "fake" });
    assert.equal(failures.length, 1);
    assert.match(failures[0]?.reason ?? "", /sesdomain:secretKey/);
    const own = checkConfig({ assumeRole: {} }, { isDefault: false }).failures;
    assert.match(own[0]?.reason ?? "", /The provider's assumeRole/);
    assert.deepEqual(failed({ accessKey: "fake", secretKey: UNKNOWN }), []);
  });

  it("suggests the name of a key that is misspelt, or is of another provider", () => {
    for (const [name, meant] of [
      ["regoin", "region"],
      ["allowedAccountId", "allowedAccountIds"],
      ["rfc2136TsigSecert", "rfc2136TsigSecret"],
      ["preview_check", "previewCheck"],
      ["aws:region", "region"],
      ["cloudflare:apiToken", "cloudflareApiToken"],
      ["apiToken", "cloudflareApiToken"],
      ["sesdomain:rfc2136Server", "rfc2136Server"],
      ["google:project", "googleProject"],
    ] as const) {
      const { failures } = checkConfig({ [name]: SECRET });
      assert.deepEqual(
        failures.map(({ property }) => property),
        [name],
      );
      assert.match(failures[0]?.reason ?? "", new RegExp(`"${meant}"`));
      assert.ok(!JSON.stringify(failures).includes(SECRET));
    }
  });

  it("warns of a key that is near none: a project of the package's name has keys of its own", () => {
    const { failures, warnings } = checkConfig({ mailDomain: "example.com", __proto__x: "1" });
    assert.deepEqual(failures, []);
    assert.equal(warnings.length, 2);
    assert.match(warnings[0] ?? "", /mailDomain/);
  });

  it("is fine where values are not known yet, at any depth", () => {
    for (const { name } of CONFIG_KEYS) assert.deepEqual(failed({ [name]: UNKNOWN }), [], name);
    assert.deepEqual(failed({ credentials: { eu: { apiToken: UNKNOWN } }, assumeRole: { roleArn: UNKNOWN } }), []);
  });

  it("tells nothing of a secret, whatever is wrong with it", () => {
    for (const { name } of CONFIG_KEYS.filter(({ secret }) => secret)) {
      for (const value of [
        SECRET,
        { a: SECRET },
        [SECRET],
        `{"a": "${SECRET}"`,
        { [SECRET]: 1 },
        `http://u:${SECRET}@x`,
      ]) {
        for (const isDefault of [true, false]) {
          const { failures, warnings } = checkConfig({ [name]: value }, { isDefault });
          // The name of a set, which errors name, is no secret.
          if (name === "credentials" && !Array.isArray(value) && typeof value === "object") continue;
          assert.ok(!JSON.stringify([failures, warnings]).includes(SECRET), `${name}: ${JSON.stringify(failures)}`);
        }
      }
    }
  });

  it("bounds what it reads", () => {
    assert.deepEqual(failed({ profile: "x".repeat(300_000) }), ["profile"]);
    assert.equal(configReader({ profile: "x".repeat(300_000) }, explicit)("aws:profile"), undefined);
    const [failure] = checkConfig({ [`region${"n".repeat(10_000)}\u001b[31m`]: "x" }).warnings;
    assert.ok((failure ?? "").length < 300 && !(failure ?? "").includes("\u001b"));
  });
});

describe("the plugin's configuration, compared", () => {
  it("names the inputs that changed, and no replacement", () => {
    assert.deepEqual(diffConfig({ region: "a", secretKey: "1" }, { region: "a", secretKey: "2" }), {
      changed: ["secretKey"],
    });
    assert.deepEqual(diffConfig({ token: "1" }, {}), { changed: ["token"] });
    assert.deepEqual(diffConfig({}, { pdnsApiKey: UNKNOWN }), { changed: ["pdnsApiKey"] });
    assert.deepEqual(
      diffConfig({ credentials: { eu: { profile: "a" } } }, { credentials: { eu: { profile: UNKNOWN } } }),
      {
        changed: ["credentials"],
      },
    );
    assert.deepEqual(diffConfig({ version: "1.0.0" }, { version: "1.0.1" }), { changed: ["version"] });
  });

  it("sees no change in another spelling", () => {
    for (const [olds, news] of [
      [{ dnsPort: 53 }, { dnsPort: "53" }],
      [{ useFipsEndpoint: true }, { useFipsEndpoint: "true" }],
      [{ allowedAccountIds: "111111111111" }, { allowedAccountIds: ["111111111111"] }],
      [{ dnsResolvers: "192.0.2.1, 192.0.2.2" }, { dnsResolvers: ["192.0.2.1", "192.0.2.2"] }],
      [{ credentials: '{"b":{"x":"1","y":"2"},"a":{}}' }, { credentials: { a: {}, b: { y: "2", x: "1" } } }],
      [{ profile: "" }, {}],
    ] as const) {
      assert.deepEqual(diffConfig(olds, news), { changed: [] });
    }
  });

  it("reads the config of the dynamic provider after a move, which has the whole stack's keys", () => {
    const olds = {
      "aws:region": "eu-west-1",
      "sesdomain:rfc2136Server": "ns1.example.net",
      "google:project": "p",
      "app:size": "3",
      "random:seed": "1",
    };
    const news = { region: "eu-west-1", rfc2136Server: "ns1.example.net", googleProject: "p" };
    assert.deepEqual(diffConfig(olds, news), { changed: [] });
    assert.deepEqual(diffConfig(olds, { ...news, region: "us-east-1" }), { changed: ["region"] });
  });
});

describe("the plugin's configuration, read", () => {
  it("answers by the keys that all else asks for", () => {
    const get = configReader(
      { region: "eu-west-1", cloudflareApiToken: "fake", googleProject: "p", dnsPort: 5353 },
      explicit,
    );
    assert.equal(get("aws:region"), "eu-west-1");
    assert.equal(get("cloudflare:apiToken"), "fake");
    assert.equal(get("sesdomain:googleProject"), "p");
    assert.equal(get("gcp:project"), undefined);
    assert.equal(get("sesdomain:dnsPort"), "5353");
    for (const key of ["region", "aws:constructor", "constructor", "__proto__", "aws:__proto__"]) {
      assert.equal(get(key), undefined);
    }
  });

  it("takes the stack's present config for the default provider, and not for another", () => {
    const old = { region: "eu-west-1", secretKey: "OLD", accessKey: "fake" };
    const env = { PULUMI_CONFIG: '{"region":"eu-west-1","secretKey":"NEW","accessKey":"fake"}' };
    assert.equal(configReader(old, { isDefault: true, env })("aws:secretKey"), "NEW");
    assert.equal(configReader(old, { isDefault: false, env })("aws:secretKey"), "OLD");
  });

  it("takes a key that was removed from the stack for removed", () => {
    const env = { PULUMI_CONFIG: "{}" };
    assert.equal(configReader({ profile: "old" }, { isDefault: true, env })("aws:profile"), undefined);
  });

  it("keeps what it was configured with where the environment holds no config of a plugin", () => {
    for (const text of [undefined, "", "null", "[]", "no JSON", '{"aws:region":"us-east-1"}', '{"region":1}']) {
      const env = text === undefined ? {} : { PULUMI_CONFIG: text };
      assert.equal(configReader({ region: "eu-west-1" }, { isDefault: true, env })("aws:region"), "eu-west-1", text);
    }
  });

  it("tells the engine's own providers from the program's", () => {
    assert.ok(isDefaultProvider("urn:pulumi:dev::app::pulumi:providers:sesdomain::default"));
    assert.ok(isDefaultProvider("urn:pulumi:dev::app::pulumi:providers:sesdomain::default_1_2_3"));
    assert.ok(!isDefaultProvider("urn:pulumi:dev::app::pulumi:providers:sesdomain::eu"));
    assert.ok(!isDefaultProvider("urn:pulumi:dev::app::pulumi:providers:sesdomain::defaults"));
    assert.ok(!isDefaultProvider(""));
  });

  it("reaches the readers: environment variables come after it", () => {
    const { defaults } = openClients(configReader({ region: "eu-west-1" }, explicit), { AWS_REGION: "us-east-1" });
    assert.equal(defaults.region, "eu-west-1");
    const other = openClients(configReader({}, explicit), { AWS_REGION: "us-east-1" });
    assert.equal(other.defaults.region, "us-east-1");
    for (const dnsResolvers of ["192.0.2.1,[2001:db8::1]:53", ["192.0.2.1", "[2001:db8::1]:53"]]) {
      const { dnsCheck } = openClients(configReader({ dnsResolvers, dnsPort: 5353 }, explicit), {});
      assert.deepEqual(dnsCheck({ mode: "authoritative" }), {
        mode: "authoritative",
        resolvers: ["192.0.2.1", "[2001:db8::1]:53"],
        port: 5353,
      });
    }
  });
});
