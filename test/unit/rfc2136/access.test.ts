import assert from "node:assert/strict";
import { inspect } from "node:util";
import { DnsHostError } from "../../../provider/core/errors";
import { fqdn } from "../../../provider/core/fqdn";
import { readAccess, readServer } from "../../../provider/dns/rfc2136/access";
import type { Rfc2136Entry } from "../../../provider/dns/rfc2136/entry";

const SECRET = Buffer.from("not a real secret").toString("base64");
type Config = Readonly<Record<string, string>>;

function read(dns: Partial<Rfc2136Entry>, config: Config = {}, env: Config = {}) {
  return readAccess({ kind: "rfc2136", ...dns }, { get: (key) => config[key], env });
}
function refused(dns: Partial<Rfc2136Entry>, config: Config = {}, env: Config = {}): DnsHostError {
  try {
    read(dns, config, env);
  } catch (error) {
    assert.ok(error instanceof DnsHostError);
    assert.ok(!inspect(error, { showHidden: true }).includes(SECRET), "the secret stands in the error");
    return error;
  }
  assert.fail("it was taken");
}

const CONFIG = {
  "sesdomain:rfc2136Server": "config.example",
  "sesdomain:rfc2136TsigKey": "Config.Key.",
  "sesdomain:rfc2136TsigAlgorithm": "HMAC-SHA512.",
  "sesdomain:rfc2136TsigSecret": SECRET,
};
const ENV = {
  RFC2136_NAMESERVER: "env.example:5353",
  RFC2136_TSIG_KEY: "env.key",
  RFC2136_TSIG_ALGORITHM: "hmac-sha384",
  RFC2136_TSIG_SECRET: SECRET,
};

describe("what reaches an RFC 2136 server", () => {
  it("is read from stack config before the environment, and from the program before both", () => {
    const both = read({}, CONFIG, ENV);
    assert.equal(both.label, "config.example:53");
    assert.deepEqual([both.key.name, both.key.algorithm], ["config.key", "hmac-sha512"]);
    assert.deepEqual(both.key.secret, Buffer.from("not a real secret"));
    const env = read({ transport: "udp", zone: fqdn("a.example") }, {}, ENV);
    assert.deepEqual([env.label, env.key.name, env.key.algorithm], ["env.example:5353", "env.key", "hmac-sha384"]);
    assert.deepEqual([env.transport, env.zone], ["udp", "a.example"]);
    assert.equal(read({ server: "program.example" }, CONFIG, ENV).label, "program.example:53");
  });
  it("uses TCP and hmac-sha256 where nothing is said", () => {
    const { transport, key } = read(
      { server: "s.example" },
      {},
      { RFC2136_TSIG_KEY: "k", RFC2136_TSIG_SECRET: SECRET },
    );
    assert.deepEqual([transport, key.algorithm], ["tcp", "hmac-sha256"]);
  });
  it("comes from a named set alone where the program names one", () => {
    const sets = JSON.stringify({ eu: { server: "eu.example", tsigKey: "eu.key", tsigSecret: SECRET }, us: {} });
    const config = { ...CONFIG, "sesdomain:credentials": sets };
    const eu = read({ credentials: "eu" }, config, ENV);
    assert.deepEqual([eu.label, eu.key.name, eu.key.algorithm], ["eu.example:53", "eu.key", "hmac-sha256"]);
    const us = refused({ credentials: "us" }, config, ENV);
    assert.equal(us.code, "credentials-missing");
    assert.match(us.message, /set "us"/);
    assert.match(refused({ credentials: "asia" }, config, ENV).message, /holds no set "asia"/);
    const broken = { "sesdomain:credentials": `{ "eu": ${SECRET}` };
    assert.equal(refused({ credentials: "eu" }, broken).code, "credentials-missing");
    assert.equal(refused({ credentials: "eu" }).code, "credentials-missing");
    assert.equal(refused({ credentials: "constructor" }, config).code, "credentials-missing");
  });
  it("is asked for by name where it is missing", () => {
    assert.match(refused({}).hint ?? "", /RFC2136_NAMESERVER/);
    assert.match(refused({ server: "s.example" }).hint ?? "", /RFC2136_TSIG_KEY/);
    const noSecret = refused({ server: "s.example" }, {}, { RFC2136_TSIG_KEY: "k" });
    assert.equal(noSecret.code, "credentials-missing");
    assert.match(noSecret.message, /s\.example.*secret/);
  });
  for (const weak of ["hmac-md5", "HMAC-MD5.SIG-ALG.REG.INT.", "hmac-sha1", "hmac-sha224", "hmac-sha256-128"]) {
    it(`refuses ${weak}, and says how to make a better key`, () => {
      const error = refused({}, { ...CONFIG, "sesdomain:rfc2136TsigAlgorithm": weak });
      assert.equal(error.code, "credentials-refused");
      assert.match(error.message, /too weak/);
      assert.match(error.hint ?? "", /tsig-keygen -a hmac-sha256/);
    });
  }
  it("refuses what is no algorithm, no key name and no base64, without showing it", () => {
    const mixedUp = refused({}, { ...CONFIG, "sesdomain:rfc2136TsigAlgorithm": SECRET });
    assert.match(mixedUp.message, /none of hmac-sha256/);
    assert.equal(
      refused({}, { ...CONFIG, "sesdomain:rfc2136TsigKey": `${SECRET} ${SECRET}` }).code,
      "credentials-refused",
    );
    assert.equal(refused({}, { ...CONFIG, "sesdomain:rfc2136TsigSecret": "not base64!" }).code, "credentials-refused");
  });
  it("takes hosts, ports and IPv6 addresses as they are written", () => {
    assert.deepEqual(readServer("192.0.2.1"), { host: "192.0.2.1", port: 53, label: "192.0.2.1:53" });
    assert.deepEqual(readServer("ns.example:5353"), { host: "ns.example", port: 5353, label: "ns.example:5353" });
    assert.equal(readServer("NS.example").label, "ns.example:53");
    assert.deepEqual(readServer("2001:db8::1"), { host: "2001:db8::1", port: 53, label: "[2001:db8::1]:53" });
    assert.deepEqual(readServer("[2001:db8::1]:54"), { host: "2001:db8::1", port: 54, label: "[2001:db8::1]:54" });
    for (const wrong of ["", "a:b:c", "ns.example:0", "ns.example:70000"]) {
      assert.throws(() => readServer(wrong), DnsHostError);
    }
  });
});
