import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { ROOT } from "../../support/docs/markdown";
import { folderWithNode, inFolder, pluginFolder, startPlugin } from "../../support/plugin/files";
import { compile } from "../../support/process/cli";

const PROGRAM = "pulumi-resource-sesdomain";
const PORT = /^\d+\n$/;
const OLDEST = /^>=(\d+)$/.exec(
  (JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { engines: { node: string } }).engines.node,
)?.[1];

/** Prints what the process has loaded, when it ends. */
const TELL = `process.on("exit", () => process.stderr.write(JSON.stringify(Object.keys(require.cache))));`;

describe("the start of the plugin", function () {
  this.timeout(120_000);
  let files: string;
  before(async () => {
    compile();
    files = await pluginFolder();
  });

  /** The published folder where nothing of this repository is above it. */
  const installed = (folder: string): string => {
    const there = join(folder, "some where");
    cpSync(files, there, { recursive: true });
    return there;
  };

  it("needs nothing but Node on PATH, and prints its port first", () =>
    inFolder(async (folder) => {
      const env = { PATH: folderWithNode(folder) };
      const { code, stdout, stderr } = await startPlugin(join(installed(folder), PROGRAM), ["127.0.0.1:1"], env);
      assert.match(stdout, PORT);
      assert.equal(stderr, "");
      assert.equal(code, 0);
    }));

  it("is found through links", () =>
    inFolder(async (folder) => {
      installed(folder);
      mkdirSync(join(folder, "bin"));
      symlinkSync("../some where/pulumi-resource-sesdomain", join(folder, "bin", "one"));
      symlinkSync(join(folder, "bin", "one"), join(folder, "bin", "two"));
      const { stdout } = await startPlugin(join(folder, "bin", "two"), [], process.env);
      assert.match(stdout, PORT);
    }));

  it("without Node says which one is needed", () =>
    inFolder(async (folder) => {
      mkdirSync(join(folder, "empty"));
      const { code, stdout, stderr } = await startPlugin(join(installed(folder), PROGRAM), [], {
        PATH: join(folder, "empty"),
      });
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, new RegExp(`Node\\.js ${OLDEST} or newer.*no \`node\``));
    }));

  for (const [what, body] of [
    ["too old", `echo v${Number(OLDEST) - 1}.20.0`],
    ["far too old", "echo v6.17.1"],
    ["of no version", "echo hello"],
    ["silent", "exit 0"],
    ["broken", "echo v99.0.0; exit 127"],
  ] as const) {
    it(`with a Node that is ${what} says which one is needed, and does not start it`, () =>
      inFolder(async (folder) => {
        const bin = join(folder, "bin");
        mkdirSync(bin);
        const script = `#!/bin/sh\ncase "$*" in --version) ;; *) echo started; exit 0 ;; esac\n${body}\n`;
        writeFileSync(join(bin, "node"), script);
        chmodSync(join(bin, "node"), 0o755);
        const env = { PATH: [bin, process.env.PATH].join(delimiter) };
        const { code, stdout, stderr } = await startPlugin(join(installed(folder), PROGRAM), [], env);
        assert.deepEqual([code, stdout], [1, ""]);
        assert.match(stderr, new RegExp(`Node\\.js ${OLDEST} or newer`));
      }));
  }

  it("has a command file for Windows, with line ends of Windows, that refuses the same versions", () => {
    const text = readFileSync(join(files, `${PROGRAM}.cmd`), "utf8");
    assert.deepEqual(text.match(/(?<!\r)\n/g), null);
    assert.match(text, new RegExp(`if %major% LSS ${OLDEST} goto old\r\n`));
    assert.match(text, /^node "%~dp0plugin\.cjs" %\*\r$/m);
    assert.match(text, new RegExp(`Node\\.js ${OLDEST} or newer`));
  });

  it("loads neither the AWS SDK nor another large library before it needs it", () =>
    inFolder(async (folder) => {
      const there = installed(folder);
      const loaded = await loadedBy(join(there, "plugin.cjs"), folder);
      assert.deepEqual(
        loaded.filter((path) => !path.endsWith("tell.cjs")).map((path) => path.slice(there.length + 1)),
        ["plugin.cjs", "main.cjs"],
      );
    }));

  it("has the libraries of each host in files of their own, which load by themselves", () =>
    inFolder(async (folder) => {
      const script = `const { join } = require("node:path"), at = (name) => require(join(process.argv[1], name));
        const aws = at("aws.cjs");
        for (const [name, client] of [["ses", "SESClient"], ["sesv2", "SESv2Client"], ["sts", "STSClient"], ["route-53", "Route53Client"]])
          new aws["@aws-sdk/client-" + name][client]({ region: "us-east-1" });
        aws["@aws-sdk/credential-providers"].fromNodeProviderChain();
        new (at("cloudflare.cjs").cloudflare.default)({ apiToken: "not-a-token" });
        const { GoogleAuth } = at("google-auth-library.cjs")["google-auth-library"];
        new GoogleAuth({ credentials: { client_email: "one@example.com", private_key: "none" } }).getClient();`;
      const there = installed(folder);
      const { code, stderr } = await startPlugin(process.execPath, ["--no-warnings", "-e", script, there], process.env);
      assert.deepEqual([code, stderr], [0, ""]);
    }));

  it("from the npm package loads Pulumi's messages and never Pulumi's SDK, nor the AWS SDK", () =>
    inFolder(async (folder) => {
      const loaded = await loadedBy(join(ROOT, "dist/provider/pulumi/plugin/main.js"), folder);
      const sdk = loaded.filter((path) => /[\\/]@pulumi[\\/]pulumi[\\/]/.test(path));
      assert.ok(sdk.length > 0);
      assert.deepEqual(
        sdk.filter((path) => !/[\\/]@pulumi[\\/]pulumi[\\/]proto[\\/]/.test(path)),
        [],
      );
      const large = /[\\/]node_modules[\\/](@aws-sdk|@smithy|cloudflare|google-auth-library)[\\/]/;
      assert.deepEqual(
        loaded.filter((path) => large.test(path)),
        [],
      );
    }));

  async function loadedBy(program: string, folder: string): Promise<readonly string[]> {
    const tell = join(folder, "tell.cjs");
    writeFileSync(tell, TELL);
    const { stdout, stderr } = await startPlugin(process.execPath, ["--require", tell, program], process.env);
    assert.match(stdout, PORT);
    return JSON.parse(stderr) as readonly string[];
  }
});
