import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { openAuthority } from "../../../provider/authority/open";
import { systemClock } from "../../../provider/core/clock";
import { silentLog } from "../../../provider/core/ctx";
import { AuthorityError } from "../../../provider/core/errors";
import { fqdn } from "../../../provider/core/fqdn";
import { encodeMessage, type MessageParts } from "../../../provider/wire/encode";
import { decodeMessage, type Message, type ResourceRecord } from "../../../provider/wire/message";
import { SHORT_TIMEOUTS } from "../../support/dns/world";

const NAME = fqdn("_amazonses.example.com");
const ctx = () => ({ clock: systemClock, log: silentLog, signal: new AbortController().signal });
const IN = { class: "IN", ttl: 120 } as const;
const txt = (name: string, value: string): ResourceRecord => ({ ...IN, name, type: "TXT", strings: [value] });
const soa = (name: string): ResourceRecord => ({
  ...IN,
  name,
  type: "SOA",
  mname: "ns",
  rname: "hm",
  serial: 1,
  refresh: 1,
  retry: 1,
  expire: 1,
  minimum: 60,
});

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe("authority over HTTPS", () => {
  const servers: Server[] = [];
  const asked: { readonly method: string | undefined; readonly type: string | undefined; readonly query: Message }[] =
    [];

  /** A resolver's URL, over plain HTTP on loopback. */
  async function resolver(parts: Partial<MessageParts> | number | "hangs"): Promise<string> {
    const server = createServer(async (request, response) => {
      const query = decodeMessage(await readAll(request));
      ok(query);
      asked.push({ method: request.method, type: request.headers["content-type"], query });
      if (parts === "hangs") return;
      if (typeof parts === "number") {
        response.writeHead(parts).end();
        return;
      }
      response.writeHead(200, { "content-type": "application/dns-message" });
      response.end(
        encodeMessage({ id: 0, response: true, recursionAvailable: true, questions: query.questions, ...parts }),
      );
    });
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/dns-query`;
  }
  const look = (...resolvers: readonly string[]) =>
    openAuthority({ mode: "doh", resolvers }, SHORT_TIMEOUTS).look(NAME, "TXT", ctx());

  afterEach(async () => {
    asked.length = 0;
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    }
  });

  it("asks by POST, recursively, with id 0", async () => {
    const url = await resolver({ answers: [txt(NAME, "token")] });
    const sighting = await look(url);
    deepEqual(sighting.servers, [{ server: "127.0.0.1", address: url, kind: "values", values: ["token"], ttl: 120 }]);
    deepEqual([sighting.via, sighting.delegation], ["doh", undefined]);
    const [one] = asked;
    deepEqual(
      [one?.method, one?.type, one?.query.id, one?.query.recursionDesired],
      ["POST", "application/dns-message", 0, true],
    );
  });

  it("follows CNAMEs within the answer", async () => {
    const alias: ResourceRecord = { ...IN, name: NAME, type: "CNAME", target: "x.example.net" };
    const sighting = await look(await resolver({ answers: [alias, txt("x.example.net", "token")] }));
    deepEqual([sighting.target, sighting.cnames], ["x.example.net", ["x.example.net"]]);
    equal(sighting.servers[0]?.kind, "values");
  });

  it("asks for other types: an MX through a CNAME, and a CNAME that is not followed", async () => {
    const alias: ResourceRecord = { ...IN, name: NAME, type: "CNAME", target: "x.example.net" };
    const mx: ResourceRecord = { ...IN, name: "x.example.net", type: "MX", preference: 10, exchange: "mx.example.net" };
    const url = await resolver({ answers: [alias, mx] });
    const authority = openAuthority({ mode: "doh", resolvers: [url] }, SHORT_TIMEOUTS);
    const read = async (type: "CNAME" | "MX") => {
      const { target, cnames, servers } = await authority.look(NAME, type, ctx());
      return [target, cnames, servers.map((one) => (one.kind === "values" ? one.values : one.kind))];
    };
    deepEqual(await read("MX"), ["x.example.net", ["x.example.net"], [["10 mx.example.net."]]]);
    deepEqual(await read("CNAME"), [NAME, [], [["x.example.net."]]]);
    deepEqual(
      asked.map(({ query }) => query.questions[0]?.type),
      ["MX", "CNAME"],
    );
  });

  it("keeps absence, failure and silence apart", async () => {
    const sighting = await look(
      await resolver({ rcode: "NXDOMAIN", authorities: [soa("example.com")] }),
      await resolver({ authorities: [soa("example.com")] }),
      await resolver({ rcode: "SERVFAIL" }),
      await resolver({ rcode: "NXDOMAIN", answers: [txt(NAME, "token")] }),
      await resolver(502),
      await resolver({ questions: [] }),
      await resolver("hangs"),
    );
    deepEqual(
      sighting.servers.map((one) => (one.kind === "absent" ? [one.nxdomain, one.negativeTtl] : one.kind)),
      [[true, 60], [false, 60], "lame", "lame", "unreachable", "unreachable", "unreachable"],
    );
  });

  it("stops reading what is longer than any DNS message, and concludes nothing from what is cut short", async () => {
    let octets = 0;
    const server = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/dns-message" });
      const more = () => {
        for (let full = false; !full && !response.destroyed; octets += 65_536)
          full = !response.write(Buffer.alloc(65_536));
      };
      response.on("drain", more);
      more();
    });
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const endless = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const cut = await resolver({ truncated: true, authorities: [soa("example.com")] });
    const { servers: seen } = await look(endless, cut, await resolver({ answers: [txt(NAME, "token")] }));
    deepEqual(
      seen.map((one) => (one.kind === "unreachable" ? one.reason : one.kind)),
      ["no DNS message that answers the question came back", "a truncated answer came back", "values"],
    );
    // What fits the sockets' buffers on both sides.
    ok(octets < 32e6, `${octets} octets were sent`);
  });

  it("says that a domain is not delegated, or that nobody answers", async () => {
    const code = (expected: string) => (error: unknown) => error instanceof AuthorityError && error.code === expected;
    await rejects(look(await resolver({ rcode: "NXDOMAIN", authorities: [soa("com")] })), code("zone-unknown"));
    await rejects(look(await resolver(500), "http://127.0.0.1:9/dns-query"), code("resolver-unreachable"));
  });

  it("asks nobody when reading is off", async () => {
    await rejects(openAuthority({ mode: "off" }).look(NAME, "TXT", ctx()), /DNS is not read/);
  });
});
