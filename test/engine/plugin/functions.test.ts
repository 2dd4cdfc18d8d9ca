import assert from "node:assert/strict";
import { type Inputs, isSecret, type Output, runtime, secret } from "@pulumi/pulumi";
import { silentLog } from "../../../provider/core/ctx";
import { doctorReport } from "../../../provider/doctor/schema";
import { verificationStatus } from "../../../provider/doctor/verification-status";
import { invokeFunction } from "../../../provider/pulumi/plugin/functions";
import { PluginResource } from "../../support/engine/plugin";
import { DOMAIN, type EngineWorld, NAME, OTHER_TEAM, openEngineWorld } from "../../support/engine/world";

const call = (name: string, args: Inputs) =>
  runtime.invokeOutput<Record<string, unknown>>(`sesdomain:index:${name}`, args, {});
const identities = [{ region: "us-east-1" }];
const WRITES = /:(?:Create|Delete|Put|Set|Tag|Untag|Verify|Change)/;

describe("the plugin's functions, called by a program", function () {
  this.timeout(300_000);
  let world: EngineWorld;
  before(async () => {
    world = await openEngineWorld();
  });
  after(() => world?.close());
  const open = (program: () => Promise<Record<string, unknown>>) => world.open({ program: async () => program() });

  it("return the policy that the command prints, and secrets as secrets", async () => {
    const args = { domains: [DOMAIN], regions: ["us-east-1"] };
    const stack = await open(async () => {
      const open = call("getIamPolicy", args);
      const hidden = call("getIamPolicy", { ...args, accountId: secret("111111111111") });
      return { json: open.apply(({ json }) => json), hidden: isSecret(hidden) };
    });
    const { outputs, stdout } = await stack.up();
    const context = {
      clock: { now: () => 0, sleep: () => Promise.resolve() },
      log: silentLog,
      signal: new AbortController().signal,
    };
    const closed = { open: () => assert.fail("nothing is asked"), env: {} };
    const direct = await invokeFunction("sesdomain:index:getIamPolicy", args, closed, context);
    assert.ok("result" in direct);
    assert.equal(outputs.json, direct.result.json, stdout);
    assert.equal(outputs.hidden, true);
  });

  it("look at what the program made, once it is there, and change nothing", async () => {
    const stack = await open(async () => {
      const names = ["identityArns", "verified"];
      const mail = new PluginResource("VerifiedDomain", "mail", {
        domain: DOMAIN,
        identities,
        dns: { kind: "route53" },
        ...Object.fromEntries(names.map((name) => [name, undefined])),
      });
      const domain = (mail as unknown as { readonly identityArns: Output<unknown> }).identityArns.apply(() => DOMAIN);
      return {
        status: call("getVerificationStatus", { domain, identities }),
        diagnosis: call("getDiagnosis", { domain, identities }),
      };
    });
    const preview = await stack.preview();
    assert.equal(preview.failed, false, preview.stdout);
    const { outputs, failed, stdout } = await stack.up();
    assert.equal(failed, false, stdout);
    const status = verificationStatus.parse(outputs.status);
    assert.equal(status.state, "verified");
    const [token] = status.identities.map((one) => one.token);
    assert.deepEqual(world.tokens(), [token]);
    const { json, ...report } = outputs.diagnosis as Record<string, unknown>;
    assert.deepEqual(JSON.parse(String(json)), doctorReport.parse(report));

    world.setValues(NAME, [OTHER_TEAM]);
    world.emulator.requests.reset();
    const again = await stack.preview();
    assert.equal(again.failed, false, again.stdout);
    assert.deepEqual(
      Object.keys(world.requests()).filter((action) => WRITES.test(action)),
      [],
    );
    await stack.destroy();
  });

  it("name the argument that is wrong, and what it may be", async () => {
    const stack = await open(async () => ({ one: call("getVerificationStatus", { Domain: DOMAIN }) }));
    const { failed, stdout, stderr } = await stack.preview();
    assert.equal(failed, true);
    assert.match(`${stdout}${stderr}`, /\(Domain\)/);
    assert.match(`${stdout}${stderr}`, /did you mean "domain"/);
  });
});
