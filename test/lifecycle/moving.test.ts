import assert from "node:assert/strict";
import type { Zone } from "../../emulator/zones";
import type { Fqdn } from "../../provider/core/fqdn";
import { unquoteText } from "../../provider/dns/txt";
import { askUdp } from "../support/dns/client";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  NAME,
  OTHER_TEAM,
  openDomainWorld,
  type Standing,
} from "../support/emulator/domain";

const ROUTE53 = { kind: "route53" };
const CLOUDFLARE = { kind: "cloudflare" };
const US = { region: "us-east-1" };
const TOKEN = "not-a-token-but-of-one-zone";
const args = (dns: unknown, more: object = {}) => ({ domain: DOMAIN, identities: [US], dns, ...more });
const tokenOf = ({ outputs }: Standing) =>
  (outputs.verifications as readonly { readonly token: string }[])[0]?.token ?? "";

/** Changes of where a domain's values are, with DNS watched throughout: what every delegated server says. */
describe("a verified domain that moves", () => {
  let world: DomainWorld;
  let cloudflare: Zone;
  let config: Readonly<Record<string, string>>;
  beforeEach(async () => {
    world = await openDomainWorld();
    cloudflare = await world.emulator.addZone({ name: DOMAIN, account: "cloudflare", delegated: false });
    world.emulator.cloudflare.tokens.add({ token: TOKEN, account: "cloudflare", zones: [DOMAIN] });
    config = { "cloudflare:apiToken": TOKEN, "cloudflare:baseUrl": world.emulator.env.CLOUDFLARE_BASE_URL ?? "" };
  });
  afterEach(() => world.close());

  const run = () => world.run({ config });
  const route53 = () => world.emulator.zones.list().find(({ account }) => account === ACCOUNT) as Zone;
  const valuesIn = (zone: Zone, name: Fqdn = NAME) =>
    (world.emulator.zones.view(zone.id).find({ name, type: "TXT" })?.values ?? []).map((one) =>
      unquoteText(one, "octal"),
    );

  /** Asks every delegated server again and again while `work` runs: one of the names has to hold the token, always. */
  async function watched<T>(token: string, work: () => Promise<T>): Promise<T> {
    let over = false;
    let looks = 0;
    const accepted = new Set([token, `amazonses:${token}`]);
    const look = async () => {
      const to = world.emulator.zones.named(DOMAIN)?.delegatedTo ?? [];
      const { port } = world.emulator.dns;
      for (const { addresses } of to) {
        for (const address of addresses) {
          const replies = await Promise.all([NAME, DOMAIN].map((name) => askUdp({ address, port, name })));
          const strings = replies.flatMap((reply) =>
            (reply?.answers ?? []).flatMap((one) => (one.type === "TXT" ? [one.strings.join("")] : [])),
          );
          assert.ok(
            strings.some((one) => accepted.has(one)),
            `${address} had no value that SES accepts: ${strings.join(" ")}`,
          );
          looks += 1;
        }
      }
    };
    const watching = (async () => {
      while (!over) await look();
    })();
    // What it finds is told at the end.
    watching.catch(() => undefined);
    try {
      return await work();
    } finally {
      over = true;
      await watching;
      assert.ok(looks > 0);
    }
  }

  it("to another host, before the delegation follows: the old value stays until it does, and then goes", async () => {
    const up = await run().up(args(ROUTE53));
    const token = tokenOf(up);
    const moving = run();
    const moved = await watched(token, () => moving.up(args(CLOUDFLARE), up));
    assert.equal(moved.failed, undefined);
    assert.deepEqual(valuesIn(cloudflare), [token]);
    assert.ok(valuesIn(route53()).includes(token));
    assert.match(moving.lines.join("\n"), /resolvers may still read _amazonses\S+ at route53.*stays there/);
    const { inputs } = await run().preview(args(CLOUDFLARE), moved.inputs);
    assert.equal((await run().diff(moved.outputs, inputs)).changes, false);

    world.emulator.zones.delegate(cloudflare.id, true);
    await world.emulator.zones.settled();
    await run().destroy(moved);
    assert.deepEqual(valuesIn(route53()), [OTHER_TEAM]);
    assert.deepEqual(valuesIn(cloudflare), []);
  });

  it("to a host that the world is sent to by then: the old value goes", async () => {
    const up = await run().up(args([ROUTE53, CLOUDFLARE]));
    const token = tokenOf(up);
    world.emulator.zones.delegate(cloudflare.id, true);
    await world.emulator.zones.settled();
    await world.emulator.clock.advance(600_000);
    const moved = await watched(token, () => run().up(args(CLOUDFLARE), up));
    assert.equal(moved.failed, undefined);
    assert.deepEqual([valuesIn(cloudflare), valuesIn(route53())], [[token], [OTHER_TEAM]]);
  });

  it("to being kept by hand: what the world reads stays", async () => {
    const up = await run().up(args(ROUTE53));
    const token = tokenOf(up);
    const moved = await watched(token, () => run().up(args({ kind: "manual" }), up));
    assert.equal(moved.failed, undefined);
    assert.ok(valuesIn(route53()).includes(token));
    await run().destroy(moved);
    assert.deepEqual(valuesIn(route53()), [OTHER_TEAM]);
  });

  it("to another placement, and back", async () => {
    const up = await run().up(args(ROUTE53));
    const token = tokenOf(up);
    const there = await watched(token, () => run().up(args(ROUTE53, { placement: "apex" }), up));
    assert.ok(!valuesIn(route53()).includes(token));
    const back = await watched(token, () => run().up(args(ROUTE53, { placement: "underscore" }), there));
    assert.ok(valuesIn(route53()).includes(token));
    assert.equal(back.failed, undefined);
  });

  it("without DNS being read: the old value outlives the caches of the new name", async () => {
    const off = { dnsCheck: { mode: "off" } };
    const up = await run().up(args(ROUTE53, off));
    const token = tokenOf(up);
    await world.emulator.clock.advance(120_000);
    for (const { name } of route53().servers) world.emulator.faults.dns(name, { lagMs: 60_000 });
    const moved = await watched(token, () => run().up(args(ROUTE53, { ...off, placement: "apex" }), up));
    assert.equal(moved.failed, undefined);
    assert.ok(!valuesIn(route53()).includes(token));
  });

  it("by other credentials for the same zone: nothing to do", async () => {
    world.emulator.zones.delegate(cloudflare.id, true);
    await world.emulator.zones.settled();
    const up = await run().up(args(CLOUDFLARE));
    world.emulator.cloudflare.tokens.add({ token: `${TOKEN}-2`, account: "cloudflare", zones: [DOMAIN] });
    const sets = {
      ...config,
      "sesdomain:credentials": JSON.stringify({
        second: { apiToken: `${TOKEN}-2`, baseUrl: config["cloudflare:baseUrl"] },
      }),
    };
    const named = args({ ...CLOUDFLARE, credentials: "second" });
    const later = world.run({ config: sets });
    const { inputs } = await later.preview(named, up.inputs);
    assert.equal((await later.diff(up.outputs, inputs)).changes, false);
  });

  it("by other credentials to another account's zone: published there", async () => {
    const up = await run().up(args([ROUTE53, CLOUDFLARE]));
    const other = await world.emulator.addZone({ name: DOMAIN, account: "another", delegated: false });
    world.emulator.cloudflare.tokens.add({ token: `${TOKEN}-2`, account: "another", zones: [DOMAIN] });
    const sets = {
      ...config,
      "sesdomain:credentials": JSON.stringify({
        second: { apiToken: `${TOKEN}-2`, baseUrl: config["cloudflare:baseUrl"] },
      }),
    };
    const named = args([ROUTE53, { ...CLOUDFLARE, credentials: "second" }]);
    const later = world.run({ config: sets });
    const { inputs } = await later.preview(named, up.inputs);
    assert.equal((await later.diff(up.outputs, inputs)).changes, true);
    const moved = await world.run({ config: sets }).up(named, up);
    assert.equal(moved.failed, undefined);
    assert.deepEqual(valuesIn(other), [tokenOf(up)]);
    assert.deepEqual(valuesIn(cloudflare), []);
  });

  it("writes again what one of two hosts has lost during the wait", async () => {
    const both = [...route53().servers, ...cloudflare.servers];
    world.emulator.zones.delegate(route53().id, both);
    await world.emulator.zones.settled();
    let erased = false;
    world.emulator.onRequest(({ action, phase }) => {
      if (erased || action !== "GetIdentityVerificationAttributes" || phase !== "after") return;
      if (valuesIn(cloudflare).length === 0) return;
      erased = true;
      world.emulator.zones.change(cloudflare.id, [{ action: "delete", key: { name: NAME, type: "TXT" } }]);
    });
    const up = await run().up(args([ROUTE53, CLOUDFLARE], { timeout: "10m" }));
    assert.equal(up.failed, undefined);
    assert.ok(erased);
    assert.deepEqual(valuesIn(cloudflare), [tokenOf(up)]);
  });
});
