import assert from "node:assert/strict";
import { printPolicy } from "../../../../provider/cli/iam-policy/print-policy";
import { systemClock } from "../../../../provider/core/clock";
import { silentLog } from "../../../../provider/core/ctx";
import { UNKNOWN } from "../../../../provider/lifecycle/arguments/types";
import { invokeFunction } from "../../../../provider/pulumi/plugin/functions";
import { FUNCTIONS } from "../../../../provider/pulumi/plugin/functions/all";
import type { FunctionPorts, Properties, ValueType } from "../../../../provider/pulumi/plugin/functions/declaration";

const ctx = { clock: systemClock, log: silentLog, signal: new AbortController().signal };
const PORTS: FunctionPorts = {
  open: () => {
    throw new Error("neither AWS nor DNS is asked");
  },
  env: {},
};

const invoke = (name: string, args: Readonly<Record<string, unknown>>, ports = PORTS) =>
  invokeFunction(`sesdomain:index:${name}`, args, ports, ctx);

async function refused(name: string, args: Readonly<Record<string, unknown>>) {
  const invoked = await invoke(name, args);
  assert.ok("failures" in invoked, JSON.stringify(invoked));
  return invoked.failures;
}

describe("the declarations of the plugin's functions", () => {
  it("are plain data, and give each name of an object one set of properties", () => {
    const objects = new Map<string, string>();
    const visit = (type: ValueType): void => {
      if (typeof type === "string") return;
      if ("list" in type) {
        visit(type.list);
        return;
      }
      const text = JSON.stringify(type);
      assert.equal(objects.get(type.object) ?? text, text, type.object);
      objects.set(type.object, text);
      visitAll(type.properties);
    };
    const visitAll = (properties: Properties) => {
      for (const [name, { type, comment }] of Object.entries(properties)) {
        assert.match(name, /^[a-z][A-Za-z]*$/);
        assert.match(comment, /\S/, name);
        visit(type);
      }
    };
    for (const { declaration } of FUNCTIONS) {
      assert.deepEqual(structuredClone(declaration), JSON.parse(JSON.stringify(declaration)));
      assert.match(declaration.token, /^sesdomain:index:get[A-Z]\w*$/);
      visitAll(declaration.inputs);
      visitAll(declaration.outputs);
    }
  });
});

describe("a function of the plugin", () => {
  for (const token of ["", "getIamPolicy", "sesdomain:index:getIamPolice", "x".repeat(1_000_000), "\u001b[31m"]) {
    it(`of an unknown token is a failure: ${JSON.stringify(token.slice(0, 40))}`, async () => {
      const invoked = await invokeFunction(token, {}, PORTS, ctx);
      assert.ok("failures" in invoked && invoked.failures.length === 1);
      const [failure] = invoked.failures;
      assert.ok(failure !== undefined && failure.reason.length < 400 && !failure.reason.includes("\u001b"));
    });
  }

  it("is not called once its operation has ended", async () => {
    const reason = new Error("cancelled");
    const ended = { ...ctx, signal: AbortSignal.abort(reason) };
    await assert.rejects(invokeFunction("sesdomain:index:getIamPolicy", {}, PORTS, ended), reason);
  });

  it("has a bounded list of failures", async () => {
    const regions = Array.from({ length: 5_000 }, (_, index) => index);
    const failures = await refused("getIamPolicy", { regions });
    assert.ok(failures.length <= 21, String(failures.length));
  });
});

describe("getIamPolicy", () => {
  for (const [args, options] of [
    [{}, {}],
    [
      { domains: ["ses-example.com"], regions: ["us-east-1"] },
      { domain: ["ses-example.com"], region: ["us-east-1"] },
    ],
    [{ domains: ["münchen.example"] }, { domain: ["münchen.example"] }],
    [
      { host: "cloudflare", readOnly: true },
      { host: "cloudflare", readOnly: true },
    ],
    [{ emailAddresses: ["a@ses-example.com"] }, { emailAddress: ["a@ses-example.com"] }],
    [
      { resources: ["DomainIdentity"], requiredOnly: true, accountId: "111111111111" },
      { resource: ["DomainIdentity"], required: true, account: "111111111111" },
    ],
    [
      { verificationOnly: true, partition: "aws-cn" },
      { verificationOnly: true, partition: "aws-cn" },
    ],
  ] as const) {
    it(`returns what the command prints: ${JSON.stringify(args)}`, async () => {
      const printed: string[] = [];
      assert.equal(
        printPolicy(options, (text) => printed.push(text)),
        0,
      );
      const invoked = await invoke("getIamPolicy", args);
      assert.ok("result" in invoked, JSON.stringify(invoked));
      assert.deepEqual([invoked.result.json], printed);
    });
  }

  for (const [args, paths] of [
    [{ region: ["us-east-1"] }, ["region"]],
    [{ regions: "us-east-1" }, ["regions"]],
    [{ domains: ["ses-example.com", 1, {}] }, ["domains[1]", "domains[2]"]],
    [{ domains: UNKNOWN }, ["domains"]],
    [{ domains: ["ses-example.com", UNKNOWN] }, ["domains[1]"]],
    [{ host: "route54", accountId: "1" }, ["accountId", "host"]],
    [{ readOnly: "true" }, ["readOnly"]],
  ] as const) {
    it(`refuses by path: ${JSON.stringify(args)}`, async () => {
      const failures = await refused("getIamPolicy", args);
      assert.deepEqual(failures.map(({ property }) => property).sort(), paths);
    });
  }

  it("tells of a policy that is longer than IAM accepts", async () => {
    const domains = Array.from({ length: 80 }, (_, index) => `domain-number-${index}.example.com`);
    const invoked = await invoke("getIamPolicy", { domains });
    assert.ok("result" in invoked && Array.isArray(invoked.result.warnings));
    assert.equal(invoked.result.warnings.length, 1);
  });

  it("refuses so many domains and regions that no policy can hold them", async () => {
    const domains = Array.from({ length: 4_000 }, (_, index) => `d${index}.example.com`);
    const failures = await refused("getIamPolicy", { domains, regions: ["us-east-1", "eu-west-1", "eu-central-1"] });
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["regions"],
    );
  });
});
