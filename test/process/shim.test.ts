import assert from "node:assert/strict";
import { join } from "node:path";
import { shim } from "../../provider/resources/shim";
import { type Layout, openLayout } from "../support/process/layout";

const NAME = "pulumi-sesdomain";
const DECLARES = `exports.declare = () => require("${NAME}").shim("verifiedDomain");`;
const STORE = "node_modules/.pnpm";
const FROM_MAIL = `require("@example/mail").declare()`;
const FROM_PROGRAM = `require("${NAME}").shim("verifiedDomain")`;

describe("the copy of the package that serves a resource", function () {
  this.timeout(20_000); // each case runs node twice or more
  let layout: Layout;
  beforeEach(() => {
    layout = openLayout();
  });
  afterEach(() => layout.close());

  /** As pnpm links a workspace of a program and a library that depends on us. */
  function workspace(version: string): void {
    layout.add("apps/stack", { name: "stack", dependencies: { "@example/mail": "workspace:*" } });
    layout.add("packages/mail", { name: "@example/mail", dependencies: { [NAME]: version } }, DECLARES);
    layout.link("apps/stack/node_modules/@example/mail", "packages/mail");
    store(version);
    layout.link(`packages/mail/node_modules/${NAME}`, `${STORE}/${NAME}@${version}/node_modules/${NAME}`);
  }
  const store = (version: string) => layout.addCopy(`${STORE}/${NAME}@${version}/node_modules/${NAME}`, version);
  function upgrade(from: string, to: string): void {
    layout.remove(`${STORE}/${NAME}@${from}`);
    layout.remove(`packages/mail/node_modules/${NAME}`);
    store(to);
    layout.link(`packages/mail/node_modules/${NAME}`, `${STORE}/${NAME}@${to}/node_modules/${NAME}`);
  }
  function serves(lines: string, folder: string, copy: string): void {
    assert.deepEqual(layout.follow(lines, folder), { copy });
    assert.equal(lines.includes(layout.root), false, "an absolute path in the state");
  }

  it("is the program's own, whatever the version", () => {
    layout.addCopy(`app/node_modules/${NAME}`, "1.0.0");
    const lines = layout.declare("app", FROM_PROGRAM);
    assert.equal(lines, shim("verifiedDomain", { via: [], version: "^1.0.0" }));
    layout.remove(`app/node_modules/${NAME}`);
    layout.addCopy(`app/node_modules/${NAME}`, "2.0.0");
    serves(lines, "app", "2.0.0");
  });

  it("is that of a library in a workspace, also after an upgrade, and at another place", () => {
    workspace("1.0.0");
    const lines = layout.declare("apps/stack", FROM_MAIL);
    serves(lines, "apps/stack", "1.0.0");
    upgrade("1.0.0", "1.1.0");
    serves(lines, "apps/stack", "1.1.0");
    serves(layout.declare("apps/stack", FROM_MAIL), "apps/stack", "1.1.0");
    // What a version leaves in the state of another is the same but for the range that it names.
    assert.equal(layout.declare("apps/stack", FROM_MAIL).replace("^1.1.0", "^1.0.0"), lines);
  });

  it("is that of a published library in a store whose paths hold versions", () => {
    layout.add("app", { name: "app", dependencies: { "@example/mail": "1" } });
    const install = (version: string) => {
      const folder = `app/${STORE}/@example+mail@${version}/node_modules`;
      layout.add(
        `${folder}/@example/mail`,
        { name: "@example/mail", version, peerDependencies: { [NAME]: "*" } },
        DECLARES,
      );
      layout.addCopy(`app/${STORE}/${NAME}@${version}/node_modules/${NAME}`, version);
      layout.link(`${folder}/${NAME}`, `app/${STORE}/${NAME}@${version}/node_modules/${NAME}`);
      layout.link("app/node_modules/@example/mail", `${folder}/@example/mail`);
    };
    install("1.0.0");
    const lines = layout.declare("app", FROM_MAIL);
    serves(lines, "app", "1.0.0");
    layout.remove("app/node_modules");
    install("1.2.0");
    serves(lines, "app", "1.2.0");
  });

  it("is each resource's own where two copies are nested", () => {
    layout.addCopy(`app/node_modules/${NAME}`, "2.0.0");
    layout.add("app", { name: "app", dependencies: { "@example/mail": "1", [NAME]: "2" } });
    layout.add("app/node_modules/@example/mail", { name: "@example/mail", dependencies: { [NAME]: "1" } }, DECLARES);
    layout.addCopy(`app/node_modules/@example/mail/node_modules/${NAME}`, "1.0.0");
    serves(layout.declare("app", FROM_PROGRAM), "app", "2.0.0");
    serves(layout.declare("app", FROM_MAIL), "app", "1.0.0");
  });

  it("is found over several libraries", () => {
    layout.add("app", { name: "app", dependencies: { outer: "1" } });
    layout.add(
      "libs/outer",
      { name: "outer", dependencies: { inner: "1" } },
      `exports.declare = () => require("inner").declare();`,
    );
    layout.add("libs/inner", { name: "inner", dependencies: { [NAME]: "1" } }, DECLARES);
    layout.link("app/node_modules/outer", "libs/outer");
    layout.link("libs/outer/node_modules/inner", "libs/inner");
    layout.addCopy(`libs/inner/node_modules/${NAME}`, "1.0.0");
    const lines = layout.declare("app", `require("outer").declare()`);
    assert.equal(lines, shim("verifiedDomain", { via: ["outer", "inner"], version: "^1.0.0" }));
    serves(lines, "app", "1.0.0");
  });

  it("is found by a relative folder where the program names no package, and stays so in another checkout", () => {
    workspace("1.0.0");
    layout.remove("apps/stack/node_modules");
    const lines = layout.declare("apps/stack", `require("../../packages/mail").declare()`);
    assert.equal(lines, shim("verifiedDomain", { via: ["./../../packages/mail"], version: "^1.0.0" }));
    serves(lines, "apps/stack", "1.0.0");
    upgrade("1.0.0", "1.1.0");
    serves(lines, "apps/stack", "1.1.0");
  });

  it("is found where a library only hands our class on", () => {
    workspace("1.0.0");
    layout.remove("apps/stack/node_modules");
    layout.add("packages/mail", { name: "@example/mail" }, `module.exports = require("${NAME}");`);
    serves(
      layout.declare("apps/stack", `require("../../packages/mail").shim("verifiedDomain")`),
      "apps/stack",
      "1.0.0",
    );
  });

  it("is found where an inline program runs in a folder above its stack's", () => {
    workspace("1.0.0");
    layout.add("apps/stack/.work", {});
    serves(layout.declare("apps/stack", FROM_MAIL), "apps/stack/.work", "1.0.0");
    layout.remove("apps/stack/node_modules");
    serves(layout.declare("apps/stack", `require("../../packages/mail").declare()`), "apps/stack/.work", "1.0.0");
  });

  it("is the program's where the way that the state names is gone", () => {
    workspace("1.0.0");
    const lines = layout.declare("apps/stack", FROM_MAIL);
    layout.remove("apps/stack/node_modules");
    layout.addCopy(`apps/stack/node_modules/${NAME}`, "3.0.0");
    serves(lines, "apps/stack", "3.0.0");
  });

  it("is asked for in one sentence where there is none: the package.json, and the line", () => {
    workspace("1.0.0");
    const lines = layout.declare("apps/stack", FROM_MAIL);
    layout.remove("packages");
    const led = layout.follow(lines, "apps/stack");
    assert.ok("reason" in led);
    assert.ok(led.reason.includes(join(layout.root, "apps", "stack", "package.json")), led.reason);
    assert.ok(led.reason.includes(`"${NAME}": "^1.0.0"`), led.reason);
    assert.equal(led.diagnostic, `error: ${led.reason}`);
    assert.doesNotMatch(led.diagnostic, /\n|MODULE_NOT_FOUND/);
  });

  it("is not looked for elsewhere when it is found and broken: its own error is told", () => {
    layout.addCopy(`app/node_modules/${NAME}`, "1.0.0");
    const lines = layout.declare("app", FROM_PROGRAM);
    layout.write(
      `app/node_modules/${NAME}/dist/provider/pulumi/dynamic/dynamic.js`,
      `throw new Error("broken in itself");`,
    );
    assert.throws(() => layout.follow(lines, "app"), /broken in itself/);
  });
});
