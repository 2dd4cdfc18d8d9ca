import assert from "node:assert/strict";
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { shim } from "../../provider/resources/shim";
import { dynamicOnly, isPlugin } from "../support/engine/door";
import { keysOf, OTHER_ACCOUNT, openProfiles, type Profiles, program } from "../support/engine/profiles";
import { openSpill } from "../support/engine/spill";
import type { EngineStack } from "../support/engine/stack";
import {
  ACCOUNT,
  changing,
  declare,
  type EngineWorld,
  NAME,
  OTHER_TEAM,
  openEngineWorld,
  succeeded,
} from "../support/engine/world";

const REGIONS = ["us-east-1", "eu-west-1"];
const root = join(__dirname, "..", "..");

/** The tests share one stack: each begins where the one before ended. */
describe("the state of a verified domain, and who may change it", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  let stack: EngineStack;
  let quiet: Profiles["quiet"];
  let forget: Profiles["forget"] | undefined;

  before(async () => {
    world = await openEngineWorld({ accounts: [{ id: ACCOUNT }, { id: OTHER_ACCOUNT }] });
    ({ stack, quiet, forget } = await openProfiles(world));
  });
  after(async () => {
    forget?.();
    await world?.close();
  });

  it("holds no credential, and of provider code one line where the resource is a dynamic one", async () => {
    const spill = openSpill();
    spill.keep("up", succeeded(await stack.up({ debug: 9 })));
    world.assertVerified(REGIONS);
    spill.keepFiles("stack", stack);
    const code = spill.holding(shim("verifiedDomain").slice(0, 20));
    assert.equal(code.includes("stack: state/.pulumi/stacks/sesdomain-test/test.json"), !isPlugin);
    spill.assertNone([keysOf(world, ACCOUNT).AWS_SECRET_ACCESS_KEY, keysOf(world, ACCOUNT).AWS_ACCESS_KEY_ID]);
    const domain = domainIn(await stack.exportState());
    const line = isPlugin ? undefined : shim("verifiedDomain");
    assert.deepEqual([domain.inputs.__provider, domain.outputs.__provider], [line, line]);
  });

  it("holds none of the stack's secret config either", async () => {
    const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = keysOf(world, ACCOUNT);
    const other = await world.open({
      stack: "configured",
      program: async () => void declare("mail", { regions: ["us-west-2"] }),
      config: { "aws:accessKey": { secret: id }, "aws:secretKey": { secret }, "aws:region": "us-west-2" },
    });
    other.changeEnv({ AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined });
    const spill = openSpill();
    spill.keep("up", succeeded(await other.up()));
    spill.keep("destroy", succeeded(await other.destroy()));
    spill.keepFiles("stack", other);
    spill.assertNone([id, secret]);
    world.assertVerified(REGIONS);
  });

  it("is the same for a profile of another name and the same account", async () => {
    stack.changeProgram(program("europe"));
    await quiet();
  });

  dynamicOnly("provider code in the state").it("is the same for the next version of the package", async () => {
    const upgraded = installNextVersion(stack.workDir);
    await quiet();
    assert.ok(existsSync(upgraded), "the next version was used");
  });

  it("is not looked after where previewCheck is off", async () => {
    world.setValues(NAME, [OTHER_TEAM]);
    await stack.changeConfig({ "sesdomain:previewCheck": "off" });
    world.emulator.requests.reset();
    await quiet();
    const { http, dns } = world.emulator.requests.counts();
    assert.deepEqual(Object.keys(http), ["sts:GetCallerIdentity"]);
    assert.deepEqual(dns, {});
    await stack.changeConfig({ "sesdomain:previewCheck": "live" });
    succeeded(await stack.up());
    world.assertVerified(REGIONS);
  });

  it("is not taken for gone by another account: an error names both, and nothing changes", async () => {
    await stack.changeConfig({ "sesdomain:previewCheck": "strict" });
    stack.changeEnv(keysOf(world, OTHER_ACCOUNT));
    world.emulator.requests.reset();
    for (const run of [await stack.preview(), await stack.refresh(), await stack.destroy()]) {
      assert.equal(run.failed, true, run.stdout);
      assert.match(run.stdout, new RegExp(`${ACCOUNT}.*${OTHER_ACCOUNT}`));
    }
    // The other region's profile is of the right account all the while.
    assert.deepEqual(changing(world.requests()), []);
    world.assertVerified(REGIONS);
    stack.changeEnv(keysOf(world, ACCOUNT));
  });

  it("stays verified throughout when the resource is renamed without an alias", async () => {
    stack.changeProgram(program("europe", "post"));
    const lapses: string[] = [];
    const watch = (when: string) => {
      const values = world.at(NAME)?.values ?? [];
      const lost = Object.entries(world.statuses()).filter(([, status]) => status !== "Success");
      if (lost.length > 0 || Object.keys(world.statuses()).length !== 2) lapses.push(`${when}: SES ${lost.join()}`);
      if (!world.tokens().every((token) => values.includes(token))) lapses.push(`${when}: DNS ${values.join()}`);
    };
    const stops = [
      world.emulator.onRequest(({ phase, action }) => watch(`${phase} ${action}`)),
      world.emulator.zones.subscribe(({ kind }) => watch(`zone ${kind}`)),
    ];
    const up = succeeded(await stack.up());
    for (const stop of stops) stop();
    assert.deepEqual(up.changes, { create: 1, delete: 1, same: 1 });
    assert.deepEqual(lapses, []);
    world.assertVerified(REGIONS);
    succeeded(await stack.destroy());
    world.assertUntouched();
  });
});

interface DomainResource {
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

function domainIn({ deployment }: { readonly deployment: { readonly resources?: readonly DomainResource[] } }) {
  const found = deployment.resources?.find(({ type }) => type.endsWith("VerifiedDomain"));
  assert.ok(found);
  return found;
}

/**
 * Puts a copy of the package with another version where the stack's provider process finds it first. Returns the file
 * that the copy writes when it is loaded.
 */
function installNextVersion(workDir: string): string {
  const folder = join(workDir, "node_modules", "pulumi-sesdomain");
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, "dist", "provider"), join(folder, "dist", "provider"), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, unknown>;
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...manifest, version: "99.0.0" }));
  // A project of its own: within this package's, its name means itself.
  writeFileSync(join(workDir, "package.json"), JSON.stringify({ name: "a-users-project", private: true }));
  const mark = join(workDir, "loaded");
  const entry = join(folder, "dist", "provider", "pulumi", "dynamic", "dynamic.js");
  appendFileSync(entry, `\nrequire("node:fs").writeFileSync(${JSON.stringify(mark)}, "");\n`);
  return mark;
}
