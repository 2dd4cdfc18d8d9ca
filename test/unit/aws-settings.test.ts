import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAws } from "../../provider/aws/aws";
import { isRegionShaped, partitionOf, regionIn, resolveRegion } from "../../provider/aws/region";
import { readSettings } from "../../provider/aws/settings";

const from = (config: Record<string, unknown>) =>
  readSettings((key) => {
    const value = config[key];
    return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
  });

describe("AWS settings", () => {
  it("are read by the names of Pulumi's AWS provider", () => {
    const settings = from({
      "aws:region": "eu-west-1",
      "aws:profile": "eu",
      "aws:accessKey": "fake-key",
      "aws:secretKey": "fake-secret",
      "aws:allowedAccountIds": ["111111111111", 222222222222],
      "aws:forbiddenAccountIds": "333333333333",
      "aws:endpoints": [{ ses: "http://127.0.0.1:1" }, { route53: "http://127.0.0.1:2" }],
    });
    assert.equal(settings.region, "eu-west-1");
    assert.deepEqual(settings.keys, { accessKey: "fake-key", secretKey: "fake-secret", token: undefined });
    assert.deepEqual(settings.allowedAccountIds, ["111111111111", "222222222222"]);
    assert.deepEqual(settings.forbiddenAccountIds, ["333333333333"]);
    assert.deepEqual(settings.endpoints, { ses: "http://127.0.0.1:1", route53: "http://127.0.0.1:2" });
  });

  it("know one role, a chain of them, and Go's durations", () => {
    const arn = "arn:aws:iam::111111111111:role/a";
    assert.equal(from({ "aws:assumeRole": { roleArn: arn, externalId: "x" } }).roles[0]?.externalId, "x");
    const roles = from({
      "aws:assumeRoles": [
        { roleArn: arn, duration: "1h30m" },
        { roleArn: `${arn}2`, durationSeconds: 900 },
      ],
    }).roles;
    assert.deepEqual(
      roles.map((role) => [role.roleArn, role.durationSeconds]),
      [
        [arn, 5400],
        [`${arn}2`, 900],
      ],
    );
  });

  it("name the key where a value is wrong, and never the value", () => {
    const wrong: readonly Record<string, unknown>[] = [
      { "aws:assumeRoles": "{ fake-secret" },
      { "aws:assumeRole": { externalId: "fake-secret" } },
      { "aws:accessKey": "fake-secret" },
      { "sesdomain:credentials": { eu: "fake-secret" } },
      { "sesdomain:credentials": '"fake-secret"' },
    ];
    for (const config of wrong) {
      assert.throws(
        () => from(config),
        (error: Error) => {
          assert.match(error.message, /aws:|sesdomain:/);
          assert.doesNotMatch(`${error.message} ${error.stack}`, /fake-secret/);
          return true;
        },
      );
    }
  });

  it("hold sets of credentials by name, and say which there are", () => {
    const aws = openAws({
      get: (key) => (key === "sesdomain:credentials" ? '{"eu":{"profile":"eu"},"us":{}}' : undefined),
    });
    assert.ok(aws.session({ credentials: "eu", region: "eu-west-1" }));
    assert.throws(() => aws.session({ credentials: "toString" }), /named "toString".*/);
    assert.throws(
      () => aws.session({ credentials: "ap" }),
      (error: Error & { hint?: string }) => error.hint === "There are: eu, us.",
    );
  });

  it("give one session for one wish", () => {
    const aws = openAws({ get: () => undefined, env: { AWS_REGION: "us-east-1" } });
    assert.equal(aws.session(), aws.session({ region: "us-east-1" }));
    assert.notEqual(aws.session(), aws.session({ region: "us-east-1", profile: "eu" }));
  });
});

describe("the region", () => {
  const folder = mkdtempSync(join(tmpdir(), "sesdomain-"));
  after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "config");
  writeFileSync(
    file,
    "[default]\nregion = ap-south-1\n[profile eu]\noutput = json\nregion=eu-central-1 # here\n[profile bare]\n",
  );

  it("comes from the identity, stack config, the environment, and the profile, in this order", () => {
    const settings = from({ "aws:region": "us-west-2" });
    const empty = from({});
    const env = { AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-east-2", AWS_CONFIG_FILE: file };
    assert.equal(resolveRegion({ region: "eu-west-3" }, settings, env), "eu-west-3");
    assert.equal(resolveRegion({}, settings, env), "us-west-2");
    assert.equal(resolveRegion({}, empty, env), "us-east-1");
    assert.equal(resolveRegion({}, empty, { ...env, AWS_REGION: "" }), "us-east-2");
    const bare = { AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: join(folder, "none") };
    assert.equal(resolveRegion({}, empty, bare), "ap-south-1");
    assert.equal(resolveRegion({ profile: "eu" }, empty, bare), "eu-central-1");
    assert.equal(resolveRegion({}, empty, { ...bare, AWS_PROFILE: "eu" }), "eu-central-1");
    assert.equal(resolveRegion({ profile: "bare" }, empty, bare), undefined);
    assert.equal(resolveRegion({}, from({ "aws:sharedConfigFiles": [file] }), {}), "ap-south-1");
  });

  it("is not read from another profile's section", () => {
    assert.equal(regionIn('[profile "eu west"]\nregion = eu-west-1\n', "eu west"), "eu-west-1");
    assert.equal(regionIn("[sso-session eu]\nsso_region = x\n[eu]\ns3 =\n  region = nested\n", "eu"), undefined);
  });

  it("is known by its shape, and so is its partition", () => {
    for (const good of ["us-east-1", "ap-southeast-4", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"]) {
      assert.ok(isRegionShaped(good), good);
    }
    for (const bad of ["", "useast1", "us-east", "US-EAST-1", "us-east-1a", "eu-west-1 ", "us_east_1"]) {
      assert.ok(!isRegionShaped(bad), bad);
    }
    const regions = ["us-east-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isof-south-1", "eu-isoe-west-1"];
    assert.deepEqual(regions.map(partitionOf), ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-f", "aws-iso-e"]);
  });
});
