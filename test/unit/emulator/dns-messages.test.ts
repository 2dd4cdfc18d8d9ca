import assert from "node:assert/strict";
import { openGround } from "../../../emulator/open-ground";
import { txt } from "../../../emulator/text";
import type { Zone } from "../../../emulator/zones";
import { fqdn } from "../../../provider/core/fqdn";
import { encodeQuery } from "../../../provider/wire/encode";
import { askTcp, askUdp, exchangeUdp } from "../../support/dns/client";

const RCODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];
const HEADER = 12;

describe("a question that the emulator's name servers are not often asked", () => {
  let ground: Awaited<ReturnType<typeof openGround>>;
  let zone: Zone;
  before(async () => {
    ground = await openGround();
    const set = (name: string, value: string) => ({ name: fqdn(name), type: "TXT", ttl: 300, values: [txt(value)] });
    zone = ground.zones.add({
      name: "example.com",
      sets: [set("own.example.com", "own"), set("*.wild.example.com", "wild")],
    });
    await ground.zones.settled();
  });
  after(() => ground.close());

  const server = () => ({ address: zone.servers[0]?.addresses[0] ?? "", port: ground.dns.port });
  const recursive = () => ({ address: ground.dns.resolver.split(":")[0] ?? "", port: ground.dns.port });
  const question = (name = "own.example.com", edns = true) =>
    encodeQuery({ id: 7, name, type: "TXT", edns, recursionDesired: true });

  /** The same question with other octets in its name, from its first label on. */
  const withOctets = (octets: readonly number[], name: string) => {
    const bytes = question(name);
    for (const [at, octet] of octets.entries()) bytes.writeUInt8(octet, HEADER + 1 + at);
    return bytes;
  };
  const seen = (reply: Buffer | undefined) => {
    assert.ok(reply);
    return { rcode: RCODES[reply.readUInt16BE(2) & 0xf], answers: reply.readUInt16BE(6), reply };
  };

  const ODD: readonly (readonly number[])[] = [
    [0x00, 0x61],
    [0x20, 0x61],
    [0x7f, 0xff],
    [0x80, 0x2e],
    [0xc3, 0xa4],
    [0x5c, 0x00],
    [0x2e, 0x2e],
    [0x41, 0xe9],
  ];

  it("has a name of any octets: NXDOMAIN, with the question as it came (RFC 2181 section 11)", async () => {
    for (const octets of ODD)
      for (const to of [server(), recursive()]) {
        const bytes = withOctets(octets, "xx.example.com");
        const { rcode, answers, reply } = seen(await exchangeUdp(to, bytes));
        assert.deepEqual([rcode, answers], ["NXDOMAIN", 0], String(octets));
        const end = HEADER + "xx.example.com".length + 2;
        assert.deepEqual(reply.subarray(HEADER, end), bytes.subarray(HEADER, end));
      }
  });

  it("has such a name, which a wildcard answers for", async () => {
    for (const octets of ODD)
      for (const to of [server(), recursive()]) {
        const bytes = withOctets(octets, "xx.wild.example.com");
        const { rcode, answers, reply } = seen(await exchangeUdp(to, bytes));
        assert.deepEqual([rcode, answers], ["NOERROR", 1], String(octets));
        const end = HEADER + "xx.wild.example.com".length + 6;
        assert.deepEqual(reply.subarray(HEADER, end), bytes.subarray(HEADER, end));
        // The owner is a pointer to the question's name, or that name again.
        const owner = reply.subarray(end);
        const name = bytes.subarray(HEADER, end - 4);
        assert.ok(owner.readUInt16BE(0) === 0xc00c || owner.subarray(0, name.length).equals(name));
      }
  });

  it("has a type of questions or transactions, which no data has: as BIND answers it", async () => {
    const wanted = {
      OPT: "FORMERR",
      TKEY: "FORMERR",
      TSIG: "FORMERR",
      TYPE128: "FORMERR",
      TYPE200: "FORMERR",
      TYPE253: "NOTIMP",
      TYPE254: "NOTIMP",
      AXFR: "REFUSED",
      IXFR: "REFUSED",
      ANY: "NOERROR",
      TYPE127: "NOERROR",
      TYPE256: "NOERROR",
    };
    for (const [type, rcode] of Object.entries(wanted)) {
      const asked = { ...server(), name: "own.example.com", type };
      assert.equal((await askUdp(asked))?.rcode, rcode, type);
      assert.equal((await askTcp(server(), [asked]))[0]?.rcode, rcode, type);
    }
  });

  it("has EDNS options that do not fill their data: FORMERR (RFC 6891)", async () => {
    const plain = question("own.example.com", false);
    const withOption = (data: readonly number[]) => {
      const bytes = Buffer.concat([plain, Buffer.from([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, data.length, ...data])]);
      bytes.writeUInt16BE(1, 10);
      return bytes;
    };
    const cookie = [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8];
    assert.equal(seen(await exchangeUdp(server(), withOption(cookie))).rcode, "NOERROR");
    assert.equal(seen(await exchangeUdp(server(), withOption([...cookie, 0, 10, 0, 0]))).rcode, "NOERROR");
    for (const broken of [[0, 10, 0, 9, 1], [...cookie, 0], [0, 10, 0, 2, 1], [1]])
      assert.equal(seen(await exchangeUdp(server(), withOption(broken))).rcode, "FORMERR", String(broken));
  });

  it("has octets after its end: it is answered", async () => {
    for (const edns of [true, false]) {
      const bytes = Buffer.concat([question("own.example.com", edns), Buffer.from([1, 2, 3])]);
      const { rcode, answers } = seen(await exchangeUdp(server(), bytes));
      assert.deepEqual([rcode, answers], ["NOERROR", 1]);
    }
  });

  it("has a name that is too long or has no end: FORMERR", async () => {
    const header = question().subarray(0, HEADER);
    const label = Buffer.from([63, ...Array.from({ length: 63 }, () => 0x00)]);
    const tail = Buffer.from([0, 0, 16, 0, 1]);
    header.writeUInt16BE(0, 10);
    const long = Buffer.concat([header, label, label, label, label, label, tail]);
    assert.equal(seen(await exchangeUdp(server(), long)).rcode, "FORMERR");
    const endless = Buffer.concat([header, label, label]);
    assert.equal(seen(await exchangeUdp(server(), endless)).rcode, "FORMERR");
    const pointing = Buffer.concat([header, Buffer.from([0xc0, 0x0c, 0, 16, 0, 1])]);
    assert.equal(seen(await exchangeUdp(server(), pointing)).rcode, "FORMERR");
  });
});
