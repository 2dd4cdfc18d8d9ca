import assert from "node:assert/strict";
import { DEFAULT_TOKEN } from "../../emulator/http/cloudflare/cloudflare";
import { idOf } from "../../emulator/http/cloudflare/zones";
import type { Zone } from "../../emulator/zones";
import { type Fqdn, fqdn } from "../../provider/core/fqdn";
import { encodeData } from "../../provider/wire/codec";
import { ACCOUNT, type CloudflareCloud, openCloudflareCloud } from "../support/cloudflare/cloud";
import { TYPE_CASES } from "../support/emulator/values";

const DOMAIN = "ses-example.com";
const KEPT = ["A", "AAAA", "CNAME", "MX", "NS", "TXT"];

interface Answer {
  readonly status: number;
  readonly code: number | undefined;
  readonly message: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: any answer of the API
  readonly result: any;
}

describe("records of the emulated Cloudflare", () => {
  let cloud: CloudflareCloud;
  let zone: Zone;
  beforeEach(async () => {
    cloud = await openCloudflareCloud();
    zone = cloud.ground.zones.add({ name: DOMAIN });
    await cloud.ground.zones.settled();
  });
  afterEach(() => cloud.close());

  const call = async (method: string, path: string, body?: object, token = DEFAULT_TOKEN): Promise<Answer> => {
    const reply = await fetch(`${cloud.baseUrl}/zones/${idOf(zone)}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    const { result, errors } = (await reply.json()) as { result: unknown; errors: { code: number; message: string }[] };
    return { status: reply.status, code: errors[0]?.code, message: errors[0]?.message, result };
  };
  const create = (body: object) => call("POST", "dns_records", { name: `a.${DOMAIN}`, ttl: 300, ...body });
  const list = async () => (await call("GET", "dns_records")).result as readonly Record<string, unknown>[];
  const served = async (type: string, name: Fqdn = fqdn(`a.${DOMAIN}`)) => {
    const { records } = await cloud.ground.resolve(name, type);
    return records.map((record) => encodeData(record).subarray(2).toString("hex"));
  };
  const addresses = async (type: "A" | "AAAA", name: Fqdn = fqdn(`a.${DOMAIN}`)) =>
    (await cloud.ground.resolve(name, type)).records.flatMap((one) => (one.type === type ? [one.address] : []));

  it("come back with host names without their final dot, and are the same with it", async () => {
    const cases = [
      { type: "CNAME", content: "t.example.net" },
      { type: "NS", content: "ns.example.net" },
      { type: "MX", content: "mx.example.net", priority: 10 },
    ];
    for (const [index, { content, ...more }] of cases.entries()) {
      const name = `n${index}.${DOMAIN}`;
      const made = await create({ ...more, name, content: `${content}.` });
      assert.deepEqual([made.status, made.result.content], [200, content]);
      const again = await create({ ...more, name, content });
      assert.equal(again.code, more.type === "CNAME" ? 81_053 : 81_058);
      assert.equal((await create({ ...more, name, content: content.toUpperCase() })).status, 400);
    }
    assert.equal((await list()).length, cases.length);
    assert.equal((await served("MX", fqdn(`n2.${DOMAIN}`))).length, 1);
    const text = await create({ type: "TXT", content: '"with a dot."' });
    assert.equal(text.result.content, '"with a dot."');
  });

  it("of another API are shown in the same way", async () => {
    const name = fqdn(`a.${DOMAIN}`);
    const sets = [
      { name, type: "MX", ttl: 60, values: ["0 .", "10 mx.example.net."] },
      { name: fqdn(`c.${DOMAIN}`), type: "CNAME", ttl: 60, values: ["t.example.net."] },
    ];
    cloud.ground.zones.change(
      zone.id,
      sets.map((set) => ({ action: "put", set })),
    );
    assert.deepEqual(
      (await list()).map(({ content, priority }) => [content, priority]),
      [
        [".", 0],
        ["mx.example.net", 10],
        ["t.example.net", undefined],
      ],
    );
    const again = { type: "MX", content: "MX.example.net", priority: 10 };
    assert.equal((await create(again)).code, 81_058);
  });

  it("say that there is no mail (RFC 7505)", async () => {
    const { result } = await create({ type: "MX", content: ".", priority: 0 });
    assert.deepEqual([result.content, result.priority], [".", 0]);
    assert.deepEqual(await served("MX"), ["000000"]);
    for (const type of ["CNAME", "NS"]) assert.equal((await create({ type, content: "." })).status, 400, type);
  });

  for (const { type, good, bad } of TYPE_CASES.filter((one) => KEPT.includes(one.type)))
    it(`of type ${type} are served, or refused and not made`, async () => {
      // Text without quotation marks is text here, a longer string is split, and names may be internationalised.
      const contents =
        type === "TXT"
          ? ['"open', '"a" b"', ""]
          : type === "MX"
            ? ["", "a b", "a..b", "@"]
            : bad.filter((one) => !/ä/.test(one));
      const more = type === "MX" ? { priority: 10 } : {};
      for (const content of contents) {
        const { status, code } = await create({ type, content, ...more });
        assert.equal(status, 400, content);
        assert.equal(code, { A: 9005, AAAA: 9006, MX: 9009 }[type] ?? 9007);
      }
      assert.deepEqual(await list(), []);
      for (const [value, data] of Object.entries(good)) {
        // Escapes are in decimal here.
        if (/\\\d/.test(value)) continue;
        const [priority, exchange = ""] = value.split(" ");
        const body = type === "MX" ? { content: exchange, priority: Number(priority) } : { content: value };
        const { status, result } = await create({ type, ...body });
        assert.equal(status, 200, value);
        if (type !== "NS") assert.deepEqual(await served(type), [data], value);
        assert.equal((await call("DELETE", `dns_records/${result.id}`)).status, 200);
      }
    });

  it("of type CNAME and NS have the name of a host", async () => {
    for (const type of ["CNAME", "NS"])
      for (const content of ["@", "not a name", "a/b", "-a.example"])
        assert.equal((await create({ type, content })).code, 9007, content);
  });

  it("of type MX need a priority in its range", async () => {
    const mx = { type: "MX", content: "mx.example.net" };
    for (const more of [{}, { priority: null }, { priority: -1 }, { priority: 65_536 }, { priority: 0.5 }])
      assert.deepEqual([(await create({ ...mx, ...more })).code, await list()], [1004, []], JSON.stringify(more));
    const made = await create({ ...mx, priority: 65_535 });
    const path = `dns_records/${made.result.id}`;
    assert.equal((await call("PUT", path, { ...mx, name: `a.${DOMAIN}`, ttl: 300 })).code, 1004);
    assert.equal((await call("PATCH", path, { content: "other.example.net" })).result.priority, 65_535);
  });

  it("of type NS are not at the apex: refused, and not done", async () => {
    const before = await served("NS", fqdn(DOMAIN));
    for (let times = 0; times < 2; times += 1) {
      const { status, message } = await create({ type: "NS", name: "@", content: "ns1.example.net" });
      assert.equal(status, 400);
      assert.match(message ?? "", /emulator/);
    }
    assert.deepEqual(await served("NS", fqdn(DOMAIN)), before);
    const other = await create({ type: "NS", content: "ns1.example.net" });
    const moved = await call("PATCH", `dns_records/${other.result.id}`, { name: DOMAIN });
    assert.equal(moved.status, 400);
    assert.deepEqual(
      (await list()).map(({ name }) => name),
      [`a.${DOMAIN}`],
    );
  });

  it("of types that the emulator has not are refused as its own limit", async () => {
    const data = { service: "_sip", proto: "_tcp", name: DOMAIN, priority: 1, weight: 2, port: 3, target: "a.example" };
    for (const type of ["SRV", "CAA", "LOC", "HTTPS", "SVCB", "NAPTR", "PTR", "SSHFP", "TLSA", "DS", "URI", "CERT"])
      for (const body of [{ content: "x" }, { data }]) {
        const { status, message } = await create({ type, ...body });
        assert.equal(status, 400);
        assert.match(message ?? "", new RegExp(`emulator.*${type}`));
      }
    const txt = { type: "TXT", content: '"x"' };
    assert.match((await create({ ...txt, tags: ["a:b"] })).message ?? "", /emulator/);
    assert.match((await create({ ...txt, settings: { ipv4_only: true } })).message ?? "", /emulator/);
    assert.deepEqual(await list(), []);
    assert.equal((await create({ ...txt, tags: [], settings: {} })).status, 200);
  });

  it("stay as they are where a change is refused", async () => {
    const { result: kept } = await create({ type: "TXT", content: '"a"' });
    await create({ type: "TXT", content: '"b"' });
    await create({ type: "CNAME", name: `c.${DOMAIN}`, content: "t.example.net" });
    const before = await list();
    const path = `dns_records/${kept.id}`;
    assert.equal((await call("PATCH", path, { content: '"b"' })).code, 81_058);
    const address = { type: "A", content: "192.0.2.1", ttl: 300 };
    assert.equal((await call("PUT", path, { ...address, name: `c.${DOMAIN}` })).code, 81_054);
    assert.equal((await call("PUT", path, { ...address, name: `a.${DOMAIN}`, content: "1.2.3" })).code, 9005);
    assert.deepEqual(await list(), before);
    assert.equal((await call("PATCH", path, { content: '"a"', comment: "same" })).result.comment, "same");
  });

  it("each have an id of their own, also where one had the content of another before", async () => {
    const { result: first } = await create({ type: "TXT", content: '"a"' });
    await call("PATCH", `dns_records/${first.id}`, { content: '"b"' });
    const { result: second } = await create({ type: "TXT", content: '"a"' });
    assert.notEqual(second.id, first.id);
    await call("DELETE", `dns_records/${first.id}`);
    assert.deepEqual(
      (await list()).map(({ content }) => content),
      ['"a"'],
    );
  });

  it("that are proxied are answered with the proxy's addresses, and nothing else", async () => {
    const cname = { type: "CNAME", content: "t.example.net", proxied: true };
    const { result } = await create(cname);
    assert.deepEqual([result.proxied, result.ttl], [true, 1]);
    assert.equal((await addresses("A")).length, 2);
    assert.equal((await addresses("AAAA")).length, 2);
    for (const type of ["CNAME", "TXT"]) {
      const { rcode, answers } = await cloud.ground.resolve(fqdn(`a.${DOMAIN}`), type);
      assert.deepEqual([rcode, answers], ["NOERROR", []], type);
    }
    assert.deepEqual(
      (await list()).map(({ type, content }) => [type, content]),
      [["CNAME", "t.example.net"]],
    );
    await call("PATCH", `dns_records/${result.id}`, { proxied: false });
    assert.equal((await served("CNAME")).length, 1);
    await create({ type: "A", name: `w.${DOMAIN}`, content: "198.51.100.1", proxied: true });
    assert.ok(!(await addresses("A", fqdn(`w.${DOMAIN}`))).includes("198.51.100.1"));
    for (const [type, content] of [
      ["TXT", '"x"'],
      ["MX", "mx.example.net"],
      ["NS", "ns.example.net"],
    ]) {
      const body = { type, content, priority: 10, name: `p.${DOMAIN}`, proxied: true };
      assert.equal((await create(body)).code, 9004, type);
    }
  });

  it("of type CNAME that are flattened are answered with their target's addresses, or none", async () => {
    await create({ type: "A", name: `t.${DOMAIN}`, content: "198.51.100.1" });
    await create({ type: "TXT", name: `t.${DOMAIN}`, content: '"t"' });
    const { result } = await create({ type: "CNAME", content: `t.${DOMAIN}`, settings: { flatten_cname: true } });
    assert.equal(result.settings.flatten_cname, true);
    assert.deepEqual(await addresses("A"), ["198.51.100.1"]);
    for (const type of ["CNAME", "TXT", "AAAA"]) assert.deepEqual(await served(type), [], type);
    await call("PATCH", `dns_records/${result.id}`, { settings: { flatten_cname: false } });
    assert.equal((await served("TXT")).length, 1);
    // At the apex each is.
    await create({ type: "CNAME", name: "@", content: `t.${DOMAIN}` });
    assert.deepEqual(await addresses("A", fqdn(DOMAIN)), ["198.51.100.1"]);
    assert.equal((await served("SOA", fqdn(DOMAIN))).length, 1);
    const circle = { type: "CNAME", name: `x.${DOMAIN}`, content: `x.${DOMAIN}`, settings: { flatten_cname: true } };
    await create(circle);
    assert.deepEqual(await addresses("A", fqdn(`x.${DOMAIN}`)), []);
  });

  it("of type CNAME are all flattened where the zone's settings say so", async () => {
    await create({ type: "CNAME", content: "k.dkim.example.net" });
    assert.equal((await served("CNAME")).length, 1);
    assert.equal((await call("GET", "dns_settings")).result.flatten_all_cnames, false);
    assert.equal((await call("PATCH", "dns_settings", { flatten_all_cnames: true })).result.flatten_all_cnames, true);
    assert.deepEqual(await served("CNAME"), []);
    const later = await create({ type: "CNAME", name: `b.${DOMAIN}`, content: "k.dkim.example.net" });
    assert.deepEqual([later.result.settings.flatten_cname, await served("CNAME", fqdn(`b.${DOMAIN}`))], [false, []]);
    await call("PATCH", "dns_settings", { flatten_all_cnames: false });
    assert.equal((await served("CNAME")).length, 1);
    assert.equal((await call("PATCH", "dns_settings", { ns_ttl: 60 })).status, 400);
    cloud.api.tokens.add({ token: "records", account: ACCOUNT, permissions: ["zone:read", "dns:edit"] });
    assert.equal((await call("GET", "dns_settings", undefined, "records")).status, 403);
  });

  it("and zones are listed by filters that are read, or not at all", async () => {
    await create({ type: "A", content: "192.0.2.1", proxied: true, comment: "Ours" });
    await create({ type: "TXT", content: '"x"' });
    const found = async (query: string) => {
      const { status, result } = await call("GET", `dns_records?${query}`);
      return status === 200 ? (result as { type: string }[]).map(({ type }) => type).join(" ") : status;
    };
    assert.equal(await found("proxied=true"), "A");
    assert.equal(await found("proxied=false"), "TXT");
    assert.equal(await found("search=OURS"), "A");
    assert.equal(await found("comment.present="), "A");
    assert.equal(await found("comment.absent="), "TXT");
    assert.equal(await found("tag=a"), 400);
    assert.equal(await found("naem=x"), 400);
    const zones = async (query: string) => {
      const reply = await fetch(`${cloud.baseUrl}/zones?${query}`, {
        headers: { authorization: `Bearer ${DEFAULT_TOKEN}` },
      });
      return ((await reply.json()) as { result: { account: { id: string } }[] | null }).result;
    };
    const [one] = (await zones("")) ?? [];
    assert.equal((await zones(`account.id=${one?.account.id}`))?.length, 1);
    assert.equal((await zones(`account.id=${"0".repeat(32)}`))?.length, 0);
    assert.equal(await zones("unknown=1"), null);
  });

  it("and zones are listed in pages of any length", async () => {
    const page = async (size: number) => {
      const url = `${cloud.baseUrl}/zones?name=${DOMAIN}&per_page=${size}`;
      const reply = await fetch(url, { headers: { authorization: `Bearer ${DEFAULT_TOKEN}` } });
      return [reply.status, ((await reply.json()) as { result: unknown[] | null }).result?.length];
    };
    for (const size of [1, 4, 5, 50]) assert.deepEqual(await page(size), [200, 1], String(size));
    for (const size of [0, 51]) assert.deepEqual(await page(size), [400, undefined], String(size));
  });
});
