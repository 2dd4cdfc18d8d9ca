import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import type { IdentityInit } from "../../../emulator/ses/model";
import type { Props } from "../../../provider/lifecycle/lifecycle";
import { ACCOUNT, DOMAIN, type DomainWorld, openDomainWorld, stepsOf } from "../../support/emulator/domain";
import { recordsOf, type ZoneRecords } from "../../support/emulator/records";

const REGION = "us-east-1";
const SCOPE = { accountId: ACCOUNT, region: REGION };
const TOKEN = "byHandByHandByHand";
const BOUNCE = `bounce.${DOMAIN}`;
const ARGS = { domain: DOMAIN, identities: [{ region: REGION }], dns: { kind: "route53" }, timeout: "5m" };
/** What changes an identity at SES. */
const WRITES = /^(?:Create|Delete|Put|Set|Verify)/;

const publicKey = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .publicKey.export({ type: "spki", format: "der" })
  .toString("base64");

const EASY = { method: { kind: "easy", keyLength: 2048 } } as const;
const SHORT = { method: { kind: "easy", keyLength: 1024 } } as const;
const OFF = { ...EASY, signingEnabled: false };
const OWN_KEY = { method: { kind: "own", selector: "mine", publicKey } } as const;
const REPLICA = { method: { kind: "replica", parentRegion: "eu-west-1", denied: false } } as const;
const elsewhere = { domain: `mail.${DOMAIN}` };

interface Case {
  readonly title: string;
  readonly there: Partial<IdentityInit>;
  readonly asks: Props;
  /** The properties that contradict, by what becomes of the identity. */
  readonly keep?: readonly string[];
  readonly own?: readonly string[];
  /** What the reason has to name. */
  readonly names?: readonly string[];
}

const CASES: readonly Case[] = [
  { title: "the same Easy DKIM", there: { dkim: EASY }, asks: { dkim: true } },
  { title: "the same key length", there: { dkim: SHORT }, asks: { dkim: { keyLength: 1024 } } },
  { title: "another key length that the program leaves open", there: { dkim: SHORT }, asks: { dkim: true } },
  {
    title: "another key length",
    there: { dkim: SHORT },
    asks: { dkim: { keyLength: 2048 } },
    keep: ["dkim"],
    own: ["dkim"],
    names: ["1024", "2048"],
  },
  {
    title: "BYODKIM",
    there: { dkim: OWN_KEY },
    asks: { dkim: true },
    keep: ["dkim"],
    own: ["dkim"],
    names: ["EXTERNAL", "Easy DKIM"],
  },
  {
    title: "a replica's key",
    there: { dkim: REPLICA },
    asks: { dkim: true },
    keep: ["dkim"],
    own: ["dkim"],
    names: ["AWS_SES_EU_WEST_1", "Easy DKIM"],
  },
  { title: "signing that is off", there: { dkim: OFF }, asks: { dkim: true }, keep: ["dkim"], names: ["true", "off"] },
  {
    title: "signing that is on",
    there: { dkim: EASY },
    asks: { dkim: { signing: false } },
    keep: ["dkim"],
    names: ["false", "on"],
  },
  { title: "signing off as asked", there: { dkim: OFF }, asks: { dkim: { signing: false } } },
  { title: "BYODKIM that is watched", there: { dkim: OWN_KEY }, asks: { dkim: "keep" } },
  { title: "a replica that is watched", there: { dkim: REPLICA }, asks: { dkim: "keep" } },
  { title: "signing off that is watched", there: { dkim: OFF }, asks: { dkim: "keep" } },
  { title: "no DKIM yet", there: {}, asks: { dkim: true } },
  { title: "the same MAIL FROM", there: { mailFrom: { domain: BOUNCE } }, asks: { mailFrom: "bounce" } },
  {
    title: "another MAIL FROM",
    there: { mailFrom: elsewhere },
    asks: { mailFrom: "bounce" },
    keep: ["mailFrom"],
    names: [BOUNCE, elsewhere.domain],
  },
  {
    title: "the same MAIL FROM, whole",
    there: { mailFrom: elsewhere },
    asks: { mailFrom: { domain: elsewhere.domain } },
  },
  { title: "no MAIL FROM yet", there: {}, asks: { mailFrom: "bounce" } },
  {
    title: "another configuration set",
    there: { configurationSet: "theirs" },
    asks: { configurationSet: "ours" },
    keep: ["configurationSet"],
    names: ["ours", "theirs"],
  },
  { title: "the same configuration set", there: { configurationSet: "theirs" }, asks: { configurationSet: "theirs" } },
  { title: "another configuration set that is not asked about", there: { configurationSet: "theirs" }, asks: {} },
  {
    title: "two contradictions at once",
    there: { dkim: OWN_KEY, mailFrom: elsewhere },
    asks: { dkim: true, mailFrom: "bounce" },
    keep: ["dkim", "mailFrom"],
    own: ["dkim"],
  },
];

describe("adopting an identity that sends", () => {
  let world: DomainWorld;
  let zone: ZoneRecords;
  beforeEach(async () => {
    world = await openDomainWorld();
    zone = recordsOf(world.emulator, DOMAIN);
    for (const name of ["ours", "theirs"]) world.emulator.cloud.ses.configurationSets.create(SCOPE, name);
  });
  afterEach(() => world.close());

  const ses = () => world.emulator.cloud.ses;
  const inject = (there: Partial<IdentityInit>) => {
    const parent = { ...SCOPE, region: "eu-west-1", name: DOMAIN, token: "parent", dkim: EASY };
    ses().inject([...(there.dkim === REPLICA ? [parent] : []), { ...SCOPE, name: DOMAIN, token: TOKEN, ...there }]);
    zone.put(`_amazonses.${DOMAIN}`, "TXT", `"${TOKEN}"`);
  };
  /** All that SES has of the identity. */
  const seen = () => {
    const identity = ses().identity(ACCOUNT, REGION, DOMAIN);
    return JSON.stringify([
      ses().dkim(SCOPE, DOMAIN),
      identity?.mailFrom?.domain,
      identity?.mailFrom?.onMxFailure,
      identity?.configurationSet,
      identity?.feedbackForwarding,
      identity?.generation,
    ]);
  };
  const writes = () =>
    world.emulator.requests.log().filter(({ service, action }) => service === "ses" && WRITES.test(action));

  for (const adopt of ["keep", "own"] as const) {
    for (const { title, there, asks, names = [], ...expected } of CASES) {
      const contradicting = expected[adopt] ?? [];
      it(`${adopt}: ${title} is ${contradicting.length === 0 ? "taken" : "refused on preview"}`, async () => {
        inject(there);
        const [before, records] = [seen(), zone.dump()];
        const { failures, met } = await world.run().preview({ ...ARGS, ...asks, adopt, __preview: true });
        assert.deepEqual(failures.map(({ property }) => property).sort(), contradicting);
        if (adopt === "keep")
          for (const name of names) assert.ok(failures[0]?.reason.includes(name), failures[0]?.reason);
        if (contradicting.length === 0) assert.equal(met.length, 1);
        assert.deepEqual([seen(), zone.dump(), writes()], [before, records, []]);
      });
    }
  }

  it("refuse: whatever it has, nothing is touched", async () => {
    for (const { there, asks } of CASES) {
      ses().remove(SCOPE, DOMAIN);
      ses().remove({ ...SCOPE, region: "eu-west-1" }, DOMAIN);
      inject(there);
      const before = seen();
      const { failures } = await world.run().preview({ ...ARGS, ...asks, adopt: "refuse", __preview: true });
      assert.ok(failures.length > 0);
      assert.deepEqual([seen(), writes()], [before, []]);
    }
  });

  it("names the identity's own argument where that one contradicts", async () => {
    inject({ dkim: OWN_KEY, mailFrom: elsewhere });
    const identities = [{ region: REGION, dkim: true, mailFrom: "bounce" }];
    const { failures } = await world.run().preview({ ...ARGS, identities, __preview: true });
    assert.deepEqual(failures.map(({ property }) => property).sort(), ["identities[0].dkim", "identities[0].mailFrom"]);
  });

  it("refuses also where the program asks later than it adopted", async () => {
    inject({ mailFrom: elsewhere, dkim: OFF });
    const up = await world.run().up(ARGS);
    assert.equal(up.failed, undefined);
    const asks = { ...ARGS, dkim: true, mailFrom: "bounce", __preview: true };
    const { failures } = await world.run().preview(asks, up.inputs);
    assert.deepEqual(failures.map(({ property }) => property).sort(), ["dkim", "mailFrom"]);
  });

  for (const [title, there] of Object.entries({
    BYODKIM: OWN_KEY,
    "a replica": REPLICA,
    "signing off": OFF,
    "another length": SHORT,
  })) {
    it(`${title} under dkim "keep" is watched over ups, and never changed`, async () => {
      inject({ dkim: there });
      const { tokens, zone: at } = ses().dkim(SCOPE, DOMAIN);
      if (there !== OWN_KEY)
        for (const token of tokens) zone.put(`${token}._domainkey.${DOMAIN}`, "CNAME", `${token}.${at}.`);
      const records = zone.dump();
      const args = { ...ARGS, dkim: "keep", __preview: false };
      const first = await world.run().up(args);
      assert.equal(first.failed, undefined);
      const next = await world.run().preview({ ...args, __preview: true }, first.inputs);
      assert.deepEqual([stepsOf(next.inputs), next.failures], [[], []]);
      ses().setDkimStatus(SCOPE, DOMAIN, "Failed");
      const failing = seen();
      const second = await world.run().up(args, first);
      assert.equal(seen(), failing);
      await world.run().destroy(second);
      assert.equal(seen(), failing);
      assert.deepEqual(zone.dump(), records);
      assert.deepEqual(writes(), []);
    });
  }

  it("destroy leaves an adopted identity, its CNAMEs, its MAIL FROM, MX and SPF", async () => {
    inject({ dkim: EASY, mailFrom: { domain: BOUNCE } });
    const { tokens, zone: at } = ses().dkim(SCOPE, DOMAIN);
    for (const token of tokens) zone.put(`${token}._domainkey.${DOMAIN}`, "CNAME", `${token}.${at}.`);
    zone.put(BOUNCE, "MX", `10 feedback-smtp.${REGION}.amazonses.com.`);
    zone.put(BOUNCE, "TXT", '"v=spf1 include:amazonses.com ~all"');
    const [before, records] = [seen(), zone.dump()];
    const up = await world.run().up({ ...ARGS, dkim: true, mailFrom: "bounce" });
    assert.deepEqual([up.failed, up.outputs.readyToSend], [undefined, true]);
    await world.run().destroy(up);
    assert.deepEqual([seen(), zone.dump()], [before, records]);
  });

  it("destroy leaves what it set up for an adopted identity: the identity goes on sending by it", async () => {
    inject({});
    const up = await world.run().up({ ...ARGS, dkim: true, mailFrom: "bounce" });
    assert.deepEqual([up.failed, up.outputs.readyToSend], [undefined, true]);
    const [before, records] = [seen(), zone.dump()];
    await world.run().destroy(up);
    assert.deepEqual([seen(), zone.dump()], [before, records]);
  });

  for (const there of [true, false]) {
    it(`keeps MAIL FROM and its records where the program no longer asks for it, and they were ${there ? "" : "not "}there before`, async () => {
      inject(there ? { mailFrom: { domain: BOUNCE } } : {});
      if (there) {
        zone.put(BOUNCE, "MX", `10 feedback-smtp.${REGION}.amazonses.com.`);
        zone.put(BOUNCE, "TXT", '"v=spf1 include:amazonses.com ~all"');
      }
      const up = await world.run().up({ ...ARGS, mailFrom: "bounce" });
      assert.equal(up.failed, undefined);
      const [before, records] = [seen(), zone.dump()];
      const less = await world.run().up(ARGS, up);
      assert.equal(less.failed, undefined);
      assert.deepEqual([seen(), zone.dump()], [before, records]);
      await world.run().destroy(less);
      assert.deepEqual([seen(), zone.dump()], [before, records]);
    });
  }

  it("tells on preview what others have set otherwise since, and changes none of it", async () => {
    inject({ dkim: EASY });
    const up = await world.run().up({ ...ARGS, dkim: true, mailFrom: "bounce" });
    assert.equal(up.failed, undefined);
    inject({ dkim: EASY, mailFrom: elsewhere });
    const before = seen();
    const { failures } = await world.run().preview({ ...ARGS, dkim: true, mailFrom: "bounce" }, up.inputs);
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["mailFrom"],
    );
    assert.deepEqual(seen(), before);
  });

  it("own: sets what the program says, and destroy takes it all", async () => {
    inject({ dkim: OFF, mailFrom: elsewhere, configurationSet: "theirs" });
    const records = zone.dump();
    const asks = { dkim: true, mailFrom: "bounce", configurationSet: "ours", feedbackForwarding: false };
    const up = await world.run().up({ ...ARGS, ...asks, adopt: "own" });
    assert.deepEqual([up.failed, up.outputs.readyToSend], [undefined, true]);
    const identity = ses().identity(ACCOUNT, REGION, DOMAIN);
    assert.deepEqual(
      [
        ses().dkim(SCOPE, DOMAIN).signingEnabled,
        identity?.mailFrom?.domain,
        identity?.configurationSet,
        identity?.feedbackForwarding,
      ],
      [true, BOUNCE, "ours", false],
    );
    await world.run().destroy(up);
    assert.equal(ses().identity(ACCOUNT, REGION, DOMAIN), undefined);
    assert.deepEqual(
      zone.dump(),
      records.filter((line) => !line.includes(TOKEN)),
    );
  });
});
