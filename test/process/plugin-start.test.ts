import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join, relative, sep } from "node:path";

const ROOT = join(__dirname, "..", "..");
const PLUGIN = join(ROOT, "provider", "pulumi", "plugin");

/** The modules that a process has loaded once it could answer, once it is configured, and with its first resource. */
const SCRIPT = `
const { openStop } = require(${JSON.stringify(join(PLUGIN, "..", "stop"))});
const { openProvider } = require(${JSON.stringify(join(PLUGIN, "provider"))});
const { openService } = require(${JSON.stringify(join(PLUGIN, "server"))});
const host = openProvider({ stop: openStop(), env: {} });
openService(host, "1.0.0");
const started = Object.keys(require.cache);
host.configure({}, true);
const configured = Object.keys(require.cache);
const type = "sesdomain:index:VerifiedDomain";
host.at("urn:pulumi:dev::project::" + type + "::mail");
console.log(JSON.stringify({ started, configured, later: Object.keys(require.cache) }));
process.exit(0);
`;

/** What a resource needs and a start does not: packages by their names, own files by their paths. */
const LARGE = ["zod", "tldts", "dns-packet", "commander", "fast-xml-parser"];
const OWN = /^provider\/(?:lifecycle\/(?!arguments\/types\.|lifecycle\.)|dns\/|authority\/|diagnosis\/|cli\/|mail\/)/;

describe("the start of the plugin", () => {
  let started: readonly string[];
  let configured: readonly string[];
  let later: readonly string[];
  before(() => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--import", "tsx", "-e", SCRIPT], {
      cwd: ROOT,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    ({ started, configured, later } = JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
  });
  const packageOf = (file: string) => {
    const [, path] = file.split(`node_modules${sep}`);
    return path
      ?.split(sep)
      .slice(0, path.startsWith("@") ? 2 : 1)
      .join("/");
  };
  const own = (files: readonly string[]) => files.map((file) => relative(ROOT, file).replaceAll(sep, "/"));

  it("loads no package and no file that only a resource needs", () => {
    const packages = configured.map(packageOf).filter((name) => name !== undefined);
    const isLarge = (name: string) =>
      LARGE.includes(name) || name.startsWith("@aws-sdk/") || name.startsWith("@smithy/");
    assert.deepEqual([...new Set(packages.filter(isLarge))], []);
    assert.deepEqual(
      own(configured).filter((file) => OWN.test(file)),
      [],
    );
  });

  it("loads what reads its configuration with the first call that has one", () => {
    const isConfig = (file: string) => /^provider\/(?:aws\/|pulumi\/plugin\/config(?!-methods))/.test(file);
    assert.deepEqual(own(started).filter(isConfig), []);
    assert.ok(own(configured).some(isConfig));
  });

  it("loads them with the first resource, and the AWS SDK not even then", () => {
    const packages = new Set(later.map(packageOf));
    assert.ok(packages.has("tldts"));
    assert.ok(own(later).some((file) => OWN.test(file)));
    assert.deepEqual(
      [...packages].filter((name) => name?.startsWith("@aws-sdk/")),
      [],
    );
  });

  it("loads the SDK's messages, and never its index", () => {
    const sdk = own(later).filter((file) => file.startsWith("node_modules/@pulumi/pulumi/"));
    assert.ok(sdk.length > 0);
    assert.deepEqual(
      sdk.filter((file) => !file.startsWith("node_modules/@pulumi/pulumi/proto/")),
      [],
    );
  });
});
