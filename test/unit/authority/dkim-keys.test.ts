import { deepEqual, equal, ok } from "node:assert/strict";
import { ALLOWED } from "../../../provider/authority/allowance";
import { dkimKeyIn } from "../../../provider/authority/dkim-keys";
import { openAuthority } from "../../../provider/authority/open";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";
import { cname, type DnsWorld, openDnsWorld, SHORT_TIMEOUTS, txt } from "../../support/dns/world";

const DOMAIN = fqdn("example.com");
const KEYS = "dkim.example.net";
const KEY = "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQ==";
const target = (token: string) => fqdn(`${token}.${KEYS}`);
const TARGETS = ["token1", "token2", "token3"].map(target);

describe("a TXT value as a DKIM key", () => {
  for (const [text, kind] of [
    [KEY, "key"],
    [`v=DKIM1; k=rsa; ${KEY}`, "key"],
    [`v=DKIM1;k=rsa;${KEY};`, "key"],
    [` v = DKIM1 ; p = MIG fMA0 `, "key"],
    ["k=rsa; t=s; n=A note; p=AAAA", "key"],
    ["v=DKIM1; p=", "revoked"],
    ["p=;", "revoked"],
    ["v=DKIM2; p=AAAA", undefined],
    ["k=rsa; v=DKIM1; p=AAAA", undefined],
    ["v=DKIM1; p=AAAA; p=BBBB", undefined],
    ["v=DKIM1; k=rsa", undefined],
    ["v=DKIM1; p=?", undefined],
    ["p=AAAA;; k=rsa", undefined],
    ["v=spf1 include:amazonses.com ~all", undefined],
    ["v=DMARC1; p=none", undefined],
    ["", undefined],
    [";", undefined],
  ] as const) {
    it(`is ${kind ?? "none"}: ${text || "empty"}`, () => equal(dkimKeyIn(text), kind));
  }

  it("is read in little time, however long it is", () => {
    const startedMs = performance.now();
    for (const piece of ["a=", ";", " ", "p", "p= ", "v=DKIM1;"]) dkimKeyIn(piece.repeat(20_000));
    ok(performance.now() - startedMs < 2_000);
  });
});

describe("authority: whether a DKIM key is behind an identity's records", () => {
  let world: DnsWorld;
  beforeEach(async () => {
    world = await openDnsWorld();
  });
  afterEach(() => world.close());

  const add = async (...sets: Parameters<DnsWorld["zones"]["add"]>[0]["sets"] & object) => {
    world.zones.add({ name: KEYS, sets });
    await world.zones.settled();
  };
  const look = (targets: readonly Fqdn[] = TARGETS) => world.authority.dkimKeys(DOMAIN, targets, world.ctx);
  const states = async (targets?: readonly Fqdn[]) => {
    const { state, targets: seen } = await look(targets);
    return [state, ...seen.map((one) => one.state)];
  };

  it("is so with one key, behind whichever of the three, and asks no further", async () => {
    await add(txt(target("token1"), KEY), txt(target("token3"), `v=DKIM1; k=rsa; ${KEY}`));
    deepEqual(await states(), ["published", "key", "unasked", "unasked"]);
    deepEqual(await states([target("token2"), target("token3")]), ["published", "absent", "key"]);
  });

  it("is not where each was seen without one", async () => {
    await add(txt(target("token1"), "v=DKIM1; p="), txt(target("token2"), "hello"));
    deepEqual(await states(), ["unpublished", "revoked", "other", "absent"]);
  });

  it("is a key that the target leads on to", async () => {
    await add(
      cname(target("token1"), `far.${KEYS}`),
      txt(`far.${KEYS}`, KEY),
      cname(target("token2"), target("token2")),
    );
    deepEqual(await states([target("token1")]), ["published", "key"]);
    equal((await look([target("token2")])).state === "published", false);
  });

  it("is a key among other values", async () => {
    await add(txt(target("token1"), "hello", "p=", KEY));
    deepEqual(await states(), ["published", "key", "unasked", "unasked"]);
  });

  it("is unknown where the resolver fails at one, and the others have none", async () => {
    await add(txt(target("token1"), "hello"));
    world.faults.dns("*", { lame: "SERVFAIL", within: target("token2") });
    deepEqual(await states(), ["unknown", "other", "unknown", "absent"]);
  });

  it("is unknown without a resolver's answer, without DNS, and of nothing", async () => {
    await add();
    deepEqual(await states([]), ["unknown"]);
    world.faults.dns("resolver", { silent: "both" });
    deepEqual(await states(), ["unknown", "unknown", "unknown", "unknown"]);
    const off = openAuthority({ mode: "off" }, SHORT_TIMEOUTS);
    equal((await off.dkimKeys(DOMAIN, TARGETS, world.ctx)).state, "unknown");
  });

  it("asks for three names at most, and uses up the domain's allowance", async () => {
    await add();
    const many = Array.from({ length: 40 }, (_, index) => target(`other${index}`));
    const seen = await look(many);
    deepEqual([...new Set(seen.targets.slice(3).map(({ state }) => state))], ["unasked"]);
    equal(seen.state, "unknown");
    for (let turn = 0; turn < ALLOWED.resolver.atOnce / 3 + 1; turn++) await look(many.slice(turn % 30));
    deepEqual(await states(), ["unknown", "unknown", "unknown", "unknown"]);
    deepEqual((await world.authority.dkimKeys(fqdn("example.org"), TARGETS, world.ctx)).state, "unpublished");
  });
});
