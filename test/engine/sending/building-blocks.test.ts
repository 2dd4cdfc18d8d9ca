import assert from "node:assert/strict";
import { TxtRecord } from "../../support/engine/aws-resources";
import { assertQuiet, US } from "../../support/engine/ownership";
import { DomainIdentity, DomainVerification } from "../../support/engine/resources";
import { BOUNCE, openSendingWorld, type SendingWorld, shownBy } from "../../support/engine/sending";
import type { EngineStack } from "../../support/engine/stack";
import { DOMAIN, OTHER_TEAM, succeeded } from "../../support/engine/world";

/** The verification, three CNAME records, the MX record and SPF. */
const SETS = 6;

function blocks(zoneId: string) {
  const identity = new DomainIdentity("mail", {
    domain: DOMAIN,
    identities: [{ region: US }],
    dkim: true,
    mailFrom: "bounce",
  });
  const records = Array.from({ length: SETS }, (_, index) => {
    const set = identity.records.apply((all) => all[index]);
    return new TxtRecord(`mail-${index}`, {
      zoneId,
      name: set.apply((one) => one?.name ?? ""),
      type: set.apply((one) => one?.type ?? "TXT"),
      ttl: 300,
      values: set.apply((one) => [...(index === 0 ? [OTHER_TEAM] : []), ...(one?.values ?? [])]),
    });
  });
  const verification = new DomainVerification("mail", { of: identity, timeout: "2m" }, { dependsOn: records });
  return { arns: verification.identityArns, verified: verification.verified };
}

/** The chapters share one stack: each begins where the one before ended. */
describe("building blocks of a domain that sends, on the engine", function () {
  this.timeout(180_000);
  let at: SendingWorld;
  let stack: EngineStack;
  before(async () => {
    at = await openSendingWorld("route53");
    stack = await at.world.open({ program: async () => blocks(at.world.zoneId) });
  });
  after(() => at.close());

  it("up has another provider publish all records, and waits for all", async () => {
    const up = succeeded(await stack.up());
    assert.equal(up.outputs.verified, true);
    assert.deepEqual(at.ses(), { dkim: "Success", signs: true, mailFrom: `${BOUNCE} Success` });
    for (const name of at.dkimNames()) assert.equal(at.at(name, "CNAME")?.length, 1);
    await assertQuiet(stack);
  });

  it("a preview says which is gone, and up with a refresh has it written again", async () => {
    const [gone] = at.dkimNames();
    assert.ok(gone);
    at.remove(gone, "CNAME");
    const preview = succeeded(await stack.preview({ diff: true }));
    assert.deepEqual(preview.changes, { same: SETS + 2, update: 1 });
    assert.ok(preview.stdout.includes(gone), JSON.stringify(shownBy(preview)));
    assert.match(preview.stdout, /dkim-cname-(missing|partial)/);
    succeeded(await stack.up({ refresh: true }));
    assert.equal(at.at(gone, "CNAME")?.length, 1);
    await assertQuiet(stack);
    succeeded(await stack.destroy());
    assert.deepEqual(at.world.statuses(), {});
  });
});
