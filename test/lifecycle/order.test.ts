import assert from "node:assert/strict";
import { MADE_TAG, readRegister, USER_PREFIX } from "../../provider/ses/register";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  NAME,
  OTHER_TEAM,
  openDomainWorld,
  type Standing,
} from "../support/emulator/domain";

const US = { accountId: ACCOUNT, region: "us-east-1" };
const ARGS = { domain: DOMAIN, identities: [{ region: US.region }], dns: { kind: "route53" } };

/** How late every server has what its host was given. */
const LAG_MS = 60_000;

/** What has to be done before what, where the end alone does not show it. */
describe("the steps of an operation", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  const asked = (action: string) => world.emulator.requests.log(action).length;
  const tokenOf = ({ outputs }: Standing) =>
    (outputs.verifications as readonly { readonly token: string }[])[0]?.token ?? "";

  it("every zone is found before SES is asked: an identity without a place for its value would only fail", async () => {
    const up = await world.run().up(ARGS);
    const zone = world.emulator.zones.named(DOMAIN);
    world.emulator.zones.remove(zone?.id ?? "");
    const more = await world.run().up({ ...ARGS, identities: [...ARGS.identities, { region: "eu-west-1" }] }, up);
    assert.ok(more.failed);
    assert.equal(asked("VerifyDomainIdentity"), 1);
    assert.deepEqual(more.outputs, up.outputs);
  });

  /** What passes between the moments at which the value comes at its new name and goes at the old one, in ms. */
  async function overlapOf(more: object): Promise<number> {
    const up = await world.run().up({ ...ARGS, ...more });
    const token = tokenOf(up);
    const servers = world.emulator.zones.named(DOMAIN)?.servers ?? [];
    for (const { name } of servers) world.emulator.faults.dns(name, { lagMs: LAG_MS });
    let cameMs: number | undefined;
    let wentMs: number | undefined;
    world.emulator.zones.subscribe(() => {
      if (world.at(DOMAIN)?.values.includes(`amazonses:${token}`)) cameMs ??= world.clock.now();
      if (!world.at(NAME)?.values.includes(token)) wentMs ??= world.clock.now();
    });
    const moved = await world.run().up({ ...ARGS, ...more, placement: "apex" }, up);
    assert.equal(moved.failed, undefined);
    assert.ok(cameMs !== undefined && wentMs !== undefined);
    return wentMs - cameMs;
  }

  for (const wait of [true, false]) {
    it(`a value goes once every server has its successor, with wait: ${wait}`, async () => {
      assert.ok((await overlapOf({ wait })) >= LAG_MS);
    });
  }

  it("a value goes once caches have its successor, where DNS is not read", async () => {
    assert.ok((await overlapOf({ dnsCheck: { mode: "off" }, ttl: 450 })) >= 450_000);
  });

  it("a value stays with an identity that stays at SES, though the program no longer names it", async () => {
    const here = { accountId: ACCOUNT, region: "eu-west-1" };
    const token = "byHandByHandByHand";
    world.emulator.cloud.ses.inject([{ ...here, name: DOMAIN, token, status: "Success" }]);
    const both = await world.run().up({ ...ARGS, identities: [...ARGS.identities, { region: here.region }] });
    const one = await world.run().up(ARGS, both);
    assert.equal(one.failed, undefined);
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, token, tokenOf(one)].sort());
    assert.equal(world.statuses()[`${ACCOUNT}/${here.region}`], "Success");
  });

  it("who joins waits while another is leaving, which may remove the identity yet", async () => {
    const first = await world.run({ stack: "dev" }).up(ARGS);
    let joining: Promise<Standing> | undefined;
    let joined = false;
    let wrote = false;
    let looks = 0;
    world.emulator.requests.onRequest(async ({ action, phase }) => {
      if (phase === "after" && joining !== undefined && action === "TagResource") wrote = true;
      if (phase === "after" && wrote && action === "ListTagsForResource") looks += 1;
      if (phase !== "before" || action !== "DeleteIdentity" || joining !== undefined) return;
      joining = world
        .run({ stack: "prod" })
        .up(ARGS)
        .finally(() => {
          joined = true;
        });
      // The removal takes effect late: once the other looks whether it has come to that, or believes to be done.
      while (looks === 0 && !joined) await new Promise((resolve) => setImmediate(resolve));
    });
    await world.run({ stack: "dev" }).destroy(first);
    const second = await joining;
    assert.equal(second?.failed, undefined);
    assert.deepEqual(world.statuses(), { [`${ACCOUNT}/${US.region}`]: "Success" });
    const tags = [...(world.emulator.cloud.ses.tags(US, DOMAIN) ?? [])].map(([Key, Value]) => ({ Key, Value }));
    assert.deepEqual(
      readRegister(tags).users.map(({ state, label }) => `${state} ${label}`),
      ["settled demo/prod/mail"],
    );
    assert.ok(world.at(NAME)?.values.includes(tokenOf(second as Standing)));
  });

  it("who joins does not wait for ever for one that was killed while it left", async () => {
    const tags = { [MADE_TAG]: "x", [`${USER_PREFIX}dead`]: "leaving 0123456789abcdef demo/dev/mail" };
    world.emulator.cloud.ses.inject([
      { ...US, name: DOMAIN, token: "ofAnIdentityThatIsShared", status: "Success", tags },
    ]);
    const startedMs = world.clock.now();
    const up = await world.run().up(ARGS);
    assert.equal(up.failed, undefined);
    assert.ok(world.clock.now() - startedMs < 10 * 60_000);
  });
});
