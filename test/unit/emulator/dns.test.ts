import assert from "node:assert/strict";
import { openGround } from "../../../emulator/open-ground";
import { txt } from "../../../emulator/text";
import type { RecordSet, Zone } from "../../../emulator/zones";
import { fqdn } from "../../../provider/core/fqdn";
import { encodeMessage, encodeQuery } from "../../../provider/wire/encode";
import type { Message, ResourceRecord } from "../../../provider/wire/message";
import { type AskOptions, askTcp, askUdp, sendUdp } from "../../support/dns/client";

type Ground = Awaited<ReturnType<typeof openGround>>;

const set = (name: string, type: string, ...values: string[]): RecordSet => ({
  name: fqdn(name),
  type,
  ttl: 300,
  values,
});
const soaOf = (message: Message | undefined) => message?.authorities.find((record) => record.type === "SOA");
const strings = (records: readonly ResourceRecord[] = []) =>
  records.flatMap((record) => (record.type === "TXT" ? record.strings : []));

describe("the emulator's name servers", () => {
  let ground: Ground;
  let zone: Zone;
  let sub: Zone;

  before(async () => {
    ground = await openGround({ random: () => 0 });
    zone = ground.zones.add({
      name: "example.com",
      sets: [
        set("example.com", "TXT", txt("v=spf1 -all"), '"one" "two"'),
        set("_amazonses.example.com", "TXT", txt("token")),
        set("alias.example.com", "CNAME", "_amazonses.example.com."),
        set("away.example.com", "CNAME", "elsewhere.example.net"),
        set("loop.example.com", "CNAME", "loop2.example.com"),
        set("loop2.example.com", "CNAME", "loop.example.com"),
        set("*.wild.example.com", "TXT", txt("wild")),
        set("own.wild.example.com", "MX", "10 mx.example.com"),
        set("under.between.example.com", "TXT", txt("deep")),
        set(
          "big.example.com",
          "TXT",
          ...Array.from({ length: 12 }, (_, index) => txt(`${index}`.repeat(100).slice(0, 100))),
        ),
        set(
          "huge.example.com",
          "TXT",
          ...Array.from({ length: 30 }, (_, index) => txt(`${index}`.repeat(100).slice(0, 100))),
        ),
      ],
    });
    sub = ground.zones.add({ name: "mail.example.com", sets: [set("_amazonses.mail.example.com", "TXT", txt("sub"))] });
    await ground.zones.settled();
  });
  after(() => ground.close());

  const addressOf = (of: Zone, index = 0) => of.servers[index]?.addresses[0] ?? "";
  const ask = (name: string, options: Partial<AskOptions> = {}) =>
    askUdp({ address: addressOf(zone), port: ground.dns.port, name, ...options });

  it("answer with authority, at each of four servers", async () => {
    assert.equal(zone.servers.length, 4);
    for (const index of zone.servers.keys()) {
      const reply = await ask("_AmazonSES.example.com", { address: addressOf(zone, index) });
      assert.equal(reply?.rcode, "NOERROR");
      assert.deepEqual([reply?.authoritative, reply?.recursionAvailable, reply?.truncated], [true, false, false]);
      assert.equal(reply?.questions[0]?.name, "_AmazonSES.example.com");
      assert.deepEqual(strings(reply?.answers), ["token"]);
      assert.equal(reply?.edns?.udpPayloadSize, 1232);
    }
  });

  it("send a TXT value's several strings apart", async () => {
    const reply = await ask("example.com");
    assert.deepEqual(
      reply?.answers.map((record) => strings([record])),
      [["v=spf1 -all"], ["one", "two"]],
    );
  });

  it("say NXDOMAIN and NODATA with the SOA, kept no longer than its minimum allows", async () => {
    const missing = await ask("nothing.example.com");
    assert.deepEqual([missing?.rcode, missing?.authoritative, missing?.answers.length], ["NXDOMAIN", true, 0]);
    const soa = soaOf(missing);
    assert.deepEqual([soa?.name, soa?.ttl], ["example.com", 900]);
    const none = await ask("_amazonses.example.com", { type: "MX" });
    assert.deepEqual([none?.rcode, none?.authoritative, soaOf(none)?.name], ["NOERROR", true, "example.com"]);
  });

  it("say NODATA for a name that exists only because of one below it", async () => {
    const reply = await ask("between.example.com");
    assert.deepEqual([reply?.rcode, reply?.answers.length, soaOf(reply)?.name], ["NOERROR", 0, "example.com"]);
  });

  it("follow CNAMEs as far as their zones go", async () => {
    const within = await ask("alias.example.com");
    assert.deepEqual(
      within?.answers.map((record) => `${record.name} ${record.type}`),
      ["alias.example.com CNAME", "_amazonses.example.com TXT"],
    );
    const away = await ask("away.example.com");
    assert.deepEqual(
      [away?.rcode, away?.authoritative, away?.answers.map((record) => record.type)],
      ["NOERROR", true, ["CNAME"]],
    );
    assert.equal((await ask("loop.example.com"))?.answers.length, 2);
    assert.deepEqual(
      (await ask("alias.example.com", { type: "CNAME" }))?.answers.map((record) => record.type),
      ["CNAME"],
    );
  });

  it("let a wildcard answer for what does not exist, and only for that", async () => {
    const reply = await ask("any.thing.wild.example.com");
    assert.deepEqual([reply?.answers[0]?.name, strings(reply?.answers)], ["any.thing.wild.example.com", ["wild"]]);
    assert.equal((await ask("own.wild.example.com"))?.answers.length, 0, "a name of its own is not wild");
    assert.equal((await ask("below.own.wild.example.com"))?.rcode, "NXDOMAIN");
    assert.equal((await ask("wild.example.com"))?.rcode, "NOERROR");
    assert.deepEqual(strings((await ask("*.wild.example.com"))?.answers), ["wild"]);
  });

  it("refer downwards without authority, with glue, from the root on", async () => {
    const [root = ""] = ground.dns.rootAddresses;
    const fromRoot = await ask("_amazonses.example.com", { address: root });
    assert.deepEqual([fromRoot?.rcode, fromRoot?.authoritative, fromRoot?.answers.length], ["NOERROR", false, 0]);
    assert.deepEqual(new Set(fromRoot?.authorities.map((record) => record.name)), new Set(["com"]));
    const tld = fromRoot?.additionals.flatMap((record) => (record.type === "A" ? [record.address] : []))[0];
    assert.ok(tld);
    const fromTld = await ask("_amazonses.example.com", { address: tld });
    assert.deepEqual([fromTld?.authoritative, fromTld?.authorities.length], [false, 4]);
    assert.deepEqual(
      fromTld?.authorities.flatMap((record) => (record.type === "NS" ? [record.target] : [])),
      zone.servers.map((server) => server.name),
    );
    const toSub = await ask("_amazonses.mail.example.com");
    assert.deepEqual([toSub?.authoritative, toSub?.authorities[0]?.name], [false, "mail.example.com"]);
    assert.deepEqual(strings((await ask("_amazonses.mail.example.com", { address: addressOf(sub) }))?.answers), [
      "sub",
    ]);
  });

  it("keep DS questions on the parent's side of a cut", async () => {
    const reply = await ask("mail.example.com", { type: "DS" });
    assert.deepEqual([reply?.authoritative, soaOf(reply)?.name], [true, "example.com"]);
  });

  it("refuse zones that they do not hold, and private ones", async () => {
    const hidden = ground.zones.add({ name: "hidden.example.net", private: true, servers: zone.servers });
    await ground.zones.settled();
    for (const name of ["example.org", "hidden.example.net"]) {
      const reply = await ask(name);
      assert.deepEqual([reply?.rcode, reply?.authoritative], ["REFUSED", false]);
    }
    ground.zones.remove(hidden.id);
  });

  it("serve twins of one name apart, and only one by delegation", async () => {
    const name = "_amazonses.twin.example.org";
    const [first, second] = ["first", "second"].map((value) =>
      ground.zones.add({ name: "twin.example.org", sets: [set(name, "TXT", txt(value))] }),
    );
    assert.ok(first && second);
    await ground.zones.settled();
    assert.deepEqual(strings((await ask(name, { address: addressOf(first) }))?.answers), ["first"]);
    assert.deepEqual(strings((await ask(name, { address: addressOf(second) }))?.answers), ["second"]);
    assert.deepEqual(strings((await ground.resolve(fqdn(name), "TXT")).records), ["first"]);
    ground.zones.delegate(second.id, true);
    assert.deepEqual(strings((await ground.resolve(fqdn(name), "TXT")).records), ["second"]);
    ground.zones.delegate(second.id, false);
    assert.equal((await ground.resolve(fqdn(name), "TXT")).rcode, "NXDOMAIN");
  });

  it("answer weighted sets by weight and multivalue sets all together", async () => {
    const name = fqdn("routed.example.com");
    const routed = (type: string, setIdentifier: string, routing: object) => ({
      action: "put" as const,
      set: {
        ...set(name, type, type === "TXT" ? txt(setIdentifier) : "10 mx.example.com"),
        routing: { setIdentifier, ...routing },
      },
    });
    ground.zones.change(zone.id, [routed("TXT", "never", { weight: 0 }), routed("TXT", "always", { weight: 5 })]);
    assert.deepEqual(strings((await ask(name))?.answers), ["always"]);
    ground.zones.change(zone.id, [
      routed("TXT", "never", { multiValueAnswer: true }),
      routed("TXT", "always", { multiValueAnswer: true }),
    ]);
    assert.deepEqual(strings((await ask(name))?.answers), ["never", "always"]);
  });

  it("truncate what the asker cannot take, and send it over TCP", async () => {
    const plain = await ask("big.example.com", { edns: false });
    assert.deepEqual([plain?.truncated, plain?.answers.length, plain?.edns], [true, 0, undefined]);
    assert.ok((plain?.octets ?? 999) <= 512);
    assert.equal((await ask("big.example.com", { udpPayloadSize: 600 }))?.truncated, true);
    assert.equal(
      (await ask("big.example.com", { udpPayloadSize: 4096 }))?.truncated,
      true,
      "1232 octets are the most over UDP",
    );
    const [whole] = await askTcp({ address: addressOf(zone), port: ground.dns.port }, [
      { name: "huge.example.com", edns: false },
    ]);
    assert.deepEqual([whole?.truncated, whole?.answers.length], [false, 30]);
  });

  it("answer several questions of one connection, however their octets arrive", async () => {
    const questions = Array.from({ length: 100 }, (_, id) => ({ id, name: "_amazonses.example.com" }));
    const replies = await askTcp({ address: addressOf(zone), port: ground.dns.port }, questions, 37);
    assert.deepEqual(
      replies.map((reply) => reply.id).sort((a, b) => a - b),
      questions.map(({ id }) => id),
    );
  });

  it("take malformed and unusual messages for what they are", async () => {
    const to = { address: addressOf(zone), port: ground.dns.port };
    const good = encodeQuery({ id: 7, name: "example.com", type: "TXT" });
    assert.deepEqual(await rcodeOf(sendUdp(to, good.subarray(0, 20))), "FORMERR");
    assert.deepEqual(await rcodeOf(sendUdp(to, encodeMessage({ id: 7 }))), "FORMERR");
    const question = { name: "example.com", type: "TXT", class: "IN" } as const;
    assert.deepEqual(
      await rcodeOf(sendUdp(to, encodeMessage({ id: 7, opcode: "UPDATE", questions: [question] }))),
      "NOTIMP",
    );
    assert.deepEqual(
      await rcodeOf(sendUdp(to, encodeMessage({ id: 7, questions: [{ ...question, class: "CH" }] }))),
      "REFUSED",
    );
    const edns = { udpPayloadSize: 1232, version: 1, dnssecOk: false };
    assert.deepEqual(await rcodeOf(sendUdp(to, encodeMessage({ id: 7, questions: [question], edns }))), "BADVERS");
    assert.equal(
      await sendUdp({ ...to, patienceMs: 100 }, encodeMessage({ id: 7, response: true, questions: [question] })),
      undefined,
    );
    assert.equal(await sendUdp({ ...to, patienceMs: 100 }, Buffer.from("junk")), undefined);
  });

  it("say SERVFAIL for a value that fits no message", async () => {
    const name = fqdn("broken.example.com");
    for (const broken of [
      set(name, "A", "not an address"),
      set(name, "TXT", `"${"x".repeat(256)}"`),
      set(name, "CNAME", "two..dots"),
      set(name, "SRV", "1 2 3"),
      set(name, "TXT", '"open'),
      set(name, "LOC", "52 N 4 E 0m"),
    ]) {
      ground.zones.change(zone.id, [{ action: "put", set: broken }]);
      assert.equal((await ask(name, { type: broken.type }))?.rcode, "SERVFAIL", broken.type);
      ground.zones.change(zone.id, [{ action: "delete", key: { name, type: broken.type } }]);
    }
  });

  it("count the questions by server", async () => {
    ground.requests.reset();
    await ask("example.com");
    await ask("example.com");
    assert.equal(ground.requests.counts().dns[addressOf(zone)], 2);
  });
});

async function rcodeOf(reply: Promise<Message | undefined>): Promise<string | undefined> {
  return (await reply)?.rcode;
}
