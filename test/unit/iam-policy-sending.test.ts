import assert from "node:assert/strict";
import { iamPolicy } from "../../provider/aws/policy";
import { SesDomainError } from "../../provider/core/errors";
import { type Fqdn, fqdn } from "../../provider/core/fqdn";
import type { DnsRecord } from "../../provider/dns/record";
import { openRoute53 } from "../../provider/dns/route53/route53";
import { checkPolicyArgs } from "../../provider/lifecycle/arguments/policy-args";
import type { SesPort } from "../../provider/ses/port";
import { openSes } from "../../provider/ses/ses";
import { type AwsCloud, openAwsCloud } from "../support/aws/cloud";

const ACCOUNT = "111111111111";
const DOMAIN = fqdn("ses-example.com");
const OTHER = fqdn("other-example.com");
const scope = { accountId: ACCOUNT, region: "us-east-1" };
const user = { mark: "0123456789abcdef", state: "creating", urnHash: "fedcba9876543210", label: "l" } as const;

describe("the printed policy, for a domain that sends", () => {
  let cloud: AwsCloud;
  let ses: SesPort;
  beforeEach(async () => {
    cloud = await openAwsCloud({ accounts: [{ id: ACCOUNT }] });
    cloud.ses.configurationSets.create(scope, "main");
    ses = openSes(cloud.aws().session());
  });
  afterEach(() => cloud.close());

  function attach(raw: object): void {
    const checked = checkPolicyArgs({ domains: [DOMAIN], regions: ["us-east-1"], accountId: ACCOUNT, ...raw });
    assert.ok(checked.kind === "checked", JSON.stringify(checked));
    cloud.accounts.permitAll(ACCOUNT);
    cloud.accounts.attachPolicy(ACCOUNT, iamPolicy(checked.request));
  }
  const outcome = async (run: () => Promise<unknown>): Promise<unknown> => {
    try {
      return await run();
    } catch (error) {
      assert.ok(error instanceof SesDomainError, String(error));
      return error.code;
    }
  };
  /** Each change of an identity, by what comes of it. */
  async function changes(domain: Fqdn): Promise<Readonly<Record<string, unknown>>> {
    const ctx = cloud.ctx();
    const from = { domain: fqdn(`bounce.${domain}`), onMxFailure: "default" } as const;
    const seen: Record<string, unknown> = {};
    for (const [what, run] of [
      ["create", () => ses.create(domain, { user, configurationSet: "main" }, ctx)],
      ["signing", () => ses.setSigning(domain, false, ctx)],
      ["MAIL FROM", () => ses.setMailFrom(domain, from, ctx)],
      ["configuration set", () => ses.setConfigurationSet(domain, "main", ctx)],
      ["feedback", () => ses.setFeedbackForwarding(domain, false, ctx)],
    ] as const)
      seen[what] = await outcome(run);
    return seen;
  }
  const NONE = Object.fromEntries(
    ["create", "signing", "MAIL FROM", "configuration set", "feedback"].map((what) => [what, "permission-missing"]),
  );

  it("lets its identity be made, tagged, read and set, and no other", async () => {
    attach({});
    assert.deepEqual(await changes(DOMAIN), {
      create: "made",
      signing: undefined,
      "MAIL FROM": "done",
      "configuration set": undefined,
      feedback: undefined,
    });
    assert.equal((await ses.startDkim(DOMAIN, cloud.ctx())).length, 3);
    assert.ok(await ses.dkim(DOMAIN, cloud.ctx()));
    assert.ok(await ses.mailFrom(DOMAIN, cloud.ctx()));
    assert.equal(typeof (await ses.details(DOMAIN, cloud.ctx())), "object");
    assert.equal(typeof (await ses.sendingAccount(cloud.ctx())), "object");
    assert.deepEqual(await changes(OTHER), NONE);
  });

  for (const raw of [{ readOnly: true }, { verificationOnly: true }, { requiredOnly: true }]) {
    it(`changes nothing of it with ${JSON.stringify(raw)}`, async () => {
      attach(raw);
      assert.deepEqual(await changes(DOMAIN), NONE);
    });
  }

  it("lets the records of DKIM, MAIL FROM and DMARC be written at Route 53, and no other", async () => {
    const { zones } = cloud.ground;
    const { id } = zones.add({ name: DOMAIN, account: ACCOUNT });
    await zones.settled();
    const host = openRoute53({ zoneId: id }, cloud.aws());
    const zone = { name: DOMAIN, id, servers: [] };
    const at = (name: string) => ({ name: fqdn(name), ttl: 300 });
    const write = (record: DnsRecord) => outcome(() => host.add(zone, [record], cloud.ctx()).then(() => "written"));
    const target = fqdn("t.dkim.amazonses.com");
    const exchange = fqdn("feedback-smtp.us-east-1.amazonses.com");
    const records: readonly DnsRecord[] = [
      { type: "CNAME", ...at(`t._domainkey.${DOMAIN}`), target },
      { type: "MX", ...at(`bounce.${DOMAIN}`), preference: 10, exchange },
      { type: "TXT", ...at(`bounce-us-east-1.${DOMAIN}`), text: "v=spf1 include:amazonses.com ~all" },
      { type: "TXT", ...at(`_dmarc.${DOMAIN}`), text: "v=DMARC1; p=none" },
      { type: "TXT", ...at(`_amazonses.${DOMAIN}`), text: "token" },
    ];
    const foreign: readonly DnsRecord[] = [
      { type: "MX", ...at(DOMAIN), preference: 10, exchange },
      { type: "CNAME", ...at(`www.${DOMAIN}`), target },
      { type: "TXT", ...at(DOMAIN), text: "v=spf1 -all" },
    ];
    attach({ zoneIds: [id] });
    for (const record of records) assert.equal(await write(record), "written", record.name);
    for (const record of foreign) assert.equal(await write(record), "permission-missing", record.name);
    attach({ zoneIds: [id], verificationOnly: true });
    assert.equal(await write({ type: "CNAME", ...at(`u._domainkey.${DOMAIN}`), target }), "permission-missing");
  });
});
