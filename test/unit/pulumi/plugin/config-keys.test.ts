import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { readAccess as readCloudflare } from "../../../../provider/dns/cloudflare/settings";
import { readAccess as readGoogle } from "../../../../provider/dns/google-dns/settings";
import { readAccess as readPowerdns } from "../../../../provider/dns/powerdns/access";
import { readAccess as readRfc2136 } from "../../../../provider/dns/rfc2136/access";
import { openClients } from "../../../../provider/pulumi/clients";
import { CONFIG_KEYS, MOVED_KEYS, UNUSED_KEYS } from "../../../../provider/pulumi/plugin/config-keys";

const root = join(__dirname, "../../../..");
const DECLARED = new Set([...CONFIG_KEYS.flatMap(({ key, also = [] }) => [key, ...also]), ...UNUSED_KEYS]);
/** Tags of an identity at SES, which look like keys. */
const TAGS = new Set(["sesdomain:made", "sesdomain:owner"]);

const sources = readdirSync(join(root, "provider"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(`plugin${sep}config-keys.ts`))
  .map((file) => ({ file, text: withoutComments(readFileSync(join(root, "provider", file), "utf8")) }));

/** The module of the type tokens. */
const MODULE = "sesdomain:index";

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

function keysIn(text: string): string[] {
  return [...text.matchAll(/(["'`])((?:aws|cloudflare|gcp|google|sesdomain):[a-z]\w*)\1/g)].map(
    ([, , key = ""]) => key,
  );
}

describe("the inputs of the plugin's provider", () => {
  it("are all keys that any code reads", () => {
    const undeclared = sources.flatMap(({ file, text }) =>
      keysIn(text)
        .filter((key) => !DECLARED.has(key) && !TAGS.has(key) && key !== MODULE)
        .map((key) => `${file}: ${key}`),
    );
    assert.deepEqual(undeclared, []);
  });

  it("are keys that some code reads", () => {
    const read = new Set(sources.flatMap(({ text }) => keysIn(text)));
    assert.deepEqual(
      [...DECLARED].filter((key) => !read.has(key)),
      [],
    );
  });

  it("are all that is asked for while AWS and the hosts are opened", () => {
    const asked = new Set<string>();
    const get = (key: string) => {
      asked.add(key);
      return undefined;
    };
    openClients(get, {});
    const settings = { get, env: {} };
    for (const read of [
      () => readCloudflare(undefined, settings, "reading"),
      () => readGoogle(undefined, settings, "reading"),
      () => readPowerdns({ kind: "powerdns", url: "http://127.0.0.1:1" }, settings),
      () => readRfc2136({ kind: "rfc2136", server: "127.0.0.1" }, settings),
    ]) {
      try {
        read();
      } catch {
        // Nothing is set: what was asked for is what counts.
      }
    }
    assert.deepEqual(
      [...asked].filter((key) => !DECLARED.has(key)),
      [],
    );
    assert.ok(asked.size > 25, `${asked.size} keys`);
  });

  it("have names of their own, which no namespace is part of", () => {
    const names = CONFIG_KEYS.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(
      names.filter((name) => !/^[a-z][A-Za-z0-9]*$/.test(name) || name === "version"),
      [],
    );
  });

  it("keep every key, token and password secret", () => {
    const secret = CONFIG_KEYS.filter(({ secret }) => secret).map(({ name }) => name);
    const looks = /(token|secret|apiKey|accessKey|credentials|webIdentity|https?Proxy)/i;
    // The name of a key is none, and files are named by their paths.
    const told = ["rfc2136TsigKey", "sharedCredentialsFiles"];
    const expected = CONFIG_KEYS.map(({ name }) => name).filter((name) => looks.test(name) && !told.includes(name));
    assert.deepEqual(secret, expected);
  });

  it("have a place for each key of another namespace, for who moves to the plugin", () => {
    const moved = new Map(MOVED_KEYS.map(({ from, to }) => [from, to]));
    assert.equal(moved.get("aws:region"), "sesdomain:region");
    assert.equal(moved.get("aws:assumeRole"), "sesdomain:assumeRole");
    assert.equal(moved.get("cloudflare:apiToken"), "sesdomain:cloudflareApiToken");
    assert.equal(moved.get("gcp:project"), "sesdomain:googleProject");
    assert.equal(moved.get("google:credentials"), "sesdomain:googleCredentials");
    const foreign = [...DECLARED].filter((key) => !key.startsWith("sesdomain:") && !UNUSED_KEYS.includes(key));
    assert.deepEqual([...moved.keys()].sort(), foreign.sort());
  });
});
