import assert from "node:assert/strict";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  NAME,
  OTHER_TEAM,
  openDomainWorld,
  type Standing,
  stepsOf,
} from "../support/emulator/domain";

const SECOND = "222222222222";
const US = { region: "us-east-1" };
const EU = { region: "eu-west-1" };
const of = (...identities: readonly object[]) => ({ domain: DOMAIN, identities, dns: { kind: "route53" } });
const verified = (...regions: readonly string[]) =>
  Object.fromEntries(regions.map((region) => [`${ACCOUNT}/${region}`, "Success"]));
const namesOf = ({ outputs }: Standing) =>
  (outputs.verifications as readonly { readonly name: string; readonly region: string }[]).map(
    ({ name, region }) => `${name} ${region}`,
  );

/** An identity is an account and a region to SES; what a program calls it is the program's affair. */
describe("an identity under another name", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld({
      accounts: [{ id: ACCOUNT, roles: [{ name: "mail" }] }, { id: SECOND }],
      ses: { tokenAfterFailure: "new" },
    });
  });
  afterEach(() => world.close());

  const changing = () =>
    Object.keys(world.emulator.requests.counts().http).filter((one) => /:(Verify|Delete|Change)/.test(one));

  it("is renamed: nothing is asked, written or removed", async () => {
    const before = await world.run().up(of(US));
    const values = world.at(NAME);
    world.emulator.requests.reset();
    const renamed = await world.run().up(of({ ...US, name: "main" }), before);
    assert.equal(renamed.failed, undefined);
    assert.deepEqual(namesOf(renamed), ["main us-east-1"]);
    assert.deepEqual(world.statuses(), verified("us-east-1"));
    assert.deepEqual(world.at(NAME), values);
    assert.deepEqual(changing(), []);
    await world.run().destroy(renamed);
    assert.deepEqual(world.statuses(), {});
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
  });

  it("swaps its name with another one", async () => {
    const before = await world.run().up(of({ ...US, name: "a" }, { ...EU, name: "b" }));
    const values = world.at(NAME);
    const swapped = await world.run().up(of({ ...US, name: "b" }, { ...EU, name: "a" }), before);
    assert.equal(swapped.failed, undefined);
    assert.deepEqual(namesOf(swapped), ["b us-east-1", "a eu-west-1"]);
    assert.deepEqual(world.statuses(), verified("us-east-1", "eu-west-1"));
    assert.deepEqual(world.at(NAME), values);
  });

  it("is looked at under its new name, on the very first preview", async () => {
    const before = await world.run().up(of(US));
    world.setValues(NAME, [OTHER_TEAM]);
    const { inputs } = await world.run().preview(of({ ...US, name: "main" }), before.inputs);
    assert.deepEqual(stepsOf(inputs), ["publish main", "wait"]);
  });

  it("that moves to another region is another one: the old one goes, last", async () => {
    const before = await world.run().up(of({ ...US, name: "main" }));
    const moved = await world.run().up(of({ ...EU, name: "main" }), before);
    assert.equal(moved.failed, undefined);
    assert.deepEqual(world.statuses(), verified("eu-west-1"));
    assert.equal(world.at(NAME)?.values.length, 2);
  });

  it("is refused twice in one program, also by two kinds of credentials of one account", async () => {
    const twice = of(US, { ...US, name: "again", roleArn: `arn:aws:iam::${ACCOUNT}:role/mail` });
    const { failures } = await world.run().preview(twice);
    assert.equal(failures[0]?.property, "identities[1]");
    assert.match(failures[0]?.reason ?? "", /is declared by identities\[0\] too.*Declare it once/);
  });
});

describe("the account that an identity is pinned to", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld({ accounts: [{ id: ACCOUNT }, { id: SECOND }] });
  });
  afterEach(() => world.close());

  it("stays pinned where one run could not learn whose the credentials are", async () => {
    const up = await world.run().up(of(US));
    const blind = world.emulator.faults.http({ service: "sts" }, { kind: "error" });
    const unsure = world.run();
    const { inputs, warnings } = await unsure.preview(of(US), up.inputs);
    assert.notDeepEqual(warnings, []);
    assert.deepEqual(inputs.identityArns, up.inputs.identityArns);
    assert.equal((await unsure.diff(up.outputs, inputs)).changes, false);
    blind.off();
    const { failures } = await world.run({ account: SECOND }).preview(of(US), inputs);
    assert.match(failures[0]?.reason ?? "", new RegExp(`${ACCOUNT}.*${SECOND}`));
  });

  it("is the one that the program names", async () => {
    const named = (accountId: string) => ({ ...of(US), identities: [{ region: "us-east-1", accountId }] });
    const { failures } = await world.run().preview(named(SECOND));
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["identities[0]"],
    );
    assert.match(failures[0]?.reason ?? "", new RegExp(`${ACCOUNT}.*${SECOND}`));
    assert.equal((await world.run().up(named(ACCOUNT))).failed, undefined);
  });

  it("is the state's, whatever became of the inputs", async () => {
    const up = await world.run().up(of(US));
    const { identityArns: _, ...lost } = up.inputs;
    await assert.rejects(world.run({ account: SECOND }).diff(up.outputs, lost), new RegExp(`${ACCOUNT}.*${SECOND}`));
    assert.deepEqual(world.statuses(), verified("us-east-1"));
  });
});
