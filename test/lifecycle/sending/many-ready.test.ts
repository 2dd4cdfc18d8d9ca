import assert from "node:assert/strict";
import type { Emulator } from "../../../emulator";
import { txt } from "../../../emulator/text";
import { fqdn } from "../../../provider/core/fqdn";
import type { VerificationOutput } from "../../../provider/resources/outputs";
import { ACCOUNT, DOMAIN, type DomainWorld, openDomainWorld, type Standing } from "../../support/emulator/domain";

const REGION = "us-east-1";
const SCOPE = { accountId: ACCOUNT, region: REGION };
const ARGS = { identities: [{ region: REGION }], dns: { kind: "route53" }, dkim: true, mailFrom: "bounce" };
const SERVERS = 3;

/** One domain whose identity and records are as `up` leaves them, with SES's tokens for it. */
function addReady({ cloud: { ses }, zones }: Emulator, name: string): readonly string[] {
  const mailFrom = `bounce.${name}`;
  ses.inject([{ ...SCOPE, name, dkim: {}, mailFrom: { domain: mailFrom } }]);
  const { tokens, zone } = ses.dkim(SCOPE, name);
  const token = ses.identity(ACCOUNT, REGION, name)?.token ?? "";
  const set = (owner: string, type: string, value: string) => ({ name: fqdn(owner), type, ttl: 1800, values: [value] });
  zones.add({
    name,
    account: ACCOUNT,
    sets: [
      set(`_amazonses.${name}`, "TXT", txt(token)),
      ...tokens.map((one) => set(`${one}._domainkey.${name}`, "CNAME", `${one}.${zone}.`)),
      set(mailFrom, "MX", `10 feedback-smtp.${REGION}.amazonses.com.`),
      set(mailFrom, "TXT", txt("v=spf1 include:amazonses.com ~all")),
      set(`_dmarc.${name}`, "TXT", txt("v=DMARC1; p=reject")),
    ],
  });
  return [token, ...tokens];
}

/** A domain's state, from that of one that `up` made. */
function like(template: Standing, domain: string, tokens: readonly string[]): Standing {
  const [one] = template.outputs.verifications as readonly VerificationOutput[];
  const theirs = [one?.token ?? "", ...(one?.dkim?.tokens ?? [])];
  const text = JSON.stringify(template).replaceAll(DOMAIN, domain);
  return JSON.parse(theirs.reduce((whole, token, at) => whole.replaceAll(token, tokens[at] ?? token), text));
}

describe("a preview of domains that are ready to send", () => {
  let world: DomainWorld;
  let template: Standing;
  beforeEach(async () => {
    world = await openDomainWorld({ serversPerZone: SERVERS });
    const [zone] = world.emulator.zones.list().filter(({ name }) => name === DOMAIN);
    const dmarc = { name: fqdn(`_dmarc.${DOMAIN}`), type: "TXT", ttl: 1800, values: [txt("v=DMARC1; p=reject")] };
    world.emulator.zones.change(zone?.id ?? "", [{ action: "put", set: dmarc }]);
    const first = await world.run().up({ ...ARGS, domain: DOMAIN, __preview: false });
    template = await world.run().up({ ...ARGS, domain: DOMAIN, __preview: false }, first);
    assert.equal(template.outputs.readyToSend, true);
  });
  afterEach(() => world.close());

  async function callsFor(count: number) {
    const names = Array.from({ length: count }, (_, at) => `ready${String(at).padStart(3, "0")}-example.com`);
    const standing = names.map((name) => like(template, name, addReady(world.emulator, name)));
    await world.emulator.zones.settled();
    // SES refuses what comes sooner after the template's own calls.
    await world.emulator.clock.advance(60_000);
    world.emulator.requests.reset();
    const run = world.run();
    for (const [at, { inputs, outputs }] of standing.entries()) {
      const next = { ...ARGS, domain: names[at], __declared: names.join("\n"), __preview: true };
      const { inputs: news, failures, warnings } = await run.preview(next, inputs);
      const { changes } = await run.diff(outputs, news);
      assert.deepEqual({ failures, warnings, changes }, { failures: [], warnings: [], changes: false });
    }
    return world.emulator.requests.counts();
  }

  for (const [count, requests] of [
    [3, 1],
    [120, 2],
  ] as const) {
    it(`asks SES of a hundred domains a request, and of none alone: ${count} in one process`, async () => {
      const { http } = await callsFor(count);
      const {
        "ses:ListEmailIdentities": listed = 0,
        "ses:GetIdentityVerificationAttributes": statuses = 0,
        ...others
      } = http;
      // The first hundred need no list; the status of the others is in it.
      assert.ok(listed <= 1 && statuses <= requests, JSON.stringify(http));
      assert.deepEqual(others, {
        "sts:GetCallerIdentity": 1,
        "ses:GetIdentityDkimAttributes": requests,
        "ses:GetIdentityMailFromDomainAttributes": requests,
      });
    });
  }

  it("asks each server of a domain once for each record set, and a few questions more", async () => {
    // Few: what a busy machine asks twice does not count here.
    const count = 6;
    const { dns } = await callsFor(count);
    const questions = Object.values(dns).reduce((sum, each) => sum + each, 0);
    // The token, three of DKIM, MX and SPF, the policy, and the domain itself, where a policy may be by mistake.
    const sets = 8;
    // The registry, what else the zone says where a name has no TXT record, and `_dmarc.com` once for all.
    assert.ok(questions <= count * (sets * SERVERS + 5), `${questions / count} a domain`);
  });
});
