import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { openGround } from "../../emulator/open-ground";
import { txt } from "../../emulator/text";
import type { RecordSet, Zone } from "../../emulator/zones";
import { fqdn } from "../../provider/core/fqdn";
import { TYPE_CASES } from "../support/emulator/values";
import { requireProgram } from "../support/servers/programs";

const set = (name: string, type: string, ...values: string[]): RecordSet => ({
  name: fqdn(name),
  type,
  ttl: 300,
  values,
});

describe("the emulator's name servers, as dig sees them", () => {
  let ground: Awaited<ReturnType<typeof openGround>>;
  let zone: Zone;
  let program: string;

  before(async function () {
    program = requireProgram(this, "dig");
    ground = await openGround();
    zone = ground.zones.add({
      name: "example.com",
      sets: [
        set("_amazonses.example.com", "TXT", txt("token"), '"one" "t\\"w\\\\o"'),
        set("alias.example.com", "CNAME", "_amazonses.example.com"),
        set("*.wild.example.com", "TXT", txt("wild")),
        set("big.example.com", "TXT", ...Array.from({ length: 9 }, (_, index) => txt(`${index}`.repeat(100)))),
      ],
    });
    await ground.zones.settled();
  });
  after(() => ground?.close());
  afterEach(() => ground.faults.clear());

  const dig = async (address: string, ...words: string[]) => {
    const { stdout } = await promisify(execFile)(program, [
      `@${address}`,
      "-p",
      String(ground.dns.port),
      "+tries=1",
      ...words,
    ]);
    const field = (pattern: RegExp) => pattern.exec(stdout)?.[1] ?? "";
    const section = (name: string) =>
      field(new RegExp(`;; ${name} SECTION:\\n([\\s\\S]*?)\\n\\n`))
        .split("\n")
        .map((line) => line.replace(/\s+/g, " "))
        .filter((line) => line !== "");
    return { stdout, status: field(/status: (\w+)/), flags: field(/flags: ([a-z ]*);/).split(" "), section };
  };
  const own = (index = 0) => zone.servers[index]?.addresses[0] ?? "";

  it("answer with AA, and show several strings and escapes", async () => {
    const { status, flags, section } = await dig(own(), "+norec", "TXT", "_amazonses.example.com");
    assert.deepEqual([status, flags], ["NOERROR", ["qr", "aa"]]);
    assert.deepEqual(section("ANSWER"), [
      '_amazonses.example.com. 300 IN TXT "token"',
      '_amazonses.example.com. 300 IN TXT "one" "t\\"w\\\\o"',
    ]);
  });

  it("answer over TCP", async () => {
    const { flags, stdout, section } = await dig(own(1), "+norec", "+tcp", "TXT", "alias.example.com");
    assert.deepEqual(flags, ["qr", "aa"]);
    assert.match(stdout, /\(TCP\)/);
    assert.equal(section("ANSWER").length, 3);
  });

  it("say NXDOMAIN and NODATA with a SOA", async () => {
    const missing = await dig(own(), "+norec", "TXT", "nothing.example.com");
    assert.equal(missing.status, "NXDOMAIN");
    assert.match(missing.section("AUTHORITY")[0] ?? "", /^example\.com\. 900 IN SOA ns-0\./);
    const none = await dig(own(), "+norec", "MX", "_amazonses.example.com");
    assert.equal(none.status, "NOERROR");
    assert.match(none.section("AUTHORITY")[0] ?? "", / SOA /);
  });

  it("truncate to what dig can take, and dig comes back over TCP", async () => {
    const cut = await dig(own(), "+norec", "+ignore", "+bufsize=600", "TXT", "big.example.com");
    assert.ok(cut.flags.includes("tc"));
    assert.equal(cut.section("ANSWER").length, 0);
    const fits = await dig(own(), "+norec", "+ignore", "+bufsize=1232", "TXT", "big.example.com");
    assert.equal(fits.section("ANSWER").length, 9);
    const whole = await dig(own(), "+norec", "+bufsize=600", "TXT", "big.example.com");
    assert.match(whole.stdout, /\(TCP\)/);
    assert.equal(whole.section("ANSWER").length, 9);
    const noEdns = await dig(own(), "+norec", "+noedns", "+ignore", "TXT", "big.example.com");
    assert.ok(noEdns.flags.includes("tc"));
  });

  it("show EDNS, and refuse its later versions", async () => {
    const { stdout } = await dig(own(), "+norec", "+dnssec", "TXT", "example.com");
    assert.match(stdout, /EDNS: version: 0, flags: do; udp: 1232/);
    const later = await dig(own(), "+norec", "+edns=1", "+noednsneg", "TXT", "example.com");
    assert.equal(later.status, "BADVERS");
  });

  it("lead dig from the root to the zone, referral by referral", async () => {
    let [at = ""] = ground.dns.rootAddresses;
    const path: string[] = [];
    for (let step = 0; step < 4; step++) {
      const { flags, section } = await dig(at, "+norec", "TXT", "x.wild.example.com");
      const [line = ""] = section("AUTHORITY");
      path.push(flags.includes("aa") ? section("ANSWER").join() : (line.split(" ")[0] ?? ""));
      if (flags.includes("aa")) break;
      const server = line.split(" ").at(-1) ?? "";
      const glue = section("ADDITIONAL").find((one) => one.startsWith(`${server} `) && one.includes(" A "));
      at = glue?.split(" ").at(-1) ?? (await dig(resolver(), "+short", "A", server)).stdout.trim();
    }
    assert.deepEqual(path, ["com.", "example.com.", 'x.wild.example.com. 300 IN TXT "wild"']);
  });

  const resolver = () => ground.dns.resolver.split(":")[0] ?? "";

  it("stand behind a resolver that offers recursion and claims no authority", async () => {
    const { status, flags, section } = await dig(resolver(), "TXT", "alias.example.com");
    assert.deepEqual([status, flags], ["NOERROR", ["qr", "rd", "ra"]]);
    assert.equal(section("ANSWER").length, 3);
  });

  it("serve every type that the emulator's hosts keep, as dig writes it", async () => {
    const apart = ["A", "AAAA", "CNAME", "NS", "SOA", "TXT"];
    for (const { type, good } of TYPE_CASES.filter((one) => !apart.includes(one.type))) {
      const name = fqdn(`${type.toLowerCase()}.example.com`);
      const values = Object.keys(good);
      ground.zones.change(zone.id, [{ action: "put", set: { name, type, ttl: 300, values } }]);
      const { stdout } = await dig(own(), "+norec", "+short", "+tcp", type, name);
      const plain = (text: string) => text.toLowerCase().replace(/["\s\\]|\.(?=\s|$)/gm, "");
      const told = stdout.trim().split("\n").map(plain).sort();
      // Keys of parameters come in their order, their values in quotation marks.
      const wanted = values.map((value) =>
        value.replace("alpn=h2,h3-19 mandatory=ipv4hint,alpn", "mandatory=alpn,ipv4hint alpn=h2,h3-19"),
      );
      assert.deepEqual(told, [...new Set(wanted.map(plain))].sort(), type);
    }
  });

  it("answer odd questions as BIND does", async () => {
    for (const [type, status] of Object.entries({ AXFR: "", MAILB: "NOTIMP", TYPE200: "FORMERR", TKEY: "FORMERR" })) {
      const { stdout, status: told } = await dig(own(), "+norec", type, "example.com");
      if (type === "AXFR") assert.match(stdout, /Transfer failed/);
      else assert.equal(told, status, type);
    }
    const odd = await dig(own(), "+norec", "TXT", "a\\000\\255.example.com");
    assert.equal(odd.status, "NXDOMAIN");
    const wild = await dig(own(), "+norec", "TXT", "a\\200\\.b.wild.example.com");
    assert.deepEqual(wild.section("ANSWER"), ['a\\200\\.b.wild.example.com. 300 IN TXT "wild"']);
  });

  it("are silent, refuse connections or drop EDNS when told to", async () => {
    const [server] = zone.servers;
    const given = ground.faults.dns(server?.name ?? "", { silent: "udp" });
    await assert.rejects(dig(own(), "+norec", "+timeout=1", "TXT", "example.com"), { code: 9 });
    given.off();
    ground.faults.dns(server?.name ?? "", { refuseTcp: true });
    await assert.rejects(dig(own(), "+norec", "+tcp", "+timeout=1", "TXT", "example.com"), { code: 9 });
    assert.equal((await dig(own(), "+norec", "TXT", "example.com")).status, "NOERROR");
  });
});
