import assert from "node:assert/strict";
import { ListTagsForResourceCommand, TagResourceCommand } from "@aws-sdk/client-sesv2";
import { openAws } from "../../provider/aws/aws";
import { callAws } from "../../provider/aws/call";
import { silentLog } from "../../provider/core/ctx";
import { SesDomainError } from "../../provider/core/errors";
import { fqdn } from "../../provider/core/fqdn";
import { openRoute53 } from "../../provider/dns/route53/route53";
import { surveyRoute53 } from "../../provider/dns/route53/survey";
import { withSesErrors } from "../../provider/ses/call";
import { openSes } from "../../provider/ses/ses";
import { openHastyClock } from "../support/hasty-clock";
import { HOSTILITIES, type Hostility, openHostileServer } from "../support/hostile/answers";
import { ACCOUNT, actionOf, BOUNDS, DOMAIN, type Opened, open, ses, WELL } from "../support/hostile/aws";

const NAME = fqdn("_amazonses.example.com");
const VALUE = { type: "TXT" as const, name: NAME, text: "token", ttl: 300 };
const ZONE = { name: DOMAIN, id: "Z1", servers: [] };
const ARN = `arn:aws:ses:us-east-1:${ACCOUNT}:identity/${DOMAIN}`;
const route53 = ({ aws }: Opened, zoneId?: string) => openRoute53({ zoneId }, aws);

async function tags(
  { aws, ctx }: Opened,
  action: "ses:TagResource" | "ses:ListTagsForResource",
  command: TagResourceCommand | ListTagsForResourceCommand,
): Promise<unknown> {
  const session = aws.session();
  const client = await session.sesv2();
  const limiter = session.limiters.for(action, { spacingMs: 0, from: "send" });
  const send = (options: { readonly abortSignal: AbortSignal }): Promise<unknown> =>
    command instanceof TagResourceCommand ? client.send(command, options) : client.send(command, options);
  return withSesErrors(callAws(session, { service: "sesv2", action, limiter, send }, ctx), "speaking of tags");
}

/** What our code does, with the one request of it that does not go well. */
const CASES: Readonly<Record<string, readonly [action: string, run: (opened: Opened) => Promise<unknown>]>> = {
  "account by STS": ["GetCallerIdentity", (opened) => ses(opened).account(opened.ctx)],
  status: ["GetIdentityVerificationAttributes", (opened) => ses(opened).status(DOMAIN, opened.ctx)],
  "request, before": ["GetIdentityVerificationAttributes", (opened) => ses(opened).request(DOMAIN, opened.ctx)],
  request: ["VerifyDomainIdentity", (opened) => ses(opened).request(DOMAIN, opened.ctx)],
  "request of an address": [
    "VerifyEmailIdentity",
    (opened) => ses(opened).requestAddress("who@example.com" as never, opened.ctx),
  ],
  remove: ["DeleteIdentity", (opened) => ses(opened).remove(DOMAIN, opened.ctx)],
  "remove, read back": ["GetIdentityVerificationAttributes", (opened) => ses(opened).remove(DOMAIN, opened.ctx)],
  listing: ["ListEmailIdentities", (opened) => ses(opened).listing(opened.ctx)],
  create: [
    "CreateEmailIdentity",
    (opened) =>
      ses(opened).create(DOMAIN, { user: { mark: "m", state: "creating", urnHash: "h", label: "l" } }, opened.ctx),
  ],
  dkim: ["GetIdentityDkimAttributes", (opened) => ses(opened).dkim(DOMAIN, opened.ctx)],
  "MAIL FROM": ["GetIdentityMailFromDomainAttributes", (opened) => ses(opened).mailFrom(DOMAIN, opened.ctx)],
  details: ["GetEmailIdentity", (opened) => ses(opened).details(DOMAIN, opened.ctx)],
  "start of DKIM": ["VerifyDomainDkim", (opened) => ses(opened).startDkim(DOMAIN, opened.ctx)],
  "put signing": ["PutEmailIdentityDkimAttributes", (opened) => ses(opened).setSigning(DOMAIN, true, opened.ctx)],
  "put MAIL FROM": [
    "PutEmailIdentityMailFromAttributes",
    (opened) => ses(opened).setMailFrom(DOMAIN, undefined, opened.ctx),
  ],
  "put configuration set": [
    "PutEmailIdentityConfigurationSetAttributes",
    (opened) => ses(opened).setConfigurationSet(DOMAIN, "main", opened.ctx),
  ],
  "put feedback": [
    "PutEmailIdentityFeedbackAttributes",
    (opened) => ses(opened).setFeedbackForwarding(DOMAIN, true, opened.ctx),
  ],
  "sending account": ["GetAccount", (opened) => ses(opened).sendingAccount(opened.ctx)],
  info: ["GetEmailIdentity", (opened) => ses(opened).info(DOMAIN, opened.ctx)],
  tags: [
    "ListTagsForResource",
    (opened) => tags(opened, "ses:ListTagsForResource", new ListTagsForResourceCommand({ ResourceArn: ARN })),
  ],
  tag: [
    "TagResource",
    (opened) => tags(opened, "ses:TagResource", new TagResourceCommand({ ResourceArn: ARN, Tags: [] })),
  ],
  "Route 53: zone by name": ["ListHostedZonesByName", (opened) => route53(opened).findZone(NAME, opened.ctx)],
  "Route 53: zone found": ["GetHostedZone", (opened) => surveyRoute53(opened.aws, {}, NAME, ["token"], opened.ctx)],
  "Route 53: zone by id": ["GetHostedZone", (opened) => route53(opened, "Z1").findZone(NAME, opened.ctx)],
  "Route 53: list": [
    "ListResourceRecordSets",
    (opened) => route53(opened).list(ZONE, { name: NAME, type: "TXT" }, opened.ctx),
  ],
  "Route 53: survey": ["ListHostedZonesByName", (opened) => surveyRoute53(opened.aws, {}, NAME, ["token"], opened.ctx)],
  "Route 53: add": [
    "ChangeResourceRecordSets",
    (opened) => route53(opened).add(ZONE, [{ ...VALUE, text: "other" }], opened.ctx),
  ],
  "Route 53: remove, before": ["ListResourceRecordSets", (opened) => route53(opened).remove(ZONE, [VALUE], opened.ctx)],
  "Route 53: remove": ["ChangeResourceRecordSets", (opened) => route53(opened).remove(ZONE, [VALUE], opened.ctx)],
  "Route 53: add, until it is everywhere": [
    "GetChange",
    (opened) => route53(opened).add(ZONE, [{ ...VALUE, text: "other" }], opened.ctx),
  ],
};

/** SES API v2 reference, TagResource and others: success is an empty answer. */
const EMPTY = ["tag", "put signing", "put MAIL FROM", "put configuration set", "put feedback"];
const WELL_MEANT: readonly string[] = EMPTY.flatMap((what) => [`${what} empty`, `${what} {}`]);

describe("answers that are not AWS's", function () {
  this.timeout(60_000);
  for (const hostility of HOSTILITIES) {
    it(`say nothing: ${hostility}`, async () => {
      await Promise.all(
        Object.entries(CASES).map(async ([what, [action, run]]) => {
          if (WELL_MEANT.includes(`${what} ${hostility}`)) return;
          const opened = await open(hostility, action);
          try {
            const answer = await run(opened).then(
              (value) => ({ value }),
              (error: unknown) => ({ error }),
            );
            assert.ok("error" in answer, `${what}: ${JSON.stringify(answer)}`);
            const { error } = answer;
            assert.ok(error instanceof SesDomainError, `${what}: ${error}`);
            assert.ok(["ses-unavailable", "host-unavailable"].includes(error.code), `${what}: ${error.code}`);
            assert.ok(error.retryable && error.hint, what);
            assert.ok(!/sign in|hello|no route/i.test(error.message), error.message);
            assert.deepEqual(opened.server.followed, [], what);
          } finally {
            await opened.server.close();
          }
        }),
      );
    });
  }

  it("names what came", async () => {
    const cause: Partial<Record<Hostility, RegExp>> = {
      HTML: /HTML page/,
      empty: /empty body/,
      "HTML with 404": /404.*HTML page/,
      cut: /cut/,
      "stalled body": /within 0\.2 s/,
      redirect: /302.*redirect is not followed/,
    };
    for (const [hostility, words] of Object.entries(cause)) {
      const opened = await open(hostility as Hostility, "GetIdentityVerificationAttributes");
      await assert.rejects(ses(opened).status(DOMAIN, opened.ctx), words);
      await opened.server.close();
    }
  });

  it("does not take a removal for done while SES still has the identity", async () => {
    const opened = await open("HTML", "none");
    await assert.rejects(ses(opened).remove(DOMAIN, opened.ctx), { code: "ses-unavailable", retryable: true });
    assert.equal(opened.server.seen.filter((each) => actionOf(each) === "DeleteIdentity").length, 1);
    await opened.server.close();
  });

  it("takes an identity of a status that it does not know for one that is there, and one without a status for no answer", async () => {
    const listed = async (identity: object) => {
      const server = await openHostileServer("HTML", (seen) => {
        const action = actionOf(seen);
        return action === "ListEmailIdentities"
          ? { body: JSON.stringify({ EmailIdentities: [identity] }) }
          : WELL[action];
      });
      const config: Readonly<Record<string, string>> = {
        "aws:region": "us-east-1",
        "aws:accessKey": "AKIAFAKE",
        "aws:secretKey": "not-a-secret",
        "aws:endpoints": JSON.stringify([{ sesv2: server.url, sts: server.url }]),
      };
      const aws = openAws({ get: (key) => config[key], env: {}, bounds: BOUNDS });
      const ctx = { clock: openHastyClock(), log: silentLog, signal: new AbortController().signal };
      try {
        return await openSes(aws.session(), { spacingMs: 0 }).listing(ctx);
      } finally {
        await server.close();
      }
    };
    const unheard = await listed({ IdentityName: DOMAIN, IdentityType: "DOMAIN", VerificationStatus: "UNHEARD_OF" });
    assert.equal(unheard?.get(DOMAIN), "TemporaryFailure");
    await assert.rejects(listed({ IdentityName: DOMAIN, IdentityType: "DOMAIN" }), { code: "ses-unavailable" });
  });

  it("ends lists that do not end", async () => {
    const server = await openHostileServer("HTML", (seen) => {
      const action = actionOf(seen);
      if (action !== "ListEmailIdentities") return WELL[action];
      return { body: JSON.stringify({ EmailIdentities: [], NextToken: "again" }) };
    });
    const opened = await open("HTML", "none");
    const config: Readonly<Record<string, string>> = {
      "aws:region": "us-east-1",
      "aws:accessKey": "AKIAFAKE",
      "aws:secretKey": "not-a-secret",
      "aws:endpoints": JSON.stringify([{ sesv2: server.url, sts: server.url }]),
    };
    const aws = openAws({ get: (key) => config[key], env: {}, bounds: BOUNDS });
    await assert.rejects(openSes(aws.session(), { spacingMs: 0 }).listing(opened.ctx), { code: "ses-unavailable" });
    await server.close();
    await opened.server.close();
  });
});
