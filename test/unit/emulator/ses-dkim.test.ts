import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { GetIdentityVerificationAttributesCommand, SESClient } from "@aws-sdk/client-ses";
import {
  CreateEmailIdentityCommand,
  DeleteEmailIdentityCommand,
  type DkimSigningAttributes,
  GetEmailIdentityCommand,
  PutEmailIdentityDkimAttributesCommand,
  PutEmailIdentityDkimSigningAttributesCommand,
  SESv2Client,
} from "@aws-sdk/client-sesv2";
import { openEmulator } from "../../../emulator";
import { fqdn } from "../../../provider/core/fqdn";
import { askUdp } from "../../support/dns/client";
import { openSendingZone, type SendingZone } from "../../support/emulator/sending";
import { HOUR, openTestCloud, type TestCloud } from "./cloud-support";

const DOMAIN = "ses-example.com";
const ACCOUNT = "000000000000";
const REGION = "us-east-1";
const SCOPE = { accountId: ACCOUNT, region: REGION };
const DAY = 24 * HOUR;

describe("the emulator's SES: DKIM of API v2", () => {
  let cloud: TestCloud;
  let ses: SESv2Client;
  let zone: SendingZone;

  beforeEach(async () => {
    cloud = await openTestCloud();
    ses = new SESv2Client(cloud.client());
    zone = await openSendingZone(cloud, DOMAIN);
  });
  afterEach(() => cloud.close());

  const create = (attributes?: DkimSigningAttributes, domain = DOMAIN, client = ses) =>
    client.send(
      new CreateEmailIdentityCommand({
        EmailIdentity: domain,
        ...(attributes && { DkimSigningAttributes: attributes }),
      }),
    );
  const get = () => ses.send(new GetEmailIdentityCommand({ EmailIdentity: DOMAIN }));
  const dkim = async () => (await get()).DkimAttributes;
  const put = (SigningAttributesOrigin: string, SigningAttributes?: DkimSigningAttributes) =>
    ses.send(
      new PutEmailIdentityDkimSigningAttributesCommand({
        EmailIdentity: DOMAIN,
        SigningAttributesOrigin: SigningAttributesOrigin as "AWS_SES",
        ...(SigningAttributes && { SigningAttributes }),
      }),
    );
  const publish = async () => {
    const { Tokens = [], SigningHostedZone = "" } = (await dkim()) ?? {};
    zone.publishDkim(Tokens, SigningHostedZone);
    return Tokens.map((token) => `${token}._domainkey.${DOMAIN}`);
  };
  const turn = (ms: number) => cloud.ground.clock.advance(ms);
  const statuses = async () => {
    const { DkimAttributes, VerificationStatus, VerifiedForSendingStatus } = await get();
    return [DkimAttributes?.Status, VerificationStatus, VerifiedForSendingStatus];
  };
  const mailKinds = () => cloud.ses.mails.map(({ kind }) => kind);
  const bad = { name: "BadRequestException" };

  it("begins with Easy DKIM: NOT_STARTED in the answer, PENDING after it, the tokens in both", async () => {
    const made = await create();
    assert.equal(made.IdentityType, "DOMAIN");
    assert.equal(made.VerifiedForSendingStatus, false);
    const first = made.DkimAttributes;
    assert.equal(first?.Status, "NOT_STARTED");
    assert.equal(first?.Tokens?.length, 3);
    for (const token of first?.Tokens ?? []) assert.match(token, /^[a-z0-9]{32}$/);
    assert.deepEqual(await dkim(), {
      ...first,
      SigningEnabled: true,
      Status: "PENDING",
      SigningHostedZone: "dkim.amazonses.com",
      SigningAttributesOrigin: "AWS_SES",
      NextSigningKeyLength: "RSA_2048_BIT",
      CurrentSigningKeyLength: "RSA_2048_BIT",
      LastKeyGenerationTimestamp: new Date(cloud.ground.clock.now()),
    });
    assert.deepEqual(await statuses(), ["PENDING", "PENDING", false]);
  });

  it("verifies the domain by its CNAMEs alone, without a TXT token", async () => {
    await create();
    await turn(10_000);
    assert.equal((await get()).VerificationInfo?.ErrorType, "HOST_NOT_FOUND");
    await publish();
    await turn(4000);
    assert.deepEqual(await statuses(), ["SUCCESS", "SUCCESS", true]);
    assert.deepEqual(mailKinds(), ["dkim-success"]);
    const v1 = new SESClient(cloud.client());
    const read = await v1.send(new GetIdentityVerificationAttributesCommand({ Identities: [DOMAIN] }));
    assert.deepEqual(read.VerificationAttributes?.[DOMAIN], { VerificationStatus: "Success" });
    const info = (await get()).VerificationInfo;
    assert.equal(info?.ErrorType, undefined);
    assert.ok(info?.LastSuccessTimestamp);
  });

  it("puts a key behind the first token only", async () => {
    const { Tokens = [], SigningHostedZone } = (await create()).DkimAttributes ?? {};
    const keys = await Promise.all(
      Tokens.map((token) => cloud.ground.resolve(fqdn(`${token}.${SigningHostedZone}`), "TXT")),
    );
    assert.deepEqual(
      keys.map(({ rcode, records }) => [rcode, records.length]),
      [
        ["NOERROR", 1],
        ["NXDOMAIN", 0],
        ["NXDOMAIN", 0],
      ],
    );
    const [record] = keys[0]?.records ?? [];
    const text = record?.type === "TXT" ? record.strings.join("") : "";
    assert.match(text, /^p=MIIB[A-Za-z0-9+/]{380,}=*$/);
    const spf = await cloud.ground.resolve(fqdn("amazonses.com"), "TXT");
    assert.match(JSON.stringify(spf.records), /v=spf1/);
    await ses.send(new DeleteEmailIdentityCommand({ EmailIdentity: DOMAIN }));
    const gone = await cloud.ground.resolve(fqdn(`${Tokens[0]}.${SigningHostedZone}`), "TXT");
    assert.equal(gone.rcode, "NXDOMAIN");
  });

  it("serves the key at a name server of its own, which listens when the call returns", async () => {
    const emulator = await openEmulator({ clock: { mode: "manual" } });
    try {
      const client = new SESv2Client({
        endpoint: emulator.cloud.url,
        region: REGION,
        credentials: emulator.cloud.credentials(),
      });
      const { Tokens = [], SigningHostedZone } = (await create(undefined, DOMAIN, client)).DkimAttributes ?? {};
      const [server] = emulator.zones.named(fqdn("amazonses.com"))?.servers ?? [];
      const address = server?.addresses[0] ?? "";
      const name = `${Tokens[0]}.${SigningHostedZone}`;
      const reply = await askUdp({ address, port: emulator.dns.port, name, type: "TXT" });
      assert.deepEqual([reply?.rcode, reply?.authoritative, reply?.answers[0]?.type], ["NOERROR", true, "TXT"]);
      const fault = emulator.faults.dns("ns1.amazonses.com", { lame: "SERVFAIL" });
      assert.equal((await emulator.resolve(fqdn(name), "TXT")).rcode, "SERVFAIL");
      fault.off();
    } finally {
      await emulator.close();
    }
  });

  for (const [what, spoil, reason] of [
    ["one is missing", (name: string) => zone.remove(name, "CNAME"), "HOST_NOT_FOUND"],
    ["one has another type", (name: string) => replace(name, "A", "192.0.2.1"), "TYPE_NOT_FOUND"],
    ["one has another target", (name: string) => replace(name, "CNAME", "x.dkim.amazonses.com."), "INVALID_VALUE"],
    [
      "one has the target of another zone",
      (name: string) => retarget(name, "dkim.eu-south-1.amazonses.com"),
      "INVALID_VALUE",
    ],
    ["one has the key itself", (name: string) => replace(name, "TXT", '"p=abc"'), "INVALID_VALUE"],
  ] as const) {
    it(`stays PENDING while ${what}, and says why`, async () => {
      await create();
      const names = await publish();
      for (const name of names) {
        await publish();
        spoil(name);
        await cloud.ses.checkNow();
        assert.deepEqual(
          [(await dkim())?.Status, (await get()).VerificationInfo?.ErrorType],
          ["PENDING", reason],
          name,
        );
        for (const type of ["A", "TXT"]) zone.remove(name, type);
      }
    });
  }
  const replace = (name: string, type: string, value: string) => {
    zone.remove(name, "CNAME");
    zone.put(name, type, value);
  };
  const retarget = (name: string, other: string) => replace(name, "CNAME", `${name.split(".")[0]}.${other}.`);

  it("does not see a CNAME behind which TXT is SERVFAIL, as it asks for TXT", async () => {
    await create();
    const [name = ""] = await publish();
    const fault = cloud.ground.faults.dns("*", { lame: "SERVFAIL", only: "TXT", within: name });
    await cloud.ses.checkNow();
    assert.deepEqual(
      [(await dkim())?.Status, (await get()).VerificationInfo?.ErrorType],
      ["PENDING", "DNS_SERVER_ERROR"],
    );
    assert.equal((await cloud.ground.resolve(fqdn(name), "CNAME")).records.length, 1);
    fault.off();
    await cloud.ses.checkNow();
    assert.equal((await dkim())?.Status, "SUCCESS");
  });

  it("fails after 72 hours, with the domain that nothing else proves", async () => {
    await create();
    await turn(72 * HOUR - 1000);
    assert.deepEqual(await statuses(), ["PENDING", "PENDING", false]);
    await turn(1000);
    assert.deepEqual(await statuses(), ["FAILED", "FAILED", false]);
    assert.deepEqual(mailKinds(), ["dkim-failure"]);
    await publish();
    await turn(30 * DAY);
    assert.deepEqual(await statuses(), ["FAILED", "FAILED", false]);
  });

  it("is TEMPORARY_FAILURE at once where a record is gone, five days later FAILED", async () => {
    await create();
    const [name = ""] = await publish();
    await turn(4000);
    assert.ok(cloud.ses.signingKey(SCOPE, DOMAIN));
    zone.remove(name, "CNAME");
    await turn(DAY);
    assert.deepEqual(await statuses(), ["TEMPORARY_FAILURE", "SUCCESS", true]);
    assert.equal(cloud.ses.signingKey(SCOPE, DOMAIN), undefined);
    await turn(5 * DAY - HOUR);
    assert.equal((await dkim())?.Status, "TEMPORARY_FAILURE");
    await turn(2 * HOUR);
    assert.deepEqual(await statuses(), ["FAILED", "FAILED", false]);
    assert.deepEqual(mailKinds(), ["dkim-success", "dkim-revocation-pending", "dkim-revocation"]);
  });

  it("signs again where the record is back in time", async () => {
    await create();
    const [name = ""] = await publish();
    await turn(4000);
    zone.remove(name, "CNAME");
    await turn(2 * DAY);
    await publish();
    await turn(2 * HOUR);
    assert.deepEqual(await statuses(), ["SUCCESS", "SUCCESS", true]);
    assert.ok(cloud.ses.signingKey(SCOPE, DOMAIN));
    assert.equal(mailKinds().at(-1), "dkim-revocation-cancelled");
  });

  it("is never revoked for servers that do not answer", async () => {
    await create();
    await publish();
    await turn(4000);
    const fault = cloud.ground.faults.dns("*", { lame: "SERVFAIL", within: DOMAIN });
    await turn(30 * DAY);
    assert.equal((await dkim())?.Status, "TEMPORARY_FAILURE");
    fault.off();
    await turn(2 * HOUR);
    assert.deepEqual(await statuses(), ["SUCCESS", "SUCCESS", true]);
  });

  it("takes another length of the grace", async () => {
    await cloud.close();
    cloud = await openTestCloud({ ses: { schedule: { dkimGraceMs: HOUR } } });
    ses = new SESv2Client(cloud.client());
    zone = await openSendingZone(cloud, DOMAIN);
    await create();
    const [name = ""] = await publish();
    await turn(4000);
    zone.remove(name, "CNAME");
    await turn(DAY + 2 * HOUR);
    assert.equal((await dkim())?.Status, "FAILED");
  });

  it("keeps a domain verified by its TXT record, whatever becomes of DKIM", async () => {
    const token = cloud.ses.verifyDomain(SCOPE, DOMAIN);
    zone.put(`_amazonses.${DOMAIN}`, "TXT", `"${token}"`);
    await turn(4000);
    await put("AWS_SES");
    assert.deepEqual(await statuses(), ["PENDING", "SUCCESS", true]);
    await turn(73 * HOUR);
    assert.deepEqual(await statuses(), ["FAILED", "SUCCESS", true]);
    assert.equal((await get()).VerificationInfo?.ErrorType, "HOST_NOT_FOUND");
  });

  it("keeps a domain verified by DKIM, whatever becomes of its TXT record", async () => {
    await create();
    await publish();
    await turn(4000);
    cloud.ses.verifyDomain(SCOPE, DOMAIN);
    await turn(200 * HOUR);
    assert.deepEqual(await statuses(), ["SUCCESS", "SUCCESS", true]);
    assert.equal((await get()).VerificationInfo?.ErrorType, undefined);
  });

  it("switches signing, and leaves the status", async () => {
    await create();
    await publish();
    await turn(4000);
    const sign = (SigningEnabled: boolean) =>
      ses.send(new PutEmailIdentityDkimAttributesCommand({ EmailIdentity: DOMAIN, SigningEnabled }));
    await sign(false);
    assert.deepEqual([(await dkim())?.SigningEnabled, (await dkim())?.Status], [false, "SUCCESS"]);
    assert.equal(cloud.ses.signingKey(SCOPE, DOMAIN), undefined);
    await sign(true);
    assert.deepEqual([(await dkim())?.SigningEnabled, (await dkim())?.Status], [true, "SUCCESS"]);
    await ses.send(new PutEmailIdentityDkimAttributesCommand({ EmailIdentity: DOMAIN }));
    assert.equal((await dkim())?.SigningEnabled, false, "a flag that is left out is false");
  });

  it("changes the key length once in 24 hours, never to the same one, and the tokens with it", async () => {
    const { Tokens: before } = (await create({ NextSigningKeyLength: "RSA_1024_BIT" })).DkimAttributes ?? {};
    await publish();
    await turn(4000);
    await assert.rejects(put("AWS_SES", { NextSigningKeyLength: "RSA_1024_BIT" }), bad);
    assert.deepEqual(await statuses(), ["SUCCESS", "SUCCESS", true]);
    const answer = await put("AWS_SES", { NextSigningKeyLength: "RSA_2048_BIT" });
    assert.equal(answer.DkimStatus, "PENDING");
    assert.equal(answer.SigningHostedZone, "dkim.amazonses.com");
    assert.equal(answer.DkimTokens?.length, 3);
    assert.ok(answer.DkimTokens?.every((token) => !before?.includes(token)));
    const now = await dkim();
    assert.deepEqual(
      [now?.CurrentSigningKeyLength, now?.NextSigningKeyLength, now?.LastKeyGenerationTimestamp?.getTime()],
      ["RSA_1024_BIT", "RSA_2048_BIT", cloud.ground.clock.now()],
    );
    assert.deepEqual(await statuses(), ["PENDING", "SUCCESS", true]);
    await assert.rejects(put("AWS_SES", { NextSigningKeyLength: "RSA_1024_BIT" }), bad);
    await publish();
    await turn(DAY - 1);
    assert.equal((await dkim())?.CurrentSigningKeyLength, "RSA_2048_BIT");
    await assert.rejects(put("AWS_SES", { NextSigningKeyLength: "RSA_1024_BIT" }), bad);
    await turn(1);
    assert.deepEqual((await put("AWS_SES", { NextSigningKeyLength: "RSA_1024_BIT" })).DkimTokens, before);
  });

  it("begins again after FAILED with the same tokens, and is not disturbed before", async () => {
    const { Tokens } = (await create()).DkimAttributes ?? {};
    assert.deepEqual((await put("AWS_SES")).DkimTokens, Tokens);
    await publish();
    await turn(4000);
    assert.equal((await put("AWS_SES")).DkimStatus, "SUCCESS");
    cloud.ses.setDkimStatus(SCOPE, DOMAIN, "Failed");
    assert.deepEqual(await statuses(), ["FAILED", "FAILED", false]);
    const answer = await put("AWS_SES");
    assert.deepEqual([answer.DkimStatus, answer.DkimTokens], ["PENDING", Tokens]);
    assert.deepEqual(await statuses(), ["PENDING", "PENDING", false]);
    await turn(4000);
    assert.deepEqual(await statuses(), ["SUCCESS", "SUCCESS", true]);
  });

  it("gives the same tokens after a deletion, and others to other domains, accounts and regions", async () => {
    await cloud.close();
    cloud = await openTestCloud({ accounts: [{ id: ACCOUNT }, { id: "111111111111" }] });
    const tokens = async (domain: string, account: string, region: string) => {
      const client = new SESv2Client(cloud.client(account, region));
      const made = await create(undefined, domain, client);
      await client.send(new DeleteEmailIdentityCommand({ EmailIdentity: domain }));
      const again = await create(undefined, domain, client);
      assert.deepEqual(again.DkimAttributes?.Tokens, made.DkimAttributes?.Tokens);
      return made.DkimAttributes?.Tokens ?? [];
    };
    const all = [
      ...(await tokens(DOMAIN, ACCOUNT, REGION)),
      ...(await tokens(DOMAIN, ACCOUNT, "eu-west-1")),
      ...(await tokens(DOMAIN, "111111111111", REGION)),
      ...(await tokens("other-example.com", ACCOUNT, REGION)),
    ];
    assert.equal(new Set(all).size, 12);
  });

  it("signs with the published key, but for a domain made again where it is told to", async () => {
    const published = async () => {
      const { Tokens = [], SigningHostedZone } = (await dkim()) ?? {};
      const [record] = (await cloud.ground.resolve(fqdn(`${Tokens[0]}.${SigningHostedZone}`), "TXT")).records;
      return record?.type === "TXT" ? record.strings.join("").slice(2) : "";
    };
    const make = async () => {
      await create();
      await publish();
      await turn(4000);
    };
    cloud.ses.choices.recreatedKey = "another";
    await make();
    assert.equal(cloud.ses.signingKey(SCOPE, DOMAIN), await published());
    await ses.send(new DeleteEmailIdentityCommand({ EmailIdentity: DOMAIN }));
    await make();
    assert.equal((await dkim())?.Status, "SUCCESS");
    assert.notEqual(cloud.ses.signingKey(SCOPE, DOMAIN), await published());
    cloud.ses.choices.recreatedKey = "same";
    assert.equal(cloud.ses.signingKey(SCOPE, DOMAIN), await published());
  });

  it("names the zone of each region", async () => {
    const own = ["af-south-1", "eu-central-2", "me-central-1", "il-central-1", "us-gov-east-1"];
    for (const region of [...own, "us-east-1", "eu-west-1", "eu-central-1", "us-gov-west-1"]) {
      const scope = { accountId: ACCOUNT, region };
      cloud.ses.createForDkim(scope, DOMAIN);
      const { tokens, zone: named } = cloud.ses.dkim(scope, DOMAIN);
      assert.equal(named, own.includes(region) ? `dkim.${region}.amazonses.com` : "dkim.amazonses.com");
      assert.equal((await cloud.ground.resolve(fqdn(`${tokens[0]}.${named}`), "TXT")).records.length, 1);
    }
    cloud.sesRegions.add("eu-central-2");
    const made = await create(undefined, "other-example.com", new SESv2Client(cloud.client(ACCOUNT, "eu-central-2")));
    assert.equal(made.DkimAttributes?.SigningHostedZone, "dkim.eu-central-2.amazonses.com");
  });

  describe("with a key of the caller", () => {
    const pairOf = (modulusLength: number) => generateKeyPairSync("rsa", { modulusLength });
    const { privateKey, publicKey } = pairOf(1024);
    const base64 = (type: "pkcs1" | "pkcs8", key = privateKey) =>
      key.export({ format: "der", type }).toString("base64");
    const text = publicKey.export({ format: "der", type: "spki" }).toString("base64");
    const own = (type: "pkcs1" | "pkcs8" = "pkcs8") => ({
      DomainSigningSelector: "mine",
      DomainSigningPrivateKey: base64(type),
    });
    const NAME = `mine._domainkey.${DOMAIN}`;

    it("looks for its TXT record at the selector", async () => {
      await create(own());
      assert.deepEqual(await dkim(), {
        SigningEnabled: true,
        Status: "PENDING",
        Tokens: ["mine"],
        SigningAttributesOrigin: "EXTERNAL",
      });
      const reason = async () => {
        await cloud.ses.checkNow();
        return [(await dkim())?.Status, (await get()).VerificationInfo?.ErrorType];
      };
      assert.deepEqual(await reason(), ["PENDING", "HOST_NOT_FOUND"]);
      for (const values of [
        ['"p="'],
        ['"p=abc"'],
        [`"p=${text.slice(0, 200)}"`],
        [`"p=${text}"`, '"p=abc"'],
        ['"v=spf1 -all"'],
      ]) {
        zone.put(NAME, "TXT", ...values);
        assert.deepEqual(await reason(), ["PENDING", "INVALID_VALUE"], values.join());
      }
      zone.put(NAME, "TXT", `"v=DKIM1; k=rsa; " "p = ${text.slice(0, 100)} " "${text.slice(100)}"`, '"other"');
      assert.deepEqual(await reason(), ["SUCCESS", undefined]);
      assert.equal(cloud.ses.signingKey(SCOPE, DOMAIN), text);
      cloud.ses.choices.ownKeyTokens = "none";
      assert.deepEqual((await dkim())?.Tokens, []);
    });

    it("takes both forms of a key, and changes from and to Easy DKIM", async () => {
      const { Tokens } = (await create()).DkimAttributes ?? {};
      const answer = await put("EXTERNAL", own("pkcs1"));
      assert.deepEqual(
        [answer.DkimStatus, answer.DkimTokens, answer.SigningHostedZone],
        ["PENDING", ["mine"], undefined],
      );
      zone.put(NAME, "TXT", `"p=${text}"`);
      await turn(4000);
      assert.deepEqual(await statuses(), ["SUCCESS", "SUCCESS", true]);
      const back = await put("AWS_SES", { NextSigningKeyLength: "RSA_2048_BIT" });
      assert.deepEqual([back.DkimStatus, back.DkimTokens], ["PENDING", Tokens]);
    });

    it("refuses what is no such key, and half of it", async () => {
      const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
      const odd: readonly DkimSigningAttributes[] = [
        { DomainSigningSelector: "mine" },
        { DomainSigningPrivateKey: base64("pkcs8") },
        { ...own(), DomainSigningPrivateKey: "AAAA" },
        { ...own(), DomainSigningPrivateKey: "not base64!" },
        { ...own(), DomainSigningPrivateKey: base64("pkcs8", ec) },
        { ...own(), DomainSigningPrivateKey: base64("pkcs8", pairOf(512).privateKey) },
        { ...own(), DomainSigningPrivateKey: base64("pkcs8", pairOf(3072).privateKey) },
        { ...own(), DomainSigningSelector: "a.b" },
        { ...own(), DomainSigningSelector: "-a" },
        { ...own(), DomainSigningSelector: "a".repeat(64) },
        { ...own(), NextSigningKeyLength: "RSA_1024_BIT" },
        { NextSigningKeyLength: "RSA_4096_BIT" as "RSA_1024_BIT" },
        { DomainSigningAttributesOrigin: "AWS_SES" },
        { DomainSigningAttributesOrigin: "EXTERNAL" },
        { DomainSigningAttributesOrigin: "AWS_SES_eu" as "AWS_SES" },
        { ...own(), DomainSigningAttributesOrigin: "AWS_SES_EU_WEST_1" },
        { NextSigningKeyLength: "RSA_1024_BIT", DomainSigningAttributesOrigin: "AWS_SES_EU_WEST_1" },
      ];
      for (const attributes of odd)
        await assert.rejects(create(attributes), bad, JSON.stringify(attributes).slice(0, 99));
      assert.deepEqual(cloud.ses.identities(), []);
      await create();
      await assert.rejects(put("EXTERNAL"), bad);
      await assert.rejects(put("AWS_SES", own()), bad);
      await assert.rejects(put("AWS_SES_EU_WEST_1", { NextSigningKeyLength: "RSA_1024_BIT" }), bad);
      await assert.rejects(put("OTHER"), bad);
      await assert.rejects(put("AWS_SES", { DomainSigningAttributesOrigin: "AWS_SES_EU_WEST_1" }), bad);
      assert.equal((await dkim())?.SigningAttributesOrigin, "AWS_SES");
    });
  });

  it("refuses DKIM of an address, and of what is not there", async () => {
    const address = `me@${DOMAIN}`;
    const easy = { DkimSigningAttributes: { NextSigningKeyLength: "RSA_1024_BIT" as const } };
    await assert.rejects(ses.send(new CreateEmailIdentityCommand({ EmailIdentity: address, ...easy })), bad);
    await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: address }));
    const signing = new PutEmailIdentityDkimSigningAttributesCommand({
      EmailIdentity: address,
      SigningAttributesOrigin: "AWS_SES",
    });
    await assert.rejects(ses.send(signing), bad);
    const enable = new PutEmailIdentityDkimAttributesCommand({ EmailIdentity: address, SigningEnabled: true });
    await assert.rejects(ses.send(enable), bad);
    await assert.rejects(put("AWS_SES"), { name: "NotFoundException" });
    await create();
    await ses.send(enable);
    const read = await ses.send(new GetEmailIdentityCommand({ EmailIdentity: address }));
    assert.deepEqual(read.DkimAttributes?.Tokens, (await dkim())?.Tokens);
  });

  it("forces a status of DKIM, held until the next look where that is asked for", async () => {
    await create();
    await publish();
    cloud.ses.setDkimStatus(SCOPE, DOMAIN, "Pending", { held: true });
    await turn(DAY);
    assert.equal((await dkim())?.Status, "PENDING");
    await cloud.ses.checkNow();
    assert.equal((await dkim())?.Status, "SUCCESS");
    cloud.ses.setDkimStatus(SCOPE, DOMAIN, "TemporaryFailure");
    assert.deepEqual(await statuses(), ["TEMPORARY_FAILURE", "SUCCESS", true]);
    await turn(2 * HOUR);
    assert.equal((await dkim())?.Status, "SUCCESS");
    cloud.ses.verifyDomain(SCOPE, "txt-example.com");
    assert.throws(() => cloud.ses.setDkimStatus(SCOPE, "txt-example.com", "Failed"), RangeError);
  });

  it("gives a TXT token with the identity where it is told to", async () => {
    cloud.ses.choices.tokenWithDkim = "given";
    await create();
    const token = cloud.ses.identity(ACCOUNT, REGION, DOMAIN)?.token;
    assert.ok(token);
    zone.put(`_amazonses.${DOMAIN}`, "TXT", `"${token}"`);
    await turn(4000);
    assert.deepEqual(await statuses(), ["PENDING", "SUCCESS", true]);
    assert.equal(cloud.ses.verifyDomain(SCOPE, DOMAIN), token);
  });
});
