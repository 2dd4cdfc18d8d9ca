import assert from "node:assert/strict";
import type { Authority } from "../../../provider/authority/authority";
import { AuthorityError } from "../../../provider/core/errors";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";
import { openPreviewCache, type PreviewCache } from "../../../provider/lifecycle/observation/preview-cache";
import { dkimName } from "../../../provider/lifecycle/records/requirements";
import type { SesPort } from "../../../provider/ses/port";
import { openSes } from "../../../provider/ses/ses";
import { type AwsCloud, openAwsCloud } from "../../support/aws/cloud";

const scope = { accountId: "111111111111", region: "us-east-1" };
const BOTH = { dkim: true, mailFrom: true };

describe("the cache of a preview, of DKIM and MAIL FROM", () => {
  let cloud: AwsCloud;
  let ses: SesPort;
  let cache: PreviewCache;
  beforeEach(async () => {
    cloud = await openAwsCloud({ accounts: [{ id: scope.accountId }] });
    ses = openSes(cloud.aws().session());
    cache = openPreviewCache();
  });
  afterEach(() => cloud.close());

  const domains = (count: number) => Array.from({ length: count }, (_, at) => fqdn(`d${at}.example`));
  const inject = (names: readonly Fqdn[]) =>
    cloud.ses.inject(names.map((name) => ({ ...scope, name, mailFrom: { domain: `bounce.${name}`, held: true } })));
  const calls = () =>
    Object.fromEntries(
      Object.entries(cloud.counts())
        .filter(([call]) => call.startsWith("ses:"))
        .map(([call, count]) => [call.slice(4), count]),
    );
  /** The same order each time, near to the program's, as an engine asks that works on several resources at once. */
  const nearly = (names: readonly Fqdn[]) =>
    Array.from({ length: Math.ceil(names.length / 8) }, (_, at) => names.slice(at * 8, at * 8 + 8).reverse()).flat();

  for (const [what, order] of [
    ["in the program's order", (names: readonly Fqdn[]) => names],
    ["out of order", nearly],
  ] as const) {
    it(`asks for a thousand domains by ten requests for each, ${what}`, async () => {
      const names = domains(1_000);
      inject(names);
      cache.expect(names);
      for (const name of order(names)) {
        const { mailFrom, dkim } = await cache.sending(ses, name, BOTH, cloud.ctx());
        assert.deepEqual([mailFrom?.domain, dkim?.status], [`bounce.${name}`, "NotStarted"]);
      }
      assert.deepEqual(calls(), { GetIdentityDkimAttributes: 10, GetIdentityMailFromDomainAttributes: 10 });
    });
  }

  it("takes no more than forty calls for a thousand domains, with status and token", async () => {
    const names = domains(1_000);
    inject(names);
    cache.expect(names);
    for (const name of names) {
      await cache.status(ses, name, cloud.ctx());
      await cache.token(ses, name, cloud.ctx());
      await cache.sending(ses, name, BOTH, cloud.ctx());
    }
    const all = Object.values(calls()).reduce((sum, count) => sum + count, 0);
    assert.ok(all <= 40, JSON.stringify(calls()));
  });

  it("reads the DKIM records of the next domains ahead, and asks SES no more for that", async () => {
    const names = domains(1_000);
    cloud.ses.inject(names.map((name) => ({ ...scope, name, dkim: { held: true } })));
    cache.expect(names);
    const looks: Fqdn[] = [];
    let late = 0;
    const looking: Pick<Authority, "look"> = {
      async look(name) {
        looks.push(name);
        throw new AuthorityError("zone-unknown", "no server is asked here");
      },
    };
    const authority = looking as Authority;
    for (const name of names) {
      const { dkim } = await cache.sending(ses, name, { dkim: true, mailFrom: false }, cloud.ctx(), authority);
      const before = looks.length;
      for (const token of dkim?.tokens ?? []) {
        if (!looks.slice(0, before).includes(dkimName(token, name))) late += 1;
        await cache.reading(authority, name, dkimName(token, name), cloud.ctx(), "CNAME");
      }
    }
    assert.deepEqual(calls(), { GetIdentityDkimAttributes: 10 });
    assert.deepEqual([looks.length, new Set(looks).size, late], [3_000, 3_000, 3]);
  });

  it("goes by the account's list where the program does not tell what it declares", async () => {
    const names = domains(250);
    inject(names);
    for (const name of names) await cache.sending(ses, name, BOTH, cloud.ctx());
    const three = { GetIdentityDkimAttributes: 3, GetIdentityMailFromDomainAttributes: 3 };
    assert.deepEqual(calls(), { ...three, ListEmailIdentities: 1 });
  });

  it("asks for what is wanted, and for each domain once", async () => {
    const names = domains(3);
    inject(names);
    cache.expect(names);
    for (let round = 0; round < 3; round++)
      for (const name of names) {
        const { dkim, mailFrom } = await cache.sending(ses, name, { dkim: true, mailFrom: false }, cloud.ctx());
        assert.ok(dkim !== undefined && mailFrom === undefined);
      }
    assert.deepEqual(calls(), { GetIdentityDkimAttributes: 1 });
    await cache.sending(ses, fqdn("d0.example"), { dkim: false, mailFrom: true }, cloud.ctx());
    assert.deepEqual(calls(), { GetIdentityDkimAttributes: 1, GetIdentityMailFromDomainAttributes: 1 });
  });

  it("asks each account and region for its own", async () => {
    const [name] = domains(1);
    assert.ok(name);
    inject([name]);
    const elsewhere = openSes(cloud.aws().session({ region: "eu-west-1" }));
    assert.ok((await cache.sending(ses, name, BOTH, cloud.ctx())).dkim);
    assert.deepEqual(await cache.sending(elsewhere, name, BOTH, cloud.ctx()), { dkim: undefined, mailFrom: undefined });
  });

  it("asks again after a failure, and not where SES denies it", async () => {
    const names = domains(250);
    inject(names);
    cache.expect(names);
    const away = cloud.ground.faults.http({ action: "GetIdentityDkimAttributes" }, { kind: "error" });
    const ask = (name: Fqdn) => cache.sending(ses, name, { dkim: true, mailFrom: false }, cloud.ctx());
    const [first] = names;
    assert.ok(first);
    await assert.rejects(ask(first), { code: "ses-unavailable" });
    away.off();
    assert.ok((await ask(first)).dkim);
    cloud.accounts.deny(scope.accountId, "ses:GetIdentityMailFromDomainAttributes");
    for (const name of names)
      await assert.rejects(cache.sending(ses, name, BOTH, cloud.ctx()), { code: "permission-missing" });
    assert.equal(calls().GetIdentityMailFromDomainAttributes, 3);
  });
});
