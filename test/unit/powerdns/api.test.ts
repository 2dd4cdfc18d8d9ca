import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import { DnsHostError } from "../../../provider/core/errors";
import { fqdn } from "../../../provider/core/fqdn";
import { readAccess } from "../../../provider/dns/powerdns/access";
import type { PowerdnsEntry } from "../../../provider/dns/powerdns/entry";
import { openPowerdns } from "../../../provider/dns/powerdns/powerdns";
import { openHastyClock } from "../../support/hasty-clock";

const KEY = "not-a-real-api-key";
const NAME = fqdn("_amazonses.a.example");
const ZONE = { name: fqdn("a.example"), id: "a.example.", servers: [] };
const value = (text: string) => ({ type: "TXT" as const, name: NAME, text: text, ttl: 300 });

interface Rrset {
  name: string;
  type: string;
  ttl: number;
  records: { content: string; disabled: boolean }[];
}
interface Change extends Rrset {
  changetype: "EXTEND" | "PRUNE" | "REPLACE" | "DELETE";
}

/**
 * Stands in for a server that is newer than Debian's: takes EXTEND and PRUNE as the manual describes them. It shows the
 * shape of our requests, and nothing about what a real server makes of them.
 */
class StandIn {
  readonly asked: string[] = [];
  readonly patches: Change[][] = [];
  readonly headers: string[] = [];
  kind = "Native";
  dnssec = false;
  soaEditApi = "DEFAULT";
  set: Rrset | undefined;
  redirect: string | undefined;
  /** Undoes a write, this many times. */
  rivals = 0;
  readonly server: Server;

  constructor(readonly version: string) {
    this.server = createServer(async (request, response) => {
      this.asked.push(`${request.method} ${request.url}`);
      this.headers.push(String(request.headers["x-api-key"]));
      let body = "";
      for await (const chunk of request) body += String(chunk);
      if (this.redirect !== undefined) {
        response.writeHead(302, { Location: this.redirect }).end();
      } else if (request.method === "PATCH") {
        const { rrsets } = JSON.parse(body) as { rrsets: Change[] };
        this.patches.push(rrsets);
        const before = structuredClone(this.set);
        for (const each of rrsets) this.apply(each);
        if (this.rivals > 0) {
          this.rivals -= 1;
          this.set = before;
        }
        response.writeHead(204).end();
      } else if (request.method === "PUT") response.end("{}");
      else if (request.url === "/api/v1/servers/localhost") response.end(JSON.stringify({ version: this.version }));
      else {
        const zone = { kind: this.kind, dnssec: this.dnssec, api_rectify: false, soa_edit_api: this.soaEditApi };
        response.end(JSON.stringify({ ...zone, rrsets: this.set === undefined ? [] : [this.set] }));
      }
    });
  }

  private apply({ changetype, ttl, records, name, type }: Change): void {
    const set = this.set ?? { name, type, ttl, records: [] };
    const contents = records.map(({ content }) => content);
    if (changetype === "EXTEND") this.set = { ...set, records: [...set.records, ...records] };
    else if (changetype === "PRUNE") {
      this.set = { ...set, records: set.records.filter(({ content }) => !contents.includes(content)) };
    }
  }
}

describe("the PowerDNS API", () => {
  let standIn: StandIn;
  const start = async (version: string) => {
    standIn = new StandIn(version);
    standIn.server.listen(0, "127.0.0.1");
    await once(standIn.server, "listening");
    const url = `http://127.0.0.1:${(standIn.server.address() as AddressInfo).port}`;
    return openPowerdns({ kind: "powerdns", url }, { get: () => undefined, env: { PDNS_API_KEY: KEY } });
  };
  const warnings: string[] = [];
  const ctx = (): Ctx => ({
    clock: openHastyClock(),
    log: { ...silentLog, warn: (text) => void warnings.push(text) },
    signal: new AbortController().signal,
  });
  afterEach(() => {
    warnings.length = 0;
    standIn.server.closeAllConnections();
    standIn.server.close();
  });

  it("is asked to EXTEND and PRUNE where it says 5.0.2 (the requests' shape; Debian's server cannot take them)", async () => {
    const backend = await start("5.0.2");
    standIn.set = { name: `${NAME}.`, type: "TXT", ttl: 900, records: [{ content: '"foreign"', disabled: false }] };
    assert.deepEqual(await backend.add(ZONE, [value('a "b"'), value("c")], ctx()), {
      added: [value('a "b"'), value("c")],
    });
    assert.deepEqual(await backend.remove(ZONE, [value("c")], ctx()), { removed: [value("c")] });
    const one = { name: `${NAME}.`, type: "TXT", ttl: 900 };
    assert.deepEqual(standIn.patches, [
      [
        { ...one, changetype: "EXTEND", records: [{ content: '"a \\"b\\""', disabled: false }] },
        { ...one, changetype: "EXTEND", records: [{ content: '"c"', disabled: false }] },
      ],
      [{ ...one, changetype: "PRUNE", records: [{ content: '"c"', disabled: false }] }],
    ]);
    assert.ok(standIn.asked.some((each) => each.includes("include_disabled=true")));
  });
  it("writes again where another writer undid it, and gives up in the end", async () => {
    const backend = await start("5.0.2");
    standIn.rivals = 3;
    assert.equal((await backend.add(ZONE, [value("v")], ctx())).added.length, 1);
    assert.equal(standIn.patches.length, 4);
    standIn.rivals = Number.POSITIVE_INFINITY;
    await assert.rejects(backend.add(ZONE, [value("w")], ctx()), (error) => {
      assert.ok(error instanceof DnsHostError);
      assert.equal(error.code, "host-unavailable");
      return true;
    });
  });
  it("tells a primary to notify, and a signed zone to be rectified", async () => {
    const backend = await start("5.0.2");
    standIn.kind = "Master";
    standIn.dnssec = true;
    await backend.add(ZONE, [value("v")], ctx());
    const steps = standIn.asked.filter((each) => each.startsWith("PUT")).map((each) => each.split("/").at(-1));
    assert.deepEqual(steps, ["rectify", "notify"]);
    assert.deepEqual(warnings, []);
  });
  it("warns of a primary whose serial stays", async () => {
    const backend = await start("5.0.2");
    standIn.kind = "Primary";
    standIn.soaEditApi = "";
    await backend.add(ZONE, [value("v")], ctx());
    assert.match(warnings.join(), /SOA-EDIT-API/);
  });
  it("refuses to write to a secondary", async () => {
    const backend = await start("5.0.2");
    standIn.kind = "Slave";
    await assert.rejects(backend.add(ZONE, [value("v")], ctx()), { code: "host-refused" });
    assert.deepEqual(standIn.patches, []);
  });
  it("does not follow a redirect, which would take the key along", async () => {
    const backend = await start("5.0.2");
    const other = new StandIn("5.0.2");
    other.server.listen(0, "127.0.0.1");
    await once(other.server, "listening");
    standIn.redirect = `http://127.0.0.1:${(other.server.address() as AddressInfo).port}/`;
    await assert.rejects(backend.list(ZONE, { name: NAME, type: "TXT" }, ctx()), { code: "host-unavailable" });
    other.server.close();
    assert.deepEqual(other.headers, []);
  });
});

describe("what reaches a PowerDNS API", () => {
  const read = (dns: Partial<PowerdnsEntry>, config: Record<string, string> = {}, env: Record<string, string> = {}) =>
    readAccess({ kind: "powerdns", ...dns }, { get: (key) => config[key], env });
  const refused = (...args: Parameters<typeof read>): DnsHostError => {
    try {
      read(...args);
    } catch (error) {
      assert.ok(error instanceof DnsHostError);
      assert.ok(!inspect(error, { showHidden: true }).includes("a-real-api-key"), "the key stands in the error");
      return error;
    }
    assert.fail("it was taken");
  };
  const ENV = { PDNS_API_URL: "http://env.example:8081", PDNS_API_KEY: "env-key" };
  const CONFIG = { "sesdomain:pdnsApiUrl": "https://config.example/", "sesdomain:pdnsApiKey": KEY };

  it("is read from stack config before the environment, and from the program before both", () => {
    assert.deepEqual(read({}, CONFIG, ENV), {
      base: "https://config.example/api/v1/servers/localhost",
      label: "https://config.example",
      apiKey: KEY,
    });
    assert.equal(read({}, {}, ENV).apiKey, "env-key");
    const program = read({ url: "http://p.example/pdns/api/v1/", serverId: "two" }, CONFIG, ENV);
    assert.equal(program.base, "http://p.example/pdns/api/v1/servers/two");
  });
  it("comes from a named set alone where the program names one", () => {
    const sets = JSON.stringify({ eu: { url: "http://eu.example", apiKey: "eu-key" }, us: {} });
    const config = { ...CONFIG, "sesdomain:credentials": sets };
    const { label, apiKey } = read({ credentials: "eu" }, config, ENV);
    assert.deepEqual([label, apiKey], ["http://eu.example", "eu-key"]);
    assert.equal(refused({ credentials: "us" }, config, ENV).code, "credentials-missing");
  });
  it("is asked for by name where it is missing", () => {
    assert.match(refused({}).hint ?? "", /PDNS_API_URL/);
    assert.match(refused({ url: "http://p.example" }).hint ?? "", /PDNS_API_KEY/);
  });
  it("never shows a key, also one that no header can carry or that stands in the address", () => {
    assert.equal(refused({ url: "http://p.example" }, {}, { PDNS_API_KEY: `${KEY}\nü` }).code, "credentials-refused");
    assert.equal(refused({}, {}, { ...ENV, PDNS_API_URL: `http://me:${KEY}@p.example` }).code, "credentials-missing");
  });
});
