import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import type { IdentityInit } from "../../emulator/ses/model";
import { SesDomainError } from "../../provider/core/errors";
import type { Props } from "../../provider/lifecycle/lifecycle";
import { userOf } from "../../provider/pulumi/urn";
import { madeTag, userTag } from "../../provider/ses/register";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  type Imported,
  NAME,
  OTHER_TEAM,
  openDomainWorld,
  SPF,
} from "../support/emulator/domain";
import { recordsOf, type ZoneRecords } from "../support/emulator/records";

const US = "us-east-1";
const EU = "eu-west-1";
const OTHER_ACCOUNT = "222222222222";
const TOKEN = "byHandByHandByHand";
const EU_TOKEN = "inIrelandInIreland";
const BOUNCE = `bounce.${DOMAIN}`;
const ROUTE53 = { kind: "route53" };
const EASY = { method: { kind: "easy", keyLength: 2048 } } as const;
const MX = (region = US) => `10 feedback-smtp.${region}.amazonses.com.`;

const publicKey = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .publicKey.export({ type: "spki", format: "der" })
  .toString("base64");
const OWN_KEY = { method: { kind: "own", selector: "mine", publicKey } } as const;

/** What is at the hosts. `dkim`: how many of the three records. */
interface Records {
  readonly under?: readonly string[];
  readonly apex?: readonly string[];
  readonly dkim?: number;
  readonly mailFrom?: Readonly<Record<string, string>>;
  readonly spf?: string;
}

interface Case {
  readonly title: string;
  readonly us?: Partial<IdentityInit>;
  readonly eu?: Partial<IdentityInit>;
  readonly there?: Records;
  readonly id?: string;
  /** Beyond domain, and dns at Route 53. */
  readonly inputs: Props;
  /** Default: it registers. */
  readonly steps?: readonly string[];
  readonly outputs?: Props;
}

const regions = (...names: readonly string[]) => names.map((region) => ({ region }));
const BOTH = `${DOMAIN}/${US},${EU}`;

const CASES: readonly Case[] = [
  { title: "the domain alone", inputs: {}, outputs: { verified: true } },
  { title: "named with its region", id: `${DOMAIN}/${US}`, inputs: { identities: regions(US) } },
  {
    title: "with DKIM",
    us: { dkim: EASY },
    there: { dkim: 3 },
    inputs: { dkim: true },
    outputs: { readyToSend: true },
  },
  {
    title: "with DKIM of a short key that does not sign",
    us: { dkim: { method: { kind: "easy", keyLength: 1024 }, signingEnabled: false } },
    there: { dkim: 3 },
    inputs: { dkim: { keyLength: 1024, signing: false } },
  },
  { title: "with a part of DKIM's records", us: { dkim: EASY }, there: { dkim: 2 }, inputs: { dkim: "keep" } },
  { title: "with DKIM without records", us: { dkim: { ...EASY, status: "Pending" } }, inputs: { dkim: "keep" } },
  { title: "with a key that was brought", us: { dkim: OWN_KEY }, inputs: { dkim: "keep" } },
  {
    title: "with MAIL FROM",
    us: { mailFrom: { domain: BOUNCE } },
    there: { mailFrom: { [BOUNCE]: MX() } },
    inputs: { mailFrom: "bounce" },
  },
  {
    title: "with MAIL FROM deeper, and mail refused without its record",
    us: { mailFrom: { domain: `a.b.${DOMAIN}`, onMxFailure: "reject" } },
    there: { mailFrom: { [`a.b.${DOMAIN}`]: MX() } },
    inputs: { mailFrom: { domain: `a.b.${DOMAIN}`, onMxFailure: "reject" } },
  },
  {
    title: "with MAIL FROM and another SPF record that lets SES send",
    us: { mailFrom: { domain: BOUNCE } },
    there: { mailFrom: { [BOUNCE]: MX() }, spf: "v=spf1 include:amazonses.com include:spf.example.net -all" },
    inputs: { mailFrom: "bounce" },
    outputs: { readyToSend: true },
  },
  {
    title: "with MAIL FROM and an SPF record that does not let SES send",
    us: { mailFrom: { domain: BOUNCE } },
    there: { mailFrom: { [BOUNCE]: MX() }, spf: "v=spf1 -all" },
    inputs: {},
  },
  {
    title: "with MAIL FROM and another preference",
    us: { mailFrom: { domain: BOUNCE } },
    there: { mailFrom: { [BOUNCE]: MX().replace("10", "5") } },
    inputs: {},
  },
  {
    title: "with one MAIL FROM domain for two regions",
    us: { mailFrom: { domain: BOUNCE } },
    eu: { mailFrom: { domain: BOUNCE } },
    id: BOTH,
    there: { under: [TOKEN, EU_TOKEN], mailFrom: { [BOUNCE]: MX() } },
    inputs: { identities: regions(US, EU) },
  },
  {
    title: "that was made for DKIM only",
    us: { withoutToken: true, dkim: EASY },
    there: { under: [], dkim: 3 },
    inputs: { dkim: true },
    steps: ["register", `request ${US}`, "wait"],
  },
  {
    title: "that SES has not begun to verify",
    us: { status: "NotStarted" },
    inputs: {},
    steps: ["register", `request ${US}`, "wait"],
  },
  { title: "with MAIL FROM without records", us: { mailFrom: { domain: BOUNCE } }, inputs: {} },
  {
    title: "ready to send in two regions",
    us: { dkim: EASY, mailFrom: { domain: `bounce-${US}.${DOMAIN}` } },
    eu: { dkim: EASY, mailFrom: { domain: `bounce-${EU}.${DOMAIN}` } },
    id: BOTH,
    there: {
      under: [TOKEN, EU_TOKEN],
      dkim: 3,
      mailFrom: { [`bounce-${US}.${DOMAIN}`]: MX(), [`bounce-${EU}.${DOMAIN}`]: MX(EU) },
    },
    inputs: { identities: regions(US, EU), dkim: true, mailFrom: "bounce" },
    outputs: { readyToSend: true },
  },
  {
    title: "in two regions that send differently",
    us: { dkim: EASY, mailFrom: { domain: BOUNCE } },
    eu: {},
    id: BOTH,
    there: { under: [TOKEN, EU_TOKEN], dkim: 3, mailFrom: { [BOUNCE]: MX() } },
    inputs: { identities: [{ region: US, dkim: true, mailFrom: "bounce" }, { region: EU }] },
  },
  { title: "in one of two regions", id: BOTH, inputs: { identities: regions(US) } },
  { title: "at the domain itself", there: { under: [], apex: [TOKEN] }, inputs: { placement: "apex" } },
  {
    title: "at both names",
    eu: {},
    id: BOTH,
    there: { under: [TOKEN], apex: [EU_TOKEN] },
    inputs: { identities: regions(US, EU), placement: "split" },
  },
  {
    title: "at both names, the other way round",
    eu: {},
    id: BOTH,
    there: { under: [EU_TOKEN], apex: [TOKEN] },
    inputs: { identities: regions(EU, US), placement: "split" },
  },
  {
    title: "without its record",
    there: { under: [] },
    inputs: {},
    steps: ["register", `publish ${US} ${NAME}`, "wait"],
    outputs: { records: [] },
  },
  {
    title: "that SES has not verified",
    us: { status: "Pending" },
    inputs: { wait: false },
    outputs: { verified: false },
  },
  {
    title: "that SES has given up",
    us: { status: "Failed" },
    inputs: {},
    steps: ["register", `request ${US}`, "wait"],
  },
  {
    title: "whose DKIM SES has given up",
    us: { dkim: { ...EASY, status: "Failed" } },
    there: { dkim: 3 },
    inputs: { dkim: "keep" },
  },
  {
    title: "whose MAIL FROM SES has not seen yet",
    us: { mailFrom: { domain: BOUNCE, status: "Pending", held: true } },
    there: { mailFrom: { [BOUNCE]: MX() } },
    inputs: { mailFrom: "bounce", wait: "verified" },
  },
  {
    title: "whose MAIL FROM SES has given up",
    us: { mailFrom: { domain: BOUNCE, status: "Failed" } },
    there: { mailFrom: { [BOUNCE]: MX() } },
    inputs: {},
  },
];

/** What `pulumi import` finds, without the engine. */
describe("importing", () => {
  let world: DomainWorld;
  let zone: ZoneRecords;
  beforeEach(async () => {
    world = await openDomainWorld({ accounts: [{ id: ACCOUNT }, { id: OTHER_ACCOUNT }] });
    zone = recordsOf(world.emulator, DOMAIN);
  });
  afterEach(() => world.close());

  const ses = () => world.emulator.cloud.ses;
  const inject = (region: string, more: Partial<IdentityInit> = {}) =>
    ses().inject([{ accountId: ACCOUNT, region, name: DOMAIN, token: region === US ? TOKEN : EU_TOKEN, ...more }]);
  const publish = ({ under = [TOKEN], apex = [], dkim = 0, mailFrom = {}, spf = SPF }: Records, ttl = 300) => {
    const values = (texts: readonly string[]) => texts.map((text) => text);
    world.setValues(NAME, [OTHER_TEAM, ...values(under)], ttl);
    world.setValues(DOMAIN, [SPF, ...apex.map((text) => `amazonses:${text}`)], ttl);
    for (const { region, accountId } of ses().identities()) {
      const { tokens, zone: at } = ses().dkim({ accountId, region }, DOMAIN);
      for (const token of tokens.slice(0, dkim)) zone.put(`${token}._domainkey.${DOMAIN}`, "CNAME", `${token}.${at}.`);
    }
    for (const [name, mx] of Object.entries(mailFrom)) {
      zone.put(name, "MX", mx);
      zone.put(name, "TXT", `"${spf}"`);
    }
  };
  const snapshot = () =>
    JSON.stringify([
      zone.dump(),
      ses()
        .identities()
        .map(({ name, region, status, tags, generation }) => [name, region, status, [...tags], generation]),
    ]);
  /** All of SES but statuses and tags: SES looks while time passes. */
  const sendingSettings = () =>
    ses()
      .identities()
      .map((one) => [
        one.region,
        one.token,
        one.generation,
        ses().dkim(one, DOMAIN).signingEnabled,
        one.mailFrom?.domain,
        one.mailFrom?.onMxFailure,
        one.configurationSet,
      ]);
  /** Imports, and holds that nothing was changed. */
  const imported = async (id: string, settings: Parameters<DomainWorld["run"]>[0] = {}): Promise<Imported> => {
    const before = snapshot();
    const found = await world.run(settings).adopt(id);
    assert.equal(snapshot(), before);
    assert.ok(found);
    assert.deepEqual(found.failures, []);
    return found;
  };
  const verificationsOf = ({ outputs }: Imported) => outputs.verifications as readonly Props[];

  describe("a VerifiedDomain", () => {
    for (const { title, us = {}, eu, there = {}, id = DOMAIN, inputs, steps = ["register"], outputs = {} } of CASES) {
      it(title, async () => {
        inject(US, us);
        if (eu !== undefined) inject(EU, eu);
        publish(there);
        // A moment passes on the way, and SES would look.
        if (us.status === "Pending") ses().setStatus(ACCOUNT, US, DOMAIN, "Pending", { held: true });
        const found = await imported(id);
        assert.deepEqual(found.inputs, { domain: DOMAIN, dns: ROUTE53, ...inputs });
        assert.deepEqual(found.steps, steps);
        assert.equal(found.id, DOMAIN);
        for (const [name, value] of Object.entries(outputs)) assert.deepEqual(found.outputs[name], value, name);
        for (const one of verificationsOf(found)) assert.equal(one.adopted, true);
        if (steps.length > 1) return;
        const [records, settings] = [zone.dump(), sendingSettings()];
        const up = await world.run().up({ ...found.inputs, __preview: false }, found);
        assert.equal(up.failed, undefined);
        const next = await world.run().diff(up.outputs, up.inputs);
        assert.deepEqual([next.changes, next.replaces], [false, []]);
        assert.deepEqual([zone.dump(), sendingSettings()], [records, settings]);
      });
    }

    it("is clean after the one update that registers, and its destroy leaves all of it", async () => {
      inject(US, { dkim: EASY, mailFrom: { domain: BOUNCE } });
      publish({ dkim: 3, mailFrom: { [BOUNCE]: MX() } });
      const records = zone.dump();
      const found = await imported(DOMAIN);
      const up = await world.run().up({ ...found.inputs, __preview: false }, found);
      assert.equal(up.failed, undefined);
      assert.deepEqual((await world.run().diff(up.outputs, up.inputs)).changes, false);
      assert.deepEqual({ ...up.outputs, __mark: undefined }, { ...found.outputs, __mark: undefined });
      await world.run().destroy(up);
      assert.deepEqual(zone.dump(), records);
      assert.equal(ses().identity(ACCOUNT, US, DOMAIN)?.status, "Success");
    });

    it("keeps the values of others, and the TTL of the set", async () => {
      inject(US);
      publish({}, 1800);
      const { inputs, outputs } = await imported(DOMAIN);
      assert.equal(inputs.ttl, 1800);
      assert.deepEqual(outputs.records, [
        { name: NAME, type: "TXT", ttl: 1800, values: [TOKEN], purpose: "verification", identity: US, owned: false },
      ]);
    });

    it("takes the mark of its own URN, and whose it is, from the tags", async () => {
      inject(US);
      inject(EU);
      publish({ under: [TOKEN, EU_TOKEN] });
      const { user } = userOf(`urn:pulumi:test::demo::pulumi-nodejs:dynamic/sesdomain:VerifiedDomain::mail`);
      const other = { urnHash: "f".repeat(16), label: "demo/other/mail" };
      const tagged = (region: string, ...tags: readonly { readonly Key: string; readonly Value: string }[]) =>
        ses().setTags({ accountId: ACCOUNT, region }, DOMAIN, new Map(tags.map(({ Key, Value }) => [Key, Value])));
      const mark = (name: typeof user, state: "creating" | "settled" | "leaving" = "settled", own = "a1") =>
        userTag({ ...name, mark: own.repeat(8), state });
      const cases = [
        { us: [madeTag(user), mark(user)], mark: "a1".repeat(8), adopted: [false, true], steps: [], unmarked: 1 },
        { us: [madeTag(other), mark(other)], mark: undefined, adopted: [false, true], steps: ["register"] },
        { us: [mark(user)], eu: [mark(user)], mark: "a1".repeat(8), adopted: [true, true], steps: [] },
        { us: [mark(user, "leaving")], mark: undefined, adopted: [true, true], steps: ["register"] },
        {
          us: [mark(user, "creating", "b2"), mark(user)],
          eu: [mark(user)],
          mark: "a1".repeat(8),
          adopted: [true, true],
          steps: [],
        },
      ];
      for (const one of cases) {
        tagged(US, ...one.us);
        tagged(EU, ...(one.eu ?? []));
        const found = await imported(BOTH);
        assert.deepEqual(
          [found.outputs.__mark, verificationsOf(found).map(({ adopted }) => adopted), found.steps],
          [one.mark, one.adopted, one.steps],
        );
        assert.equal(((found.outputs.__unmarked ?? []) as readonly string[]).length, one.unmarked ?? 0);
      }
    });

    it("has what other tools set of an identity that is its own only", async () => {
      ses().configurationSets.create({ accountId: ACCOUNT, region: US }, "news");
      inject(US, { configurationSet: "news", feedbackForwarding: false });
      publish({});
      assert.deepEqual((await imported(DOMAIN)).inputs, { domain: DOMAIN, dns: ROUTE53 });
      const { Key, Value } = madeTag({ urnHash: "f".repeat(16), label: "demo/other/mail" });
      ses().setTags({ accountId: ACCOUNT, region: US }, DOMAIN, new Map([[Key, Value]]));
      const found = await imported(DOMAIN);
      const sets = { configurationSet: "news", feedbackForwarding: false };
      assert.deepEqual([found.inputs, found.steps], [{ domain: DOMAIN, dns: ROUTE53, ...sets }, ["register"]]);
    });

    it("whose tags may not be read is only used", async () => {
      inject(US);
      publish({});
      world.emulator.faults.http({ action: "ListTagsForResource" }, { kind: "deny" });
      const found = await imported(DOMAIN);
      assert.deepEqual([verificationsOf(found)[0]?.adopted, found.steps], [true, ["register"]]);
    });

    it("is at the host that the delegation leads to, and else by hand", async () => {
      inject(US);
      publish({});
      const cloudflare = await world.emulator.addZone({ name: DOMAIN, account: "cloudflare", delegated: false });
      world.emulator.cloudflare.tokens.add({ token: "a-token-of-one-zone", account: "cloudflare", zones: [DOMAIN] });
      const config = {
        "cloudflare:apiToken": "a-token-of-one-zone",
        "cloudflare:baseUrl": world.emulator.env.CLOUDFLARE_BASE_URL ?? "",
      };
      assert.deepEqual((await imported(DOMAIN, { config })).inputs.dns, ROUTE53);
      world.emulator.zones.change(cloudflare.id, [
        { action: "put", set: { name: NAME, type: "TXT", ttl: 300, values: [`"${TOKEN}"`] } },
      ]);
      world.emulator.zones.delegate(cloudflare.id, true);
      await world.emulator.zones.settled();
      await world.emulator.clock.advance(600_000);
      const moved = await imported(DOMAIN, { config });
      assert.deepEqual([moved.inputs.dns, moved.steps], [{ kind: "cloudflare" }, ["register"]]);
      const byHand = await imported(DOMAIN);
      assert.deepEqual([byHand.inputs, byHand.steps], [{ domain: DOMAIN, dns: { kind: "manual" } }, ["register"]]);
    });

    it("is at its host by the values there, where DNS is silent", async () => {
      inject(US);
      publish({});
      world.emulator.faults.dns("*", { silent: "both", onTheWay: true });
      const found = await imported(DOMAIN);
      assert.deepEqual([found.inputs.dns, found.steps], [ROUTE53, ["register"]]);
      world.emulator.faults.http({ service: "route53" }, { kind: "deny" });
      await assert.rejects(world.run().adopt(DOMAIN), SesDomainError);
    });

    it("that is in none of the regions is not there", async () => {
      assert.equal(await world.run().adopt(DOMAIN), undefined);
      inject(US);
      assert.equal(await world.run().adopt(`${DOMAIN}/${EU}`), undefined);
    });

    it("of which a part cannot be learned is not imported", async () => {
      inject(US);
      publish({});
      for (const action of [
        "GetIdentityVerificationAttributes",
        "GetEmailIdentity",
        "ListTagsForResource",
        "GetHostedZone",
      ]) {
        const fault = world.emulator.faults.http({ action }, { kind: "error", status: 500, code: "InternalFailure" });
        await assert.rejects(world.run({ silenceMs: 200 }).adopt(DOMAIN), SesDomainError, action);
        fault.off();
      }
      world.emulator.faults.http({ action: "GetEmailIdentity" }, { kind: "deny" });
      await assert.rejects(world.run().adopt(DOMAIN), { code: "permission-missing" });
      world.emulator.faults.clear();
      const config = { "aws:allowedAccountIds": JSON.stringify([OTHER_ACCOUNT]) };
      await assert.rejects(world.run({ config }).adopt(DOMAIN), { code: "account-forbidden" });
    });

    const SES_EXAMPLE = [
      DOMAIN.toUpperCase(),
      `${DOMAIN}.`,
      ` ${DOMAIN} `,
      `${DOMAIN}/ ${US}`,
      `${DOMAIN.toUpperCase()}./${US}`,
    ];
    for (const id of SES_EXAMPLE) {
      it(`reads the id ${JSON.stringify(id)}`, async () => {
        inject(US);
        publish({});
        const found = await imported(id);
        assert.deepEqual([found.id, found.inputs.domain], [DOMAIN, DOMAIN]);
      });
    }
  });

  it("a DomainIdentity has no host, and all records that are to be published", async () => {
    inject(US, { dkim: EASY });
    publish({ under: [], apex: [TOKEN] }, 600);
    const found = await imported(DOMAIN, { kind: "DomainIdentity" });
    assert.deepEqual(found.inputs, { domain: DOMAIN, placement: "apex", ttl: 600, dkim: true });
    assert.deepEqual(found.steps, ["register"]);
    assert.equal((found.outputs.records as readonly unknown[]).length, 4);
  });

  it("a VerifiedEmailAddress", async () => {
    const name = "Sales/EU@elsewhere-example.com";
    for (const region of [US, EU]) ses().inject([{ accountId: ACCOUNT, region, name, status: "Success" }]);
    const kind = "VerifiedEmailAddress";
    const one = await imported(name, { kind });
    assert.deepEqual([one.id, one.inputs, one.steps], [name, { address: name }, ["register"]]);
    const both = await imported(`${name}/${US},${EU}`, { kind });
    assert.deepEqual(
      [both.inputs, both.steps, both.outputs.verified],
      [{ address: name, identities: regions(US, EU) }, ["register"], true],
    );
    assert.equal(ses().mails.length, 0);
    const up = await world.run({ kind }).up({ ...both.inputs, __preview: false }, both);
    assert.equal((await world.run({ kind }).diff(up.outputs, up.inputs)).changes, false);
    await world.run({ kind }).destroy(up);
    assert.equal(ses().identities().length, 2);
  });

  it("a VerifiedEmailAddress that is not confirmed sends no second mail", async () => {
    const name = "news@elsewhere-example.com";
    ses().inject([{ accountId: ACCOUNT, region: US, name, status: "Pending" }]);
    const found = await imported(name, { kind: "VerifiedEmailAddress" });
    assert.deepEqual([found.steps, found.outputs.verified, ses().mails.length], [["register"], false, 0]);
  });

  it("a DomainVerification is nothing to import", async () => {
    await assert.rejects(world.run({ kind: "DomainVerification" }).adopt(DOMAIN), { code: "import-unsupported" });
  });

  const MANY = Array.from({ length: 41 }, (_, index) => `us-east-${index + 1}`).join(",");
  const HOSTILE = {
    VerifiedDomain: [
      "",
      " ",
      "/",
      `/${US}`,
      `${DOMAIN}/`,
      `${DOMAIN}//${US}`,
      `${DOMAIN}/${US}/${EU}`,
      `${DOMAIN}/${US},`,
    ],
    DomainIdentity: [
      `${DOMAIN}/us-est-1`,
      `${DOMAIN}/us-east-1a`,
      `${DOMAIN}/${US},${US}`,
      `${DOMAIN}/${MANY}`,
      `${DOMAIN}/europe-west-1`,
    ],
    VerifiedEmailAddress: [
      "",
      DOMAIN,
      `${DOMAIN}/${US}`,
      "a b@example.com",
      "@example.com",
      "news@",
      `n@example.com/`,
      `n@example.com/${US}/${EU}`,
    ],
  } as const;
  for (const [kind, ids] of Object.entries(HOSTILE)) {
    const arn = `arn:aws:ses:${US}:${ACCOUNT}:identity/${kind === "VerifiedEmailAddress" ? "a@example.com" : DOMAIN}`;
    const wrong =
      kind === "VerifiedEmailAddress"
        ? []
        : [
            "news@example.com",
            `news@example.com/${US}`,
            "https://example.com/",
            "com",
            "a..b",
            "192.0.2.1",
            "x".repeat(100_000),
            "a\nb.example.com",
          ];
    for (const id of [...ids, ...wrong, arn, "arn:aws:s3:::bucket"]) {
      it(`refuses ${JSON.stringify(id.slice(0, 60))} as a ${kind}`, async () => {
        const refused = await world
          .run({ kind: kind as keyof typeof HOSTILE })
          .adopt(id)
          .then(
            () => undefined,
            (error: unknown) => error,
          );
        assert.ok(refused instanceof SesDomainError);
        assert.equal(refused.code, "import-id-invalid");
        assert.ok(refused.hint);
        assert.ok(refused.message.length < 1_000);
        assert.doesNotMatch(refused.message, /\n/);
        assert.deepEqual(world.emulator.requests.log(), []);
      });
    }
  }
});
