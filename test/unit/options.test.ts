import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { NodejsProvider, VerifiedDomain } from "../../provider";

const ARGS = { domain: "example.com", dns: { kind: "route53" } } as const;

class Provider extends pulumi.ProviderResource {}

describe("the options of a resource", () => {
  const registered: pulumi.runtime.MockResourceArgs[] = [];
  const warnings: string[] = [];
  const { warn } = console;
  before(() => {
    pulumi.runtime.setMocks({
      call: () => ({}),
      newResource: (args) => {
        registered.push(args);
        return { id: `${args.name}-id`, state: args.inputs };
      },
    });
    // Without an engine, that is where warnings go.
    console.warn = (text: string) => void warnings.push(text);
  });
  beforeEach(() => {
    registered.length = 0;
    warnings.length = 0;
    pulumi.runtime.setAllConfig({ "aws:region": "eu-west-1", "sesdomain:previewCheck": "strict", "app:size": "3" }, [
      "sesdomain:previewCheck",
    ]);
  });
  after(() => {
    console.warn = warn;
    pulumi.runtime.setAllConfig({});
  });

  const declared = async (opts: pulumi.CustomResourceOptions) => {
    const { urn } = new VerifiedDomain("mail", ARGS, opts);
    await new Promise((resolve) => urn.apply(resolve));
    return registered.find(({ name }) => name === "mail");
  };

  it("take a provider of pulumi-nodejs, with the config that counts here, secrets as such", async () => {
    const mail = await declared({ provider: new NodejsProvider("dynamic") });
    assert.match(mail?.provider ?? "", /pulumi:providers:pulumi-nodejs::dynamic::dynamic-id$/);
    const inputs = registered.find(({ name }) => name === "dynamic")?.inputs;
    assert.deepEqual(Object.keys(inputs).sort(), ["aws:region", "sesdomain:previewCheck"]);
    assert.equal(inputs["aws:region"], "eu-west-1");
    assert.equal(inputs["sesdomain:previewCheck"].value ?? inputs["sesdomain:previewCheck"], "strict");
    assert.deepEqual(warnings, []);
  });

  it("take one of the program's own making, and say which config it lacks", async () => {
    const mail = await declared({ provider: new Provider("pulumi-nodejs", "bare", { "aws:region": "eu-west-2" }) });
    assert.match(mail?.provider ?? "", /::bare-id$/);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /sesdomain:previewCheck/);
    assert.doesNotMatch(warnings[0] ?? "", /aws:region|app:size/);
  });

  it("take what a component passes on, and nothing of its other providers", async () => {
    const aws = new Provider("aws", "aws");
    const make = (opts: pulumi.ComponentResourceOptions) =>
      new pulumi.ComponentResource("test:index:Mail", "site", {}, opts);
    assert.equal((await declared({ parent: make({ providers: { aws } }) }))?.provider, "");
    registered.length = 0;
    const both = [aws, new NodejsProvider("dynamic")];
    assert.match((await declared({ parent: make({ providers: both }) }))?.provider ?? "", /::dynamic-id$/);
    assert.deepEqual(warnings, []);
  });

  const parent = () => new pulumi.ComponentResource("test:index:Mail", "site");
  const refusals: readonly (readonly [string, () => object, RegExp])[] = [
    ["a provider of another package", () => ({ provider: new Provider("aws", "aws") }), /package aws.*pulumi-nodejs/],
    ["what is no provider", () => ({ provider: "aws" }), /"string"/],
    ["import", () => ({ import: "an-id" }), /adopt/],
    ["customTimeouts", () => ({ customTimeouts: { create: "1h" } }), /timeout/],
    ["providers", () => ({ providers: {} }), /components/],
  ];
  for (const [what, opts, reason] of refusals) {
    it(`refuse ${what} in one sentence, without an object printed`, () => {
      assert.throws(
        () => new VerifiedDomain("mail", ARGS, { ...opts(), parent: parent() }),
        (error) => {
          assert.ok(pulumi.ResourceError.isInstance(error));
          assert.match(error.message, reason);
          assert.doesNotMatch(error.message, /\n/);
          assert.equal(error.hideStack, true, "Pulumi prints the parent with the stack trace");
          return true;
        },
      );
    });
  }
});
