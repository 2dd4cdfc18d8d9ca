import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { ListIdentitiesCommand, SESClient } from "@aws-sdk/client-ses";
import fc from "fast-check";
import { type Emulator, openEmulator } from "../../emulator";
import { type Control, openControl } from "../../emulator/control";
import { fqdn } from "../../provider/core/fqdn";
import { encodeQuery } from "../../provider/wire/encode";
import { type AskOptions, askTcp as askAllTcp, askUdp } from "../support/dns/client";
import { sampled } from "../support/sample";
import { type Answered, jsonMutants, sendSigned, signedSeeds } from "../unit/emulator/hostile-requests";

const ZONE = "ses-example.com";
const askTcp = async (options: AskOptions) => (await askAllTcp(options, [options]))[0];

describe("the emulator outlives", () => {
  let emulator: Emulator;
  let control: Control;
  let address: string;
  let zoneId: string;
  before(async () => {
    emulator = await openEmulator({
      clock: { mode: "manual" },
      rateLimits: false,
      cloudflare: { rateLimits: false },
      accounts: [{ id: "000000000000", roles: [{ name: "r" }] }],
    });
    const zone = await emulator.addZone({ name: ZONE });
    zoneId = zone.id;
    address = zone.servers[0]?.addresses[0] ?? "";
    control = await openControl(emulator, 0, { model: emulator.cloud.ses, account: () => "000000000000" });
  });
  after(async () => {
    await control.close();
    await emulator.close();
  });

  const works = async () => {
    const port = emulator.dns.port;
    for (const ask of [askUdp, askTcp])
      assert.equal((await ask({ address, port, name: ZONE, type: "SOA" }))?.answers[0]?.type, "SOA");
    const [at = "", resolverPort] = emulator.dns.resolver.split(":");
    const asked = { address: at, port: Number(resolverPort), name: ZONE, type: "NS", recursionDesired: true };
    assert.equal((await askUdp(asked))?.rcode, "NOERROR");
    const ses = new SESClient({
      endpoint: emulator.cloud.url,
      region: "us-east-1",
      credentials: emulator.cloud.credentials(),
    });
    await ses.send(new ListIdentitiesCommand({}));
    assert.equal((await fetch(control.url)).status, 200);
  };
  afterEach(works);

  /** Status and body; what breaks is status 0. */
  const post = async (
    url: string,
    body: Buffer | string,
    headers: Record<string, string>,
    method = "POST",
  ): Promise<Answered> => {
    const asked = httpRequest(url, { method, headers });
    asked.on("error", () => undefined);
    asked.end(body);
    const answered = once(asked, "response").catch(() => undefined);
    const response = (await answered)?.[0];
    if (response === undefined) return { status: 0, text: "" };
    let text = "";
    for await (const chunk of response) text += String(chunk);
    return { status: Number(response.statusCode), text };
  };
  const judged = ({ status, text }: Answered, what: string) => {
    assert.ok(status < 500, `${status} to ${what}: ${text}`);
    assert.doesNotMatch(text, /\n\s+at /, what);
  };

  it("bodies of over 1 MiB, with 413 in each API's form", async () => {
    const body = Buffer.alloc(1_100_000, 0x41);
    const json = { "content-type": "application/json" };
    const query = await post(`${emulator.cloud.url}/`, body, {});
    assert.equal(query.status, 413);
    assert.match(query.text, /<Code>RequestEntityTooLarge</);
    assert.equal((await post(`${emulator.cloud.url}/v2/email/identities`, body, json)).status, 413);
    assert.equal((await post(`${emulator.cloud.url}/2013-04-01/hostedzone`, body, {})).status, 413);
    assert.equal((await post(`${emulator.cloud.url}/client/v4/zones`, body, json)).status, 413);
    assert.equal((await post(`${control.url}/clock`, body, json)).status, 413);
  });

  it("a body that breaks off", async () => {
    for (const url of [emulator.cloud.url, control.url]) {
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname);
      socket.write("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nabc");
      await once(socket, "connect");
      for (let step = 0; step < 20; step += 1) await turn();
      socket.destroy();
    }
  });

  it("a question of type 0, which has no data", async () => {
    const port = emulator.dns.port;
    for (const ask of [askUdp, askTcp]) {
      const reply = await ask({ address, port, name: ZONE, type: "TYPE0" });
      assert.deepEqual([reply?.rcode, reply?.answers.length], ["NOERROR", 0]);
    }
  });

  it("zone transfers, which it refuses", async () => {
    const port = emulator.dns.port;
    for (const type of ["AXFR", "IXFR"])
      for (const ask of [askUdp, askTcp])
        assert.equal((await ask({ address, port, name: ZONE, type }))?.rcode, "REFUSED");
  });

  it("values in the store that no message can hold", async () => {
    const zone = emulator.zones.named(fqdn(ZONE));
    assert.ok(zone);
    const values = {
      MX: ["70000 a.example.com", "-1 a.example.com", "x", ""],
      SOA: ["x", "a b 4294967296 1 1 1 1"],
      A: ["x"],
    };
    const before = emulator.zones.view(zone.id).find({ name: zone.name, type: "SOA" });
    for (const [type, list] of Object.entries(values)) {
      for (const value of list) {
        const set = { name: zone.name, type, ttl: 300, values: [value] };
        emulator.zones.change(zone.id, [{ action: "put", set }]);
        for (const ask of [askUdp, askTcp])
          assert.match(
            (await ask({ address, port: emulator.dns.port, name: ZONE, type }))?.rcode ?? "",
            /^(SERVFAIL|NOERROR)$/,
          );
        const extra = { name: fqdn(`a.${ZONE}`), type: "A", ttl: 300, values: ["192.0.2.1"] };
        emulator.zones.change(zone.id, [{ action: "put", set: extra }]);
      }
    }
    assert.ok(before);
    emulator.zones.change(zone.id, [{ action: "put", set: before }]);
    const serial = before.values[0]?.replace(/ 1 7200 /, " 4294967295 7200 ") ?? "";
    emulator.zones.change(zone.id, [{ action: "put", set: { ...before, values: [serial] } }]);
    emulator.zones.change(zone.id, [{ action: "delete", key: { name: zone.name, type: "MX" } }]);
    assert.equal(emulator.zones.get(zone.id)?.serial, 0);
  });

  it("turns of the clock that no date can hold, without turning it", async () => {
    const json = { "content-type": "application/json" };
    const before = emulator.clock.now();
    for (const advanceMs of ["1e308", "1e18", "1e15", "-1", "null", '"5"', "1e999"])
      assert.equal((await post(`${control.url}/clock`, `{"advanceMs":${advanceMs}}`, json)).status, 400, advanceMs);
    for (const ms of [1e308, 1e18, Number.NaN, Number.POSITIVE_INFINITY, -1])
      await assert.rejects(emulator.clock.advance(ms), RangeError);
    assert.equal(emulator.clock.now(), before);
    await emulator.clock.advance(1);
  });

  it("JSON with a charset, which the control endpoint takes", async () => {
    for (const type of ["application/json; charset=utf-8", "Application/JSON;charset=UTF-8"])
      assert.equal((await post(`${control.url}/clock`, '{"advanceMs":1}', { "content-type": type })).status, 200);
    for (const type of ["text/plain", "application/jsonp", "text/plain; application/json"])
      assert.equal((await post(`${control.url}/clock`, '{"advanceMs":1}', { "content-type": type })).status, 415);
  });

  it("control requests with what cannot be served, which it refuses", async () => {
    const json = { "content-type": "application/json" };
    const record = { zone: ZONE, name: `r.${ZONE}`, ttl: 300 };
    const records = [
      { ...record, type: "MX", values: ["70000 a.example.com"] },
      { ...record, type: "MX", values: ["-1 a.example.com"] },
      { ...record, type: "A", values: ["1.2.3.999"] },
      { ...record, type: "TXT", values: [`"${"x".repeat(300)}"`] },
      { ...record, type: "TXT", values: ["'\"x"] },
      { ...record, type: "SOA", values: ["x"] },
      { ...record, type: "SOA", values: ["a. b. 4294967296 1 1 1 1"] },
      { ...record, type: "A", ttl: 2 ** 31, values: ["192.0.2.1"] },
      { ...record, type: "A", name: "r.other.example", values: ["192.0.2.1"] },
      { ...record, type: "A", name: "a..b", values: ["192.0.2.1"] },
    ];
    for (const body of records) {
      const sent = JSON.stringify(body);
      assert.equal((await post(`${control.url}/records`, sent, json)).status, 400, sent);
      const { zone, ...set } = body;
      const made = JSON.stringify({ name: "new-example.com", sets: [set] });
      assert.equal((await post(`${control.url}/zones`, made, json)).status, 400, made);
    }
    for (const servers of [[{ name: "ns.example.com", addresses: ["192.0.2.1"] }], [{ name: "a..b", addresses: [] }]]) {
      const made = JSON.stringify({ name: "new-example.com", servers });
      assert.equal((await post(`${control.url}/zones`, made, json)).status, 400, made);
    }
    assert.equal(emulator.zones.named(fqdn("new-example.com")), undefined);
  });

  it("a domain that is too long for a name below it, and goes on looking at others", async () => {
    const scope = { accountId: "000000000000", region: "us-east-1" };
    const long = `${"a".repeat(61)}.${"b".repeat(61)}.${"c".repeat(61)}.${"d".repeat(61)}.com`;
    emulator.cloud.ses.verifyDomain(scope, long);
    const token = emulator.cloud.ses.verifyDomain(scope, ZONE);
    await emulator.clock.advance(5_000);
    const set = { name: fqdn(`_amazonses.${ZONE}`), type: "TXT", ttl: 60, values: [`"${token}"`] };
    emulator.zones.change(zoneId, [{ action: "put", set }]);
    await emulator.clock.advance(5_000);
    assert.equal(emulator.cloud.ses.identity(scope.accountId, scope.region, ZONE)?.status, "Success");
    assert.equal(emulator.cloud.ses.identity(scope.accountId, scope.region, long)?.status, "Pending");
  });

  it("mutated questions over UDP and TCP", async () => {
    const seeds = [
      encodeQuery({ id: 7, name: `a.${ZONE}`, type: "TXT" }),
      encodeQuery({ id: 7, name: "", type: "ANY", edns: false, recursionDesired: true }),
    ];
    const seed = fc.constantFrom(...seeds);
    const changes = fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { minLength: 1, maxLength: 5 });
    const cut = fc.nat(90);
    const mutated = fc.tuple(seed, changes, cut).map(([bytes, list, length]) => {
      const copy = Buffer.from(bytes);
      for (const [at, octet] of list) if (at < copy.length) copy[at] = octet;
      return length > 60 ? copy : copy.subarray(0, Math.max(1, copy.length - length));
    });
    const packets = fc.sample(mutated, { numRuns: sampled(4000), seed: 5 });
    const [resolver = ""] = emulator.dns.resolver.split(":");
    const udp = createSocket("udp4");
    for (const at of [address, resolver]) {
      for (const packet of packets) await new Promise((resolve) => udp.send(packet, emulator.dns.port, at, resolve));
      const tcp = connect(emulator.dns.port, at);
      tcp.on("error", () => undefined);
      tcp.resume();
      for (const packet of packets)
        tcp.write(Buffer.concat([Buffer.from([packet.length >> 8, packet.length & 0xff]), packet]));
      tcp.end();
      await Promise.race([once(tcp, "close"), once(tcp, "end")]);
      tcp.destroy();
    }
    udp.close();
  }).timeout(60_000);

  it("mutated bodies at the signed APIs", async () => {
    for (const seed of signedSeeds(zoneId)) {
      for (const body of seed.mutants())
        judged(await sendSigned(emulator.cloud, { ...seed, body }), `${seed.path} ${body.slice(0, 300)}`);
    }
  }).timeout(120_000);

  it("mutated bodies at the other APIs", async () => {
    const cloudflareId = /"id":"([0-9a-f]{32})"/.exec(
      (
        await post(
          `${emulator.cloud.url}/client/v4/zones`,
          "",
          { authorization: `Bearer ${emulator.env.CLOUDFLARE_API_TOKEN}` },
          "GET",
        )
      ).text,
    )?.[1];
    const cloudflare = `${emulator.cloud.url}/client/v4/zones/${cloudflareId}/dns_records`;
    const targets = [
      {
        url: cloudflare,
        body: {
          type: "MX",
          name: `m.${ZONE}`,
          content: "a.example.com",
          priority: 10,
          ttl: 60,
          proxied: false,
          comment: "x",
        },
      },
      { url: `${control.url}/records`, body: { zone: ZONE, name: `c.${ZONE}`, type: "TXT", ttl: 60, values: ['"x"'] } },
      { url: `${control.url}/clock`, body: { advanceMs: 1 } },
      {
        url: `${control.url}/zones`,
        body: {
          name: "mutant.example",
          account: "000000000000",
          private: true,
          sets: [{ name: "mutant.example", type: "TXT", values: ['"x"'] }],
        },
      },
      {
        url: `${control.url}/faults/dns`,
        body: { target: "none.example", fault: { lagMs: 5, lie: { type: "A", values: ["192.0.2.1"] } } },
      },
      {
        url: `${control.url}/faults/http`,
        body: { match: { service: "none" }, fault: { kind: "reply", times: 1, status: 400 } },
      },
      {
        url: `${control.url}/ses/identities`,
        body: {
          identities: [
            {
              region: "us-east-1",
              name: "mutant.example",
              status: "Pending",
              dkim: { method: { kind: "easy", keyLength: 1024 }, status: "Pending", signingEnabled: true, held: true },
              mailFrom: { domain: "b.mutant.example", status: "Pending", onMxFailure: "reject", held: true },
              tags: { k: "v" },
            },
          ],
        },
      },
      {
        url: `${control.url}/ses/status`,
        body: { region: "us-east-1", name: "mutant.example", part: "dkim", status: "Failed", held: true },
      },
      { url: `${control.url}/ses/look`, body: { region: "us-east-1", name: "mutant.example" } },
      { url: `${control.url}/ses/choices`, body: { mailFromAgain: "keeps", v1DkimDelayMs: 0 } },
      { url: `${control.url}/ses/account`, body: { region: "us-east-1", productionAccess: true } },
      { url: `${control.url}/ses/configuration-sets`, body: { region: "us-east-1", name: "mutant" } },
    ];
    for (const { url, body } of targets) {
      const headers = {
        "content-type": "application/json",
        authorization: `Bearer ${emulator.env.CLOUDFLARE_API_TOKEN}`,
      };
      for (const mutant of jsonMutants(body)) judged(await post(url, mutant, headers), `${url} ${mutant}`);
    }
    emulator.faults.clear();
  }).timeout(120_000);

  it("mutated headers and targets", async () => {
    const text = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
      maxLength: 40,
    });
    const names = [
      "authorization",
      "content-type",
      "x-amz-date",
      "x-amz-security-token",
      "x-amz-content-sha256",
      "x-amz-target",
      "x-auth-key",
    ];
    const headers = fc.dictionary(
      fc.constantFrom(...names),
      fc.oneof(
        text,
        text.map((end) => `AWS4-HMAC-SHA256 ${end}`),
        fc.constantFrom(
          "AWS4-HMAC-SHA256 Credential=EMULATED000000000000/20260101/us-east-1/ses/aws4_request, SignedHeaders=host;__proto__, Signature=zz",
          "Bearer x",
        ),
      ),
    );
    const path = fc.oneof(
      fc.constantFrom(
        "/",
        "/v2/email/identities",
        "/v2/email/identities/%ff",
        "/v2/email/tags?ResourceArn=%00",
        "/2013-04-01/hostedzone",
        "/confirm/%E0%A4%A",
        "/client/v4/zones?page=x",
        "/client/v4/zones/a/dns_records/%",
        "//",
        "/__proto__",
        "/?Action=constructor",
      ),
      text.map((end) => `/${encodeURI(end)}`),
    );
    const method = fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS");
    const cases = fc.sample(fc.tuple(headers, path, method, text), { numRuns: sampled(700), seed: 9 });
    for (const [given, target, verb, body] of cases)
      for (const url of [emulator.cloud.url, control.url])
        judged(
          await post(url + target, verb === "GET" || verb === "HEAD" ? "" : body, given, verb),
          `${verb} ${target}`,
        );
  }).timeout(120_000);
});
