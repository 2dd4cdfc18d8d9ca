import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { SesChoices } from "../../emulator/ses/choices";
import { IAM_ACTIONS } from "../../provider/aws/permissions";
import { SesError } from "../../provider/core/errors";
import { type Fqdn, fqdn } from "../../provider/core/fqdn";
import type { SesPort } from "../../provider/ses/port";
import { MADE_TAG, USER_PREFIX } from "../../provider/ses/register";
import { openSes } from "../../provider/ses/ses";
import { type AwsCloud, openAwsCloud } from "../support/aws/cloud";

const ACCOUNT = "111111111111";
const REGION = "us-east-1";
const scope = { accountId: ACCOUNT, region: REGION };
const domain = fqdn("ses-example.com");
const from = fqdn("bounce.ses-example.com");
const user = {
  mark: "0123456789abcdef",
  state: "creating",
  urnHash: "fedcba9876543210",
  label: "mail/prod/site",
} as const;
const OUR_TAGS = [`${USER_PREFIX}${user.mark}`, MADE_TAG];

describe("SES, of what a domain needs to send", () => {
  let cloud: AwsCloud;
  let ses: SesPort;
  const start = async (choices: Partial<SesChoices> = {}) => {
    cloud = await openAwsCloud({ accounts: [{ id: ACCOUNT }], ses: { choices } });
    ses = openSes(cloud.aws().session());
  };
  const restart = async (choices: Partial<SesChoices>) => {
    await cloud.close();
    await start(choices);
  };
  const seenActions = new Set<string>();
  beforeEach(() => start());
  afterEach(async () => {
    for (const action of Object.keys(cloud.counts())) seenActions.add(action);
    await cloud.close();
  });
  const ctx = () => cloud.ctx();
  const calls = (action: string) => cloud.counts()[`ses:${action}`] ?? 0;
  const tags = () => [...(cloud.ses.tags(scope, domain)?.keys() ?? [])];
  const inject = (more: object = {}, name: string = domain) => cloud.ses.inject([{ ...scope, name, ...more }]);
  const failure = async (run: Promise<unknown>): Promise<SesError> => {
    const error = await run.then(
      (value) => assert.fail(`it succeeded: ${inspect(value)}`),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof SesError, inspect(error));
    return error;
  };

  describe("creates an identity", () => {
    it("with DKIM and its tags in one call, and no TXT token", async () => {
      assert.equal(await ses.create(domain, { user }, ctx()), "made");
      assert.deepEqual(tags(), OUR_TAGS);
      assert.deepEqual([calls("CreateEmailIdentity"), calls("TagResource")], [1, 0]);
      const { made, users } = Object(await ses.register(domain, ctx()));
      assert.deepEqual({ made, users }, { made: true, users: [user] });
      assert.equal((await ses.status(domain, ctx()))?.token, undefined);
      const dkim = await ses.dkim(domain, ctx());
      assert.deepEqual([dkim?.status, dkim?.signing, dkim?.tokens.length], ["Pending", true, 3]);
    });

    it("with the key length and the configuration set that are given, else with SES's own", async () => {
      cloud.ses.configurationSets.create(scope, "main");
      assert.equal(await ses.create(domain, { user, keyLength: 1024, configurationSet: "main" }, ctx()), "made");
      const short = await ses.details(domain, ctx());
      assert.ok(typeof short === "object");
      assert.deepEqual([short.dkim.nextKeyLength, short.configurationSet], [1024, "main"]);
      const other = fqdn("other-example.com");
      await ses.create(other, { user }, ctx());
      const plain = await ses.details(other, ctx());
      assert.ok(typeof plain === "object");
      assert.deepEqual([plain.dkim.nextKeyLength, plain.configurationSet], [2048, undefined]);
    });

    it("not where SES had it, also where the answer of the first try was lost", async () => {
      inject();
      assert.equal(await ses.create(domain, { user }, ctx()), "exists");
      assert.deepEqual(tags(), []);
      cloud.ses.remove(scope, domain);
      cloud.ground.faults.http({ action: "CreateEmailIdentity" }, { kind: "cut-after", times: 1 });
      assert.equal(await ses.create(domain, { user }, ctx()), "exists");
      assert.deepEqual(tags(), OUR_TAGS);
    });

    it("without tags where the credentials may not tag", async () => {
      cloud.accounts.deny(ACCOUNT, "ses:TagResource");
      assert.equal(await ses.create(domain, { user, keyLength: 1024 }, ctx()), "untagged");
      assert.deepEqual(tags(), []);
      assert.equal(calls("CreateEmailIdentity"), 2);
      assert.equal(cloud.ses.dkim(scope, domain).tokens.length, 3);
      // A second one loses the race between both tries.
      assert.equal(await ses.create(domain, { user }, ctx()), "exists");
    });

    for (const [message, outcome] of [
      ["User is not authorized to perform: ses:CreateEmailIdentity: aws:RequestTag/team is required", "untagged"],
      ["Tagging is denied by a service control policy", "untagged"],
      ["User is not authorized to perform: ses:CreateEmailIdentity on resource: arn:aws:ses:x:1:identity/tag", "none"],
    ] as const) {
      it(`${outcome} where the denial says "${message}"`, async () => {
        const denial = { kind: "error", code: "AccessDeniedException", status: 403, message, times: 1 } as const;
        cloud.ground.faults.http({ action: "CreateEmailIdentity" }, denial);
        const made = ses.create(domain, { user }, ctx());
        if (outcome === "untagged") assert.equal(await made, outcome);
        else assert.equal((await failure(made)).code, "permission-missing");
        assert.equal(calls("CreateEmailIdentity"), outcome === "untagged" ? 2 : 1);
      });
    }

    it("not with a configuration set that SES does not have, and not with its limit reached", async () => {
      const unknown = await failure(ses.create(domain, { user, configurationSet: "none" }, ctx()));
      assert.equal(unknown.code, "ses-refused");
      const full = { kind: "error", code: "LimitExceededException", status: 400, times: 1 } as const;
      cloud.ground.faults.http({ action: "CreateEmailIdentity" }, full);
      assert.equal((await failure(ses.create(domain, { user }, ctx()))).code, "ses-refused");
      assert.equal(cloud.ses.identity(ACCOUNT, REGION, domain), undefined);
    });

    it("again after a change at the same time, which SES calls an error of its own", async () => {
      const busy = { kind: "error", code: "ConcurrentModificationException", status: 500, times: 2 } as const;
      cloud.ground.faults.http({ action: "CreateEmailIdentity" }, busy);
      assert.equal(await ses.create(domain, { user }, ctx()), "made");
      assert.equal(calls("CreateEmailIdentity"), 3);
    });
  });

  describe("reads DKIM and MAIL FROM", () => {
    const statuses = ["Pending", "Success", "Failed", "TemporaryFailure", "NotStarted"] as const;

    it("with each status", async () => {
      for (const status of statuses) {
        const name = `${status}.example`;
        inject({ dkim: { status, held: true } }, name);
        assert.equal((await ses.dkim(fqdn(name), ctx()))?.status, status);
        if (status === "NotStarted") continue;
        const mine = `${status}-from.example`;
        inject({ mailFrom: { domain: `Bounce.${mine}`, status, onMxFailure: "reject", held: true } }, mine);
        const seen = { domain: fqdn(`bounce.${mine}`), status, onMxFailure: "reject" };
        assert.deepEqual(await ses.mailFrom(fqdn(mine), ctx()), seen);
        const details = await ses.details(fqdn(mine), ctx());
        assert.deepEqual(typeof details === "object" && details.mailFrom, seen);
      }
    });

    it("where there is none, and where there is no identity", async () => {
      inject();
      assert.deepEqual(await ses.dkim(domain, ctx()), { status: "NotStarted", signing: false, tokens: [] });
      const none = { domain: undefined, status: undefined, onMxFailure: "default" };
      assert.deepEqual(await ses.mailFrom(domain, ctx()), none);
      const absent = fqdn("absent.example");
      assert.deepEqual([await ses.dkim(absent, ctx()), await ses.mailFrom(absent, ctx())], [undefined, undefined]);
      assert.equal(await ses.details(absent, ctx()), "absent");
    });

    it("just after the creation, before there are tokens", async () => {
      await restart({ v1DkimDelayMs: 60_000 });
      await ses.create(domain, { user }, ctx());
      assert.deepEqual(await ses.dkim(domain, ctx()), { status: "NotStarted", signing: true, tokens: [] });
      await cloud.clock.sleep(60_000);
      assert.equal((await ses.dkim(domain, ctx()))?.tokens.length, 3);
    });

    it("of a domain that brought its own key, with its selector or with nothing", async () => {
      for (const ownKeyTokens of ["selector", "none"] as const) {
        await restart({ ownKeyTokens });
        inject({ dkim: { method: { kind: "own", selector: "mine", publicKey: "MIGf" }, held: true } });
        const details = await ses.details(domain, ctx());
        assert.ok(typeof details === "object");
        assert.deepEqual(
          [details.dkim.origin, details.dkim.tokens],
          ["EXTERNAL", ownKeyTokens === "none" ? [] : ["mine"]],
        );
      }
    });

    for (const [action, ask] of [
      ["GetIdentityDkimAttributes", (name: Fqdn, waits: boolean) => ses.dkim(name, { ...ctx(), waits })],
      ["GetIdentityMailFromDomainAttributes", (name: Fqdn, waits: boolean) => ses.mailFrom(name, { ...ctx(), waits })],
    ] as const) {
      it(`of 250 domains by three requests: ${action}`, async () => {
        const names = Array.from({ length: 250 }, (_, at) => fqdn(`d${at}.example`));
        cloud.ses.inject(names.map((name) => ({ ...scope, name })));
        const began = cloud.clock.now();
        assert.ok((await Promise.all(names.map((name) => ask(name, false)))).every((one) => one !== undefined));
        assert.deepEqual([calls(action), cloud.clock.now() - began], [3, 2_000]);
        const waiting = cloud.clock.now();
        await Promise.all(names.map((name) => ask(name, true)));
        assert.equal(calls(action), 6);
        assert.ok(cloud.clock.now() - waiting >= 5_000, `${cloud.clock.now() - waiting} ms`);
      });
    }

    it("of one wait at once: its three questions do not queue behind one another", async () => {
      inject();
      const waits = { ...ctx(), waits: true };
      const ask = () => Promise.all([ses.status(domain, waits), ses.dkim(domain, waits), ses.mailFrom(domain, waits)]);
      const began = cloud.clock.now();
      await ask();
      await ask();
      // What sleeps on this clock at the same time adds up: each question waits for one tick.
      assert.equal(cloud.clock.now() - began, 7_500);
    });

    it("once more after throttling, at a slower pace", async () => {
      inject();
      for (const action of ["GetIdentityDkimAttributes", "GetIdentityMailFromDomainAttributes"])
        cloud.ground.faults.http({ action }, { kind: "throttle", times: 2 });
      assert.ok(await ses.dkim(domain, ctx()));
      assert.ok(await ses.mailFrom(domain, ctx()));
      assert.deepEqual([calls("GetIdentityDkimAttributes"), calls("GetIdentityMailFromDomainAttributes")], [3, 3]);
    });
  });

  describe("tells everything of an identity", () => {
    it("with Easy DKIM", async () => {
      await ses.create(domain, { user }, ctx());
      const details = await ses.details(domain, ctx());
      assert.ok(typeof details === "object");
      const { tokens, zone } = cloud.ses.dkim(scope, domain);
      const { keyMadeMs, ...dkim } = details.dkim;
      assert.deepEqual(dkim, {
        status: "Pending",
        signing: true,
        tokens,
        origin: "AWS_SES",
        zone: fqdn(zone ?? ""),
        keyLength: dkim.keyLength,
        nextKeyLength: 2048,
      });
      assert.ok(keyMadeMs !== undefined && Math.abs(keyMadeMs - cloud.clock.now()) < 10_000, `${keyMadeMs}`);
      assert.equal(details.feedbackForwarding, true);
      assert.equal(details.info.dkimVerified, false);
    });

    it("in a region with a zone of its own", async () => {
      const there = openSes(cloud.aws().session({ region: "eu-south-1" }));
      await there.create(domain, { user }, ctx());
      const details = await there.details(domain, ctx());
      assert.equal(typeof details === "object" && details.dkim.zone, "dkim.eu-south-1.amazonses.com");
    });

    it("also which problem a replica has, and an origin that no list holds", async () => {
      const errors = [
        "REPLICATION_ACCESS_DENIED",
        "REPLICATION_PRIMARY_NOT_FOUND",
        "REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED",
        "REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED",
        "REPLICATION_PRIMARY_INVALID_REGION",
        "INVALID_VALUE",
        "SOMETHING_NEW",
      ];
      for (const ErrorType of errors) {
        answer("GetEmailIdentity", {
          VerifiedForSendingStatus: false,
          VerificationInfo: { ErrorType },
          DkimAttributes: { SigningAttributesOrigin: "AWS_SES_MOON_1", SigningEnabled: true, Status: "SUCCESS" },
        });
        const details = await ses.details(domain, ctx());
        assert.ok(typeof details === "object");
        assert.equal(details.info.errorType, ErrorType === "SOMETHING_NEW" ? undefined : ErrorType);
        assert.equal(details.dkim.origin, "AWS_SES_MOON_1");
        assert.deepEqual(await ses.info(domain, ctx()), details.info);
      }
    });

    it("with what SES does not say left open", async () => {
      answer("GetEmailIdentity", {
        VerifiedForSendingStatus: false,
        FeedbackForwardingStatus: "yes",
        MailFromAttributes: {},
      });
      const details = await ses.details(domain, ctx());
      assert.ok(typeof details === "object");
      assert.deepEqual(details.mailFrom, { domain: undefined, status: undefined, onMxFailure: "default" });
      assert.deepEqual([details.feedbackForwarding, details.configurationSet], [undefined, undefined]);
      const { status, tokens, zone, origin } = details.dkim;
      assert.deepEqual([status, tokens, zone, origin], ["TemporaryFailure", [], undefined, undefined]);
    });

    it("unless it may not", async () => {
      inject();
      cloud.accounts.deny(ACCOUNT, "ses:GetEmailIdentity", "ses:GetAccount");
      assert.equal(await ses.details(domain, ctx()), "denied");
      assert.equal(await ses.info(domain, ctx()), undefined);
      assert.equal(await ses.sendingAccount(ctx()), "denied");
    });
  });

  describe("sets", () => {
    it("DKIM going, and again where it has failed, with the same tokens", async () => {
      inject();
      const tokens = await ses.startDkim(domain, ctx());
      assert.equal(tokens.length, 3);
      cloud.ses.setDkimStatus(scope, domain, "Failed");
      assert.deepEqual(await ses.startDkim(domain, ctx()), tokens);
      assert.deepEqual(await ses.dkim(domain, ctx()), { status: "Pending", signing: true, tokens });
    });

    it("signing off and on, and nothing else of DKIM", async () => {
      inject({ dkim: { status: "Success", held: true } });
      const before = await ses.dkim(domain, ctx());
      await ses.setSigning(domain, false, ctx());
      assert.deepEqual(await ses.dkim(domain, ctx()), { ...before, signing: false });
      await ses.setSigning(domain, true, ctx());
      assert.deepEqual(await ses.dkim(domain, ctx()), before);
    });

    it("the MAIL FROM domain, and clears it", async () => {
      inject();
      for (const onMxFailure of ["default", "reject"] as const) {
        assert.equal(await ses.setMailFrom(domain, { domain: from, onMxFailure }, ctx()), "done");
        assert.deepEqual(await ses.mailFrom(domain, ctx()), { domain: from, status: "Pending", onMxFailure });
      }
      assert.equal(await ses.setMailFrom(domain, undefined, ctx()), "done");
      assert.equal((await ses.mailFrom(domain, ctx()))?.domain, undefined);
    });

    it("no MAIL FROM domain of an identity that is not verified, where SES takes none", async () => {
      await restart({ mailFromUnverified: "refused" });
      inject({ status: "Pending" });
      const wish = { domain: from, onMxFailure: "default" } as const;
      assert.equal(await ses.setMailFrom(domain, wish, ctx()), "not-verified");
      cloud.ses.setStatus(ACCOUNT, REGION, domain, "Success");
      assert.equal(await ses.setMailFrom(domain, wish, ctx()), "done");
    });

    it("no MAIL FROM domain that lies elsewhere: that stays an error", async () => {
      inject();
      for (const wrong of [fqdn("bounce.other-example.com"), domain]) {
        const error = await failure(ses.setMailFrom(domain, { domain: wrong, onMxFailure: "default" }, ctx()));
        assert.equal(error.code, "ses-refused");
      }
    });

    it("the configuration set and feedback forwarding", async () => {
      inject();
      cloud.ses.configurationSets.create(scope, "main");
      await ses.setConfigurationSet(domain, "main", ctx());
      await ses.setFeedbackForwarding(domain, false, ctx());
      const details = await ses.details(domain, ctx());
      assert.ok(typeof details === "object");
      assert.deepEqual([details.configurationSet, details.feedbackForwarding], ["main", false]);
      assert.equal((await failure(ses.setConfigurationSet(domain, "none", ctx()))).code, "ses-refused");
    });

    const wish = { domain: from, onMxFailure: "default" } as const;
    const SETTERS: readonly (readonly [string, (port: SesPort) => Promise<unknown>])[] = [
      ["CreateEmailIdentity", (port) => port.create(domain, { user }, ctx())],
      ["VerifyDomainDkim", (port) => port.startDkim(domain, ctx())],
      ["PutEmailIdentityDkimAttributes", (port) => port.setSigning(domain, false, ctx())],
      ["PutEmailIdentityMailFromAttributes", (port) => port.setMailFrom(domain, wish, ctx())],
      ["PutEmailIdentityConfigurationSetAttributes", (port) => port.setConfigurationSet(domain, "main", ctx())],
      ["PutEmailIdentityFeedbackAttributes", (port) => port.setFeedbackForwarding(domain, false, ctx())],
      ["GetIdentityDkimAttributes", (port) => port.dkim(domain, ctx())],
      ["GetIdentityMailFromDomainAttributes", (port) => port.mailFrom(domain, ctx())],
    ];
    for (const [action, run] of SETTERS) {
      it(`or reads by ${action}: names it where it is denied, and waits where SES is busy or away`, async () => {
        if (action !== "CreateEmailIdentity") inject();
        cloud.ses.configurationSets.create(scope, "main");
        cloud.accounts.deny(ACCOUNT, `ses:${action}`);
        const denied = await failure(run(ses));
        assert.equal(denied.code, "permission-missing");
        assert.ok(denied.message.includes(`ses:${action}`), denied.message);
        assert.equal(calls(action), 1);
        cloud.accounts.permitAll(ACCOUNT);
        for (const kind of ["throttle", "error", "cut-before"] as const)
          cloud.ground.faults.http({ action }, { kind, times: 1 });
        await run(ses);
        assert.equal(calls(action), 5);
        cloud.ground.faults.http({ action }, { kind: "throttle" });
        const busy = await failure(run(ses));
        assert.deepEqual([busy.code, busy.retryable], ["throttled", true]);
      });
    }

    for (const [action, run] of SETTERS.slice(2, 6)) {
      it(`nothing where there is no identity: ${action}`, async () => {
        cloud.ses.configurationSets.create(scope, "main");
        assert.equal((await failure(run(ses))).code, "ses-refused");
      });
    }
  });

  it("tells of the account: the sandbox, and whether SES has paused it", async () => {
    for (const seen of [
      { productionAccess: false, sendingEnabled: true },
      { productionAccess: true, sendingEnabled: false },
    ]) {
      cloud.ses.accounts.set(scope, seen);
      assert.deepEqual(await ses.sendingAccount(ctx()), seen);
    }
  });

  describe("of an answer that no record can be made of", () => {
    const HOSTILE: readonly (readonly [string, object])[] = [
      ["a token with a dot", { Tokens: ["a.b"] }],
      ["a token with white space", { Tokens: ["a b"] }],
      ["a token that is empty", { Tokens: [""] }],
      ["a token that is longer than a label", { Tokens: ["a".repeat(64)] }],
      ["a token with a line break", { Tokens: ["a\u001b[2J\n"] }],
      ["a wildcard as a token", { Tokens: ["*"] }],
      ["too many tokens", { Tokens: Array.from({ length: 11 }, (_, at) => `t${at}`) }],
      ["a zone that is no name", { SigningHostedZone: "dkim amazonses com" }],
      ["a zone that is a wildcard", { SigningHostedZone: "*.amazonses.com" }],
      ["a zone that is too long", { SigningHostedZone: `${"a.".repeat(130)}com` }],
      [
        "a MAIL FROM domain that is no name",
        { from: { MailFromDomain: "-.example", MailFromDomainStatus: "SUCCESS" } },
      ],
    ];
    for (const [what, { from: MailFromAttributes, ...dkim }] of HOSTILE as readonly (readonly [
      string,
      { readonly from?: object },
    ])[]) {
      it(`details make nothing: ${what}`, async () => {
        answer("GetEmailIdentity", {
          VerifiedForSendingStatus: true,
          DkimAttributes: { SigningEnabled: true, Status: "SUCCESS", ...dkim },
          MailFromAttributes,
        });
        const error = await failure(ses.details(domain, ctx()));
        assert.deepEqual([error.code, error.retryable], ["ses-unavailable", true]);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be in it
        assert.ok(!/[\u0000-\u001f]/.test(error.message), error.message);
      });
    }

    it("the other domains of a request are read", async () => {
      const [good, bad] = [fqdn("good.example"), fqdn("bad.example")];
      const entry = (name: string, token: string, mailFrom: string) => [
        `<entry><key>${name}</key><value><DkimEnabled>true</DkimEnabled><DkimVerificationStatus>Odd</DkimVerificationStatus>
        <DkimTokens><member>${token}</member></DkimTokens></value></entry>`,
        `<entry><key>${name}</key><value><MailFromDomain>${mailFrom}</MailFromDomain>
        <BehaviorOnMXFailure>Odd</BehaviorOnMXFailure></value></entry>`,
      ];
      const both = [entry("GOOD.example", "Token", "From.good.example"), entry(bad, "a.b", "a..b")];
      for (const [at, action, member] of [
        [0, "GetIdentityDkimAttributes", "DkimAttributes"],
        [1, "GetIdentityMailFromDomainAttributes", "MailFromDomainAttributes"],
      ] as const) {
        const map = both.map((each) => each[at]).join("");
        const body = `<${action}Response><${action}Result><${member}>${map}</${member}></${action}Result></${action}Response>`;
        cloud.ground.faults.http({ action }, { kind: "reply", body, contentType: "text/xml" });
      }
      const dkim = await Promise.allSettled([ses.dkim(good, ctx()), ses.dkim(bad, ctx())]);
      const mailFrom = await Promise.allSettled([ses.mailFrom(good, ctx()), ses.mailFrom(bad, ctx())]);
      assert.deepEqual(
        [...dkim, ...mailFrom].map((one) => (one.status === "fulfilled" ? one.value : one.reason.code)),
        [
          { status: "TemporaryFailure", signing: true, tokens: ["token"] },
          "ses-unavailable",
          { domain: "from.good.example", status: "TemporaryFailure", onMxFailure: "default" },
          "ses-unavailable",
        ],
      );
    });

    it("DKIM is not started with tokens that are none", async () => {
      const body = `<VerifyDomainDkimResponse><VerifyDomainDkimResult><DkimTokens><member>a b</member></DkimTokens></VerifyDomainDkimResult></VerifyDomainDkimResponse>`;
      cloud.ground.faults.http({ action: "VerifyDomainDkim" }, { kind: "reply", body, contentType: "text/xml" });
      assert.equal((await failure(ses.startDkim(domain, ctx()))).code, "ses-unavailable");
    });
  });

  describe("in all of this", () => {
    it("calls nothing that its list of IAM actions does not hold, and each of those for sending", () => {
      const listed = IAM_ACTIONS.map(({ action }): string => action);
      assert.deepEqual(
        [...seenActions].filter((action) => !listed.includes(action)),
        [],
      );
      const unseen = listed.filter(
        (action) => /Dkim|MailFrom|Put|Create|Account$/.test(action) && !seenActions.has(action),
      );
      assert.deepEqual(unseen, []);
    });
  });

  /** The one answer of SES from now on. */
  function answer(action: string, body: object): void {
    cloud.ground.faults.clear();
    cloud.ground.faults.http({ action }, { kind: "reply", body: JSON.stringify(body) });
  }
});
