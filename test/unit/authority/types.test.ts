import { deepEqual, equal, ok } from "node:assert/strict";
import type { RecordSet } from "../../../emulator/records";
import { readReply } from "../../../provider/authority/reply";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";
import { encodeMessage } from "../../../provider/wire/encode";
import { decodeMessage } from "../../../provider/wire/message";
import { cname, type DnsWorld, openDnsWorld, txt } from "../../support/dns/world";

const NAME = fqdn("record.example.com");
const mx = (name: string, ...values: readonly string[]): RecordSet => ({
  name: fqdn(name),
  type: "MX",
  ttl: 60,
  values,
});

describe("authority: record types", () => {
  let world: DnsWorld;
  beforeEach(async () => {
    world = await openDnsWorld();
    world.zones.add({
      name: "example.com",
      sets: [
        txt("text.example.com", "token"),
        mx("mail.example.com", "10 MX1.Example.NET.", "20 mx2.example.net."),
        cname("alias.example.com", "mail.example.com"),
        cname("loop.example.com", "loop.example.com"),
        cname("dangling.example.com", "x.unregistered.net"),
        cname("mixed.example.com", "Target.DKIM.example.net"),
      ],
    });
    await world.zones.settled();
  });
  afterEach(() => world.close());

  const look = (name: Fqdn, type: "TXT" | "CNAME" | "MX") => world.authority.look(name, type, world.ctx);
  const kinds = async (name: Fqdn, type: "TXT" | "CNAME" | "MX") => {
    const { servers } = await look(name, type);
    return [...new Set(servers.map((one) => (one.kind === "values" ? [...one.values].sort().join(", ") : one.kind)))];
  };

  it("tells which type was asked for", async () => {
    for (const type of ["TXT", "CNAME", "MX"] as const) equal((await look(NAME, type)).type, type);
  });

  it("has MX and CNAME data as a zone file has it, names in lower case", async () => {
    deepEqual(await kinds(fqdn("mail.example.com"), "MX"), ["10 mx1.example.net., 20 mx2.example.net."]);
    deepEqual(await kinds(fqdn("mixed.example.com"), "CNAME"), ["target.dkim.example.net."]);
    deepEqual(await kinds(fqdn("text.example.com"), "TXT"), ["token"]);
  });

  it("finds nothing of the type where there is another", async () => {
    deepEqual(await kinds(fqdn("text.example.com"), "MX"), ["absent"]);
    deepEqual(await kinds(fqdn("text.example.com"), "CNAME"), ["absent"]);
    deepEqual(await kinds(fqdn("mail.example.com"), "TXT"), ["absent"]);
  });

  it("follows a CNAME for MX, and not where the question is for the CNAME", async () => {
    const followed = await look(fqdn("alias.example.com"), "MX");
    deepEqual([followed.target, followed.cnames], ["mail.example.com", ["mail.example.com"]]);
    ok(followed.servers.every((one) => one.kind === "values" && one.values.length === 2));
    const asked = await look(fqdn("alias.example.com"), "CNAME");
    deepEqual([asked.target, asked.cnames], ["alias.example.com", []]);
    ok(asked.servers.every((one) => one.kind === "values" && one.values[0] === "mail.example.com."));
  });

  it("reads a CNAME that leads in a circle, or into a zone that does not exist", async () => {
    deepEqual(await kinds(fqdn("loop.example.com"), "CNAME"), ["loop.example.com."]);
    deepEqual(await kinds(fqdn("dangling.example.com"), "CNAME"), ["x.unregistered.net."]);
    const { servers } = await look(fqdn("loop.example.com"), "MX");
    ok(servers.every((one) => one.kind === "lame" && one.endless && one.servesZone));
    deepEqual(await kinds(fqdn("dangling.example.com"), "MX"), ["absent"]);
  });

  it("holds what it sees against what should be there", async () => {
    const state = async (name: string, type: "CNAME" | "MX", ...values: string[]) =>
      (await world.authority.check(fqdn(name), type, values, world.ctx)).state;
    equal(await state("mail.example.com", "MX", "10 mx1.example.net."), "published");
    equal(await state("mail.example.com", "MX", "20 mx1.example.net."), "missing");
    equal(await state("mixed.example.com", "CNAME", "target.dkim.example.net."), "published");
    equal(await state("mixed.example.com", "CNAME", "other.example.net."), "missing");
  });
});

describe("the reply to a question for a CNAME", () => {
  const IN = { class: "IN", ttl: 300 } as const;
  const read = (type: "TXT" | "CNAME" | "MX") => {
    const answers = [
      { ...IN, name: NAME, type: "CNAME" as const, target: "elsewhere.example.com" },
      { ...IN, name: "elsewhere.example.com", type: "CNAME" as const, target: "further.example.com" },
    ];
    const message = decodeMessage(encodeMessage({ id: 1, response: true, authoritative: true, answers }));
    ok(message);
    return readReply(message, { name: NAME, type }, fqdn("example.com"));
  };

  it("is the CNAME, and none of those that it leads to; for other types it is an alias", () => {
    deepEqual(read("CNAME"), { kind: "values", values: ["elsewhere.example.com."], ttl: 300, authority: undefined });
    for (const type of ["TXT", "MX"] as const)
      deepEqual(read(type), { kind: "cname", target: "elsewhere.example.com" });
  });
});
