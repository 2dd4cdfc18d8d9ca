import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { VerifiedDomain } from "../../provider";
import { shim } from "../../provider/resources/shim";
import type { EngineStack } from "../support/engine/stack";
import { declare, type EngineWorld, openEngineWorld, succeeded } from "../support/engine/world";

const root = join(__dirname, "..", "..");
const NAME = "pulumi-sesdomain";

/** As pnpm lays out a workspace: the stack's folder sees the library, the library sees us, in a store whose paths hold versions. */
describe("a domain that a library declares, on the engine", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  let stack: EngineStack;
  beforeEach(async () => {
    world = await openEngineWorld();
    stack = await world.open({ program: async () => void fromLibrary() });
    put("package.json", { name: "stack", private: true, dependencies: { "@example/mail": "workspace:*" } });
    put("packages/mail/package.json", { name: "@example/mail", dependencies: { [NAME]: "*" } });
    put("node_modules/@example/mail/placeholder", {});
    rmSync(at("node_modules/@example/mail"), { recursive: true });
    symlinkSync(at("packages/mail"), at("node_modules/@example/mail"), "junction");
  });
  afterEach(() => world?.close());

  const at = (path: string) => join(stack.workDir, path);
  function put(path: string, content: unknown): void {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), typeof content === "string" ? content : JSON.stringify(content));
  }

  /** A copy of the package that leaves a mark when its host is loaded. */
  function install(version: string): void {
    const folder = `packages/store/${NAME}@${version}/node_modules/${NAME}`;
    cpSync(join(root, "dist", "provider"), at(`${folder}/dist/provider`), { recursive: true });
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, unknown>;
    put(`${folder}/package.json`, { ...manifest, version });
    const mark = `\nrequire("node:fs").writeFileSync(${JSON.stringify(at(`loaded-${version}`))}, "");\n`;
    appendFileSync(at(`${folder}/dist/provider/pulumi/dynamic/dynamic.js`), mark);
    mkdirSync(at("packages/mail/node_modules"), { recursive: true });
    rmSync(at(`packages/mail/node_modules/${NAME}`), { force: true });
    symlinkSync(at(folder), at(`packages/mail/node_modules/${NAME}`), "junction");
  }

  /** The program's folder is the stack's, as where the command line runs a program. */
  function fromLibrary(): void {
    const before = process.cwd();
    process.chdir(stack.workDir);
    try {
      const { VerifiedDomain: OfLibrary } = require(
        realpathSync(at(`packages/mail/node_modules/${NAME}/dist/provider/index.js`)),
      ) as {
        VerifiedDomain: typeof VerifiedDomain;
      };
      new OfLibrary("mail", {
        domain: "ses-example.com",
        identities: [{ region: "us-east-1" }],
        dns: { kind: "route53" },
      });
    } finally {
      process.chdir(before);
    }
  }

  it("is served by the library's copy, also after an upgrade that leaves the state as it is", async () => {
    install("97.0.0");
    succeeded(await stack.up());
    assert.ok(existsSync(at("loaded-97.0.0")));
    const state = JSON.stringify(await stack.exportState());
    assert.equal(state.includes(stack.workDir), false, "an absolute path in the state");

    rmSync(at("packages/store"), { recursive: true });
    install("98.0.0");
    const preview = await stack.preview({ expectNoChanges: true });
    assert.equal(preview.exitCode, 0, preview.stdout);
    succeeded(await stack.refresh());
    assert.ok(existsSync(at("loaded-98.0.0")));
    succeeded(await stack.destroy());
    assert.deepEqual(world.statuses(), {});
  });

  it("names the package.json and the line where no copy is found, without a stack trace", async () => {
    install("97.0.0");
    succeeded(await stack.up());
    renameSync(at("packages"), at("elsewhere"));
    stack.changeProgram(async () => void declare("mail", { regions: ["us-east-1"] }));
    for (const run of [await stack.preview(), await stack.destroy()]) {
      assert.equal(run.failed, true);
      const told = run.stdout.replace(/\s+/g, " ");
      assert.ok(told.includes(at("package.json")), run.stdout);
      assert.match(told, /"pulumi-sesdomain": "\^\d+\.\d+\.\d+"/);
      assert.doesNotMatch(run.stdout + run.stderr, /Cannot find module|^\s+at .*\(/m);
    }
  });

  it("goes on from a state whose lines are those of an earlier version", async () => {
    stack.changeProgram(async () => void declare("mail", { regions: ["us-east-1"] }));
    rmSync(at("package.json"));
    succeeded(await stack.up());
    const earlier = `exports.handler = () => require("module").createRequire(process.cwd() + "/")("pulumi-sesdomain/host").verifiedDomain;`;
    const text = JSON.stringify(await stack.exportState());
    const now = JSON.stringify(shim("verifiedDomain"));
    assert.ok(text.includes(now));
    await stack.importState(JSON.parse(text.replaceAll(now, JSON.stringify(earlier))));
    const preview = await stack.preview({ expectNoChanges: true });
    assert.equal(preview.exitCode, 0, preview.stdout);
    succeeded(await stack.refresh());
    succeeded(await stack.destroy());
    assert.deepEqual(world.statuses(), {});
  });
});
