import assert from "node:assert/strict";
import { FORMER_OWNER_TAG, MADE_TAG, type Register, readRegister, USER_PREFIX } from "../../provider/ses/register";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  HOUR_MS,
  NAME,
  OTHER_TEAM,
  openDomainWorld,
  type Standing,
} from "../support/emulator/domain";

const US = { accountId: ACCOUNT, region: "us-east-1" };
const EU = { accountId: ACCOUNT, region: "eu-west-1" };
const ARGS = { domain: DOMAIN, identities: [{ region: US.region }], dns: { kind: "route53" } };
const BOTH = { ...ARGS, identities: [{ region: US.region }, { region: EU.region }] };
/** The URN's hash of the test's resource `mail`, as version 0.1 wrote it. */
const FORMER = /^demo\/test\/[0-9a-f]{16}$/;

describe("whose an identity is", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  const register = (scope = US): Register | undefined => {
    const tags = world.emulator.cloud.ses.tags(scope, DOMAIN);
    return tags && readRegister([...tags].map(([Key, Value]) => ({ Key, Value })));
  };
  const users = (scope = US) =>
    register(scope)
      ?.users.map(({ state, label }) => `${state} ${label}`)
      .sort();
  const deleted = () => world.emulator.requests.counts().http["ses:DeleteIdentity"] ?? 0;
  const deny = (...actions: string[]) =>
    actions.map((action) => world.emulator.faults.http({ action }, { kind: "deny" }));
  const adopted = ({ outputs }: Standing) =>
    (outputs.verifications as readonly { readonly adopted: boolean }[]).map((one) => one.adopted);
  const byHand = (tags: Readonly<Record<string, string>> = {}) =>
    world.emulator.cloud.ses.inject([{ ...US, name: DOMAIN, token: "byHandByHandByHand", status: "Success", tags }]);
  /** The state as version 0.1 wrote it, and its tag. */
  const asFormer = ({ inputs, outputs }: Standing): Standing => {
    const { __mark, __unmarked, ...state } = outputs;
    const { __register, ...given } = inputs;
    const hash = register()?.users[0]?.urnHash ?? "";
    world.emulator.cloud.ses.setTags(US, DOMAIN, new Map([[FORMER_OWNER_TAG, `demo/test/${hash}`]]));
    return { inputs: given, outputs: state };
  };

  describe("a create", () => {
    it("writes its mark and what this package made in one call, and settles when it ends", async () => {
      const seen: (readonly string[] | undefined)[] = [];
      world.emulator.requests.onRequest((event) => {
        if (event.phase === "after" && event.action === "TagResource") seen.push(users());
      });
      const up = await world.run().up(ARGS);
      assert.deepEqual(seen, [["creating demo/test/mail"], ["settled demo/test/mail"]]);
      assert.equal(register()?.made, true);
      assert.equal(register()?.users[0]?.mark, up.outputs.__mark);
    });

    it("settles when it ends with a partial state", async () => {
      world.emulator.faults.http({ service: "route53", action: "Change*" }, { kind: "deny" });
      const up = await world.run().up(ARGS);
      assert.ok(up.failed);
      assert.deepEqual(users(), ["settled demo/test/mail"]);
      assert.equal(register()?.users[0]?.mark, up.outputs.__mark);
    });

    it("makes another mark each time", async () => {
      const one = await world.run().up(ARGS);
      const two = await world.run({ stack: "prod" }).up(ARGS);
      assert.notEqual(one.outputs.__mark, two.outputs.__mark);
    });

    it("replaces the mark of an earlier create of its own that was killed", async () => {
      const up = await world.run().up(ARGS);
      const [own] = register()?.users ?? [];
      const tags = new Map([
        [MADE_TAG, "x"],
        [`${USER_PREFIX}dead`, `creating ${own?.urnHash} demo/test/mail`],
        [`${USER_PREFIX}other`, "creating 0000000000000000 demo/test/other"],
      ]);
      world.emulator.cloud.ses.setTags(US, DOMAIN, tags);
      const again = await world.run().up(ARGS);
      assert.deepEqual(users(), ["creating demo/test/other", "settled demo/test/mail"]);
      assert.deepEqual(adopted(again), [false]);
      assert.notEqual(again.outputs.__mark, up.outputs.__mark);
    });

    it("leaves a settled mark of its own name be: it may be another backend's", async () => {
      await world.run().up(ARGS);
      const second = await world.run().up(ARGS);
      assert.deepEqual(users(), ["settled demo/test/mail", "settled demo/test/mail"]);
      await world.run().destroy(second);
      assert.deepEqual(world.statuses(), { [`${ACCOUNT}/${US.region}`]: "Success" });
    });

    it("asks again where the identity is deleted while it joins", async () => {
      const first = await world.run().up(ARGS);
      let once = true;
      world.emulator.requests.onRequest((event) => {
        if (event.phase !== "after" || event.action !== "TagResource" || !once) return;
        once = false;
        world.emulator.cloud.ses.remove(US, DOMAIN);
      });
      const second = await world.run({ stack: "prod" }).up(ARGS);
      assert.equal(second.failed, undefined);
      assert.deepEqual(users(), ["settled demo/prod/mail"]);
      assert.equal(register()?.made, true);
      assert.ok(first);
    });

    it("tells on preview who uses the identity, and refuses none that this package made", async () => {
      await world.run().up(ARGS);
      const { warnings, failures } = await world.run({ stack: "prod" }).preview({ ...ARGS, adopt: "refuse" });
      assert.deepEqual(failures, []);
      assert.match(warnings.join("\n"), /demo\/test\/mail/);
    });

    it("finds on preview that no tag is free, and names the users", async () => {
      const tags = Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`team-${index}`, "x"]));
      byHand({ ...tags, [`${USER_PREFIX}aa`]: "settled 0123456789abcdef demo/prod/mail" });
      const { failures } = await world.run().preview(ARGS);
      assert.equal(failures.length, 1);
      assert.match(failures[0]?.reason ?? "", /sesdomain:user:aa .*demo\/prod\/mail/);
      await assert.rejects(world.run().up(ARGS));
      assert.equal(register()?.keys.length, 50);
    });
  });

  describe("adopt", () => {
    it("keep: uses what was made by hand, registers, and leaves it", async () => {
      byHand();
      const up = await world.run().up(ARGS);
      assert.deepEqual(adopted(up), [true]);
      assert.deepEqual(users(), ["settled demo/test/mail"]);
      assert.equal(register()?.made, false);
      await world.run().destroy(up);
      assert.deepEqual(world.statuses(), { [`${ACCOUNT}/${US.region}`]: "Success" });
      assert.deepEqual(users(), []);
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, "byHandByHandByHand"].sort());
    });

    it("own: takes it, and the last user removes it, whoever that is", async () => {
      byHand();
      const keeps = await world.run({ stack: "keeps" }).up(ARGS);
      const owns = await world.run().up({ ...ARGS, adopt: "own" });
      assert.deepEqual(adopted(owns), [false]);
      await world.run().destroy(owns);
      assert.deepEqual(users(), ["settled demo/keeps/mail"]);
      await world.run({ stack: "keeps" }).destroy(keeps);
      assert.deepEqual(world.statuses(), {});
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
    });

    it("own, later: is an update", async () => {
      byHand();
      const up = await world.run().up(ARGS);
      const args = { ...ARGS, adopt: "own" };
      const run = world.run();
      const { inputs } = await run.preview(args, up.inputs);
      assert.equal((await run.diff(up.outputs, inputs)).changes, true);
      const owned = await world.run().up(args, up);
      assert.equal(register()?.made, true);
      await world.run().destroy(owned);
      assert.deepEqual(world.statuses(), {});
    });

    it("refuse: fails on what this package did not make", async () => {
      byHand();
      const { failures } = await world.run().preview({ ...ARGS, adopt: "refuse" });
      assert.equal(failures.length, 1);
      assert.deepEqual(users(), []);
    });
  });

  describe("a delete", () => {
    it("of the first of two stacks leaves the identity and its value; that of the second removes them", async () => {
      for (const order of [0, 1]) {
        const stacks = [
          { stack: "dev", up: await world.run({ stack: "dev" }).up(ARGS) },
          { stack: "prod", up: await world.run({ stack: "prod" }).up(ARGS) },
        ];
        const [first, second] = order === 0 ? stacks : stacks.reverse();
        assert.ok(first && second);
        const run = world.run({ stack: first.stack });
        await run.destroy(first.up);
        assert.match(run.lines.join("\n"), new RegExp(`demo/${second.stack}/mail`));
        assert.deepEqual(users(), [`settled demo/${second.stack}/mail`]);
        assert.equal(world.at(NAME)?.values.length, 2);
        await world.run({ stack: second.stack }).destroy(second.up);
        assert.deepEqual(world.statuses(), {});
        assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
      }
    });

    it("takes the mark of a replacement that was killed for none, and those of others for what they are", async () => {
      for (const other of [true, false]) {
        const up = await world.run().up(ARGS);
        const [own] = register()?.users ?? [];
        const tags = new Map(world.emulator.cloud.ses.tags(US, DOMAIN));
        tags.set(`${USER_PREFIX}dead`, `creating ${own?.urnHash} demo/test/mail`);
        if (other) tags.set(`${USER_PREFIX}other`, "creating 0000000000000000 demo/test/other");
        world.emulator.cloud.ses.setTags(US, DOMAIN, tags);
        await world.run().destroy(up);
        assert.deepEqual(users(), other ? ["creating demo/test/other"] : undefined);
        world.emulator.cloud.ses.remove(US, DOMAIN);
      }
    });

    it("of both at once removes it", async () => {
      const dev = await world.run({ stack: "dev" }).up(ARGS);
      const prod = await world.run({ stack: "prod" }).up(ARGS);
      await Promise.all([world.run({ stack: "dev" }).destroy(dev), world.run({ stack: "prod" }).destroy(prod)]);
      assert.deepEqual(world.statuses(), {});
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
    });

    it("in the run that declares the identity leaves it, whichever comes first of Create and Delete", async () => {
      for (const first of ["create", "delete"]) {
        const up = await world.run().up(ARGS);
        const before = world.at(NAME);
        world.emulator.requests.reset();
        const run = world.run();
        let next: Standing;
        if (first === "create") {
          next = await run.up(ARGS);
          await run.destroy(up);
        } else {
          await run.preview(ARGS, up.inputs);
          await run.destroy(up);
          next = await run.up(ARGS);
        }
        assert.equal(deleted(), 0);
        assert.deepEqual(world.at(NAME), before);
        assert.deepEqual(users(), ["settled demo/test/mail"]);
        assert.equal(register()?.users[0]?.mark, next.outputs.__mark);
        await world.run().destroy(next);
        assert.deepEqual(world.statuses(), {});
      }
    });

    it("in such a run leaves it without any permission to tag, too", async () => {
      deny("TagResource", "UntagResource", "ListTagsForResource");
      const up = await world.run().up(ARGS);
      const run = world.run();
      const next = await run.up({ ...ARGS, adopt: "own" });
      await run.destroy(up);
      assert.equal(deleted(), 0);
      await world.run().destroy(next);
      assert.deepEqual(world.statuses(), {});
    });

    it("leaves an identity whose tags were removed", async () => {
      const up = await world.run().up(ARGS);
      world.emulator.cloud.ses.setTags(US, DOMAIN, new Map());
      const run = world.run();
      await run.destroy(up);
      assert.equal(deleted(), 0);
      assert.ok(run.lines.length > 0);
    });

    it("leaves an identity that was deleted and made again by hand", async () => {
      const up = await world.run().up(ARGS);
      world.emulator.cloud.ses.remove(US, DOMAIN);
      byHand();
      await world.run().destroy(up);
      assert.deepEqual(world.statuses(), { [`${ACCOUNT}/${US.region}`]: "Success" });
    });

    it("goes by the state where tags may not be written, and by the tags of others that it can read", async () => {
      const [fault] = deny("TagResource");
      const up = await world.run().up(ARGS);
      assert.equal((up.outputs.__unmarked as readonly string[]).length, 1);
      fault?.off();
      const other = await world.run({ stack: "prod" }).up({ ...ARGS, adopt: "own" });
      deny("TagResource");
      await world.run().destroy(up);
      assert.equal(deleted(), 0);
      world.emulator.faults.clear();
      await world.run({ stack: "prod" }).destroy(other);
      assert.deepEqual(world.statuses(), {});
    });

    it("removes what it made where tags may neither be written nor read", async () => {
      deny("TagResource", "UntagResource", "ListTagsForResource");
      const up = await world.run().up(ARGS);
      await world.run().destroy(up);
      assert.deepEqual(world.statuses(), {});
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
    });

    it("leaves its mark as leaving where it may not be taken away, which counts as no user", async () => {
      const dev = await world.run({ stack: "dev" }).up(ARGS);
      const prod = await world.run({ stack: "prod" }).up(ARGS);
      deny("UntagResource");
      await world.run({ stack: "dev" }).destroy(dev);
      assert.deepEqual(users(), ["leaving demo/dev/mail", "settled demo/prod/mail"]);
      await world.run({ stack: "prod" }).destroy(prod);
      assert.deepEqual(world.statuses(), {});
    });

    it("is a user again where the identity could not be removed", async () => {
      const up = await world.run().up(ARGS);
      deny("DeleteIdentity");
      await assert.rejects(world.run().destroy(up));
      assert.deepEqual(users(), ["settled demo/test/mail"]);
      world.emulator.faults.clear();
      await world.run().destroy(up);
      assert.deepEqual(world.statuses(), {});
    });

    it("takes a mark that is read late for what it is", async () => {
      world.emulator.faults.http({ action: "ListTagsForResource" }, { kind: "late-tags", lagMs: 10_000 });
      const up = await world.run().up({ ...ARGS, wait: false });
      await world.run().destroy(up);
      assert.deepEqual(world.statuses(), {});
    });

    it("of a copied state is that of one user", async () => {
      const up = await world.run().up(ARGS);
      const copy = await world.run({ stack: "copy" }).up({ ...ARGS, ttl: 600 }, up);
      assert.equal(register()?.users.length, 1);
      await world.run({ stack: "copy" }).destroy(copy);
      assert.deepEqual(world.statuses(), {});
      await world.run().destroy(up);
    });
  });

  it("moves a region from one resource to another without a moment without it", async () => {
    const both = await world.run().up(BOTH);
    world.emulator.requests.reset();
    // One run: the program declares both resources before the first update has come to what it removes.
    const run = world.run();
    const { inputs } = await run.preview(ARGS, both.inputs);
    const second = await run.up({ ...ARGS, identities: [{ region: EU.region }] });
    const first = await run.up(ARGS, { ...both, inputs });
    assert.equal(deleted(), 0);
    assert.equal(first.failed ?? second.failed, undefined);
    assert.equal(users(EU)?.length, 1);
    assert.equal(register(EU)?.users[0]?.mark, second.outputs.__mark);
    assert.equal(world.at(NAME)?.values.length, 3);
  });

  it("registers an added region, and removes one that no resource wants", async () => {
    const up = await world.run().up(ARGS);
    const both = await world.run().up(BOTH, up);
    assert.equal(register(EU)?.users[0]?.mark, up.outputs.__mark);
    const one = await world.run().up({ ...ARGS, identities: [{ region: EU.region }] }, both);
    assert.deepEqual(world.statuses(), { [`${ACCOUNT}/${EU.region}`]: "Success" });
    await world.run().destroy(one);
    assert.deepEqual(world.statuses(), {});
  });

  describe("a state of version 0.1", () => {
    it("shows one update that registers, and nothing else", async () => {
      const old = asFormer(await world.run().up(ARGS));
      assert.match(world.emulator.cloud.ses.tags(US, DOMAIN)?.get(FORMER_OWNER_TAG) ?? "", FORMER);
      const run = world.run();
      const { inputs, warnings } = await run.preview(ARGS, old.inputs);
      assert.match(String(inputs.verification), /^register: /);
      assert.deepEqual(warnings, []);
      assert.deepEqual(await run.diff(old.outputs, inputs), { changes: true, replaces: [], warnings: [] });
      const before = world.at(NAME);
      const up = await world.run().up(ARGS, old);
      assert.deepEqual(world.at(NAME), before);
      const [user] = register()?.users ?? [];
      assert.equal(up.outputs.__mark, user?.mark);
      assert.equal(register()?.users.length, 1);
      // The tag of version 0.1 told that this package made it; it goes with its user.
      assert.ok(register()?.keys.includes(MADE_TAG));
      const later = world.run();
      const clean = await later.preview(ARGS, up.inputs);
      assert.equal(clean.inputs.verification, "verified");
      assert.equal((await later.diff(up.outputs, clean.inputs)).changes, false);
      await world.run().destroy(up);
      assert.deepEqual(world.statuses(), {});
    });

    it("is destroyed before any up", async () => {
      const old = asFormer(await world.run().up(ARGS));
      await world.run().destroy(old);
      assert.deepEqual(world.statuses(), {});
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
    });

    it("is destroyed where it was never tagged", async () => {
      const old = asFormer(await world.run().up(ARGS));
      world.emulator.cloud.ses.setTags(US, DOMAIN, new Map());
      await world.run().destroy(old);
      assert.deepEqual(world.statuses(), {});
    });

    it("survives another name in the program after its stack was renamed", async () => {
      const old = asFormer(await world.run().up(ARGS));
      const run = world.run({ stack: "renamed", name: "post" });
      const next = await run.up(ARGS);
      // Pulumi deletes the old resource in the same run, by its old state.
      await world.run().destroy(old);
      assert.deepEqual(users(), ["settled demo/renamed/post"]);
      assert.equal(deleted(), 0);
      await world.run({ stack: "renamed", name: "post" }).destroy(next);
      assert.deepEqual(world.statuses(), {});
    });

    it("counts as a user for a new one", async () => {
      asFormer(await world.run().up(ARGS));
      const prod = await world.run({ stack: "prod" }).up(ARGS);
      assert.deepEqual(adopted(prod), [false]);
      await world.run({ stack: "prod" }).destroy(prod);
      assert.equal(deleted(), 0);
    });
  });

  it("joins while the other is Pending", async () => {
    const dev = await world.run({ stack: "dev" }).up({ ...ARGS, wait: false });
    const prod = await world.run({ stack: "prod" }).up(ARGS);
    assert.equal(prod.failed, undefined);
    await world.run({ stack: "dev" }).destroy(dev);
    assert.deepEqual(world.statuses(), { [`${ACCOUNT}/${US.region}`]: "Success" });
    await world.emulator.clock.advance(24 * 7 * HOUR_MS);
    assert.deepEqual(world.statuses(), { [`${ACCOUNT}/${US.region}`]: "Success" });
  });

  describe("what goes wrong between two steps", () => {
    const both = async () => ({
      dev: await world.run({ stack: "dev" }).up(ARGS),
      prod: await world.run({ stack: "prod" }).up(ARGS),
    });
    const stands = { [`${ACCOUNT}/${US.region}`]: "Success" };

    it("a delete that fails after it has said `leaving` stays a user", async () => {
      const { dev, prod } = await both();
      let once = true;
      world.emulator.requests.onRequest((event) => {
        if (event.phase !== "after" || event.action !== "TagResource" || !once) return;
        once = false;
        world.emulator.faults.http({ action: "ListTagsForResource" }, { kind: "error", status: 503 });
      });
      await assert.rejects(world.run({ stack: "dev" }).destroy(dev));
      world.emulator.faults.clear();
      assert.deepEqual(users(), ["settled demo/dev/mail", "settled demo/prod/mail"]);
      await world.run({ stack: "prod" }).destroy(prod);
      assert.deepEqual(world.statuses(), stands);
    });

    it("a delete that is interrupted after it has said `leaving` stays a user", async () => {
      const { dev } = await both();
      const control = new AbortController();
      world.emulator.requests.onRequest((event) => {
        if (event.phase === "after" && event.action === "TagResource") control.abort(new Error("stop"));
      });
      await assert.rejects(world.run({ stack: "dev", signal: control.signal }).destroy(dev), /stop/);
      assert.deepEqual(users(), ["settled demo/dev/mail", "settled demo/prod/mail"]);
    });

    it("a user that joined within the lag of the tags is seen", async () => {
      world.emulator.faults.http({ action: "ListTagsForResource" }, { kind: "late-tags", lagMs: 10_000 });
      const { dev, prod } = await both();
      await world.run({ stack: "dev" }).destroy(dev);
      assert.deepEqual(world.statuses(), stands);
      await world.run({ stack: "prod" }).destroy(prod);
      assert.deepEqual(world.statuses(), {});
    });

    it("another backend's create of the same names is a user while it waits", async () => {
      const one = await world.run().up({ ...ARGS, wait: false });
      const tags = world.emulator.cloud.ses.tags(US, DOMAIN) ?? new Map();
      const [own] = register()?.users ?? [];
      const other = [`${USER_PREFIX}other`, `creating ${own?.urnHash} demo/test/mail`] as const;
      world.emulator.cloud.ses.setTags(US, DOMAIN, new Map([...tags, other]));
      world.emulator.cloud.ses.setStatus(ACCOUNT, US.region, DOMAIN, "Pending");
      world.emulator.faults.dns("*", { lie: { type: "TXT", values: [] } });
      await world.run().destroy(one);
      assert.equal(deleted(), 0);
    });

    it("a replacement that was killed in its create keeps nothing", async () => {
      const up = await world.run().up(ARGS);
      const tags = world.emulator.cloud.ses.tags(US, DOMAIN) ?? new Map();
      const dead = [`${USER_PREFIX}dead`, `creating ${register()?.users[0]?.urnHash} demo/test/mail`] as const;
      world.emulator.cloud.ses.setTags(US, DOMAIN, new Map([...tags, dead]));
      await world.run().destroy(up);
      assert.deepEqual(world.statuses(), {});
    });

    it("tags that say that there is no identity, while SES lists it, prove nothing", async () => {
      const up = await world.run().up(ARGS);
      world.emulator.faults.http(
        { action: "ListTagsForResource" },
        { kind: "error", status: 404, code: "NotFoundException" },
      );
      await assert.rejects(world.run().destroy(up));
      assert.deepEqual(world.statuses(), stands);
      assert.equal(world.at(NAME)?.values.length, 2);
    });

    it("who joins while another leaves notices that the identity has gone", async () => {
      const dev = await world.run({ stack: "dev" }).up(ARGS);
      let joining: Promise<Standing> | undefined;
      world.emulator.requests.onRequest(async (event) => {
        if (event.phase !== "before" || event.action !== "DeleteIdentity" || joining !== undefined) return;
        joining = world.run({ stack: "prod" }).up(ARGS);
        while (users()?.length !== 2) await new Promise((resolve) => setImmediate(resolve));
      });
      await world
        .run({ stack: "dev" })
        .destroy(dev)
        .catch(() => undefined);
      const prod = await joining;
      assert.equal(prod?.failed, undefined);
      assert.deepEqual(world.statuses(), stands);
      assert.deepEqual(users(), ["settled demo/prod/mail"]);
    });

    it("a removal that fails after the last other user has left can be repeated", async () => {
      const { dev, prod } = await both();
      let once = true;
      world.emulator.requests.onRequest(async (event) => {
        if (event.phase !== "after" || event.action !== "UntagResource" || !once) return;
        once = false;
        const left = new Map(
          [...(world.emulator.cloud.ses.tags(US, DOMAIN) ?? [])].filter(([, value]) => !/prod/.test(value)),
        );
        world.emulator.cloud.ses.setTags(US, DOMAIN, left);
        deny("DeleteIdentity");
      });
      await assert.rejects(world.run({ stack: "dev" }).destroy(dev));
      world.emulator.faults.clear();
      await world.run({ stack: "dev" }).destroy(dev);
      assert.deepEqual(world.statuses(), {});
      assert.ok(prod);
    });
  });

  describe("that this package made it is kept", () => {
    it("by a state of version 0.1 whose first operation is a replacement, Delete first", async () => {
      const old = asFormer(await world.run().up(ARGS));
      const run = world.run();
      await run.preview(ARGS, old.inputs);
      await run.destroy(old);
      const next = await run.up({ ...ARGS, adopt: "refuse" });
      assert.deepEqual(adopted(next), [false]);
      await world.run().destroy(next);
      assert.deepEqual(world.statuses(), {});
    });

    it("where the one that made it could not tag, and leaves before another", async () => {
      const [fault] = deny("TagResource");
      const dev = await world.run({ stack: "dev" }).up(ARGS);
      fault?.off();
      const prod = await world.run({ stack: "prod" }).up(ARGS);
      await world.run({ stack: "dev" }).destroy(dev);
      assert.deepEqual(world.statuses(), { [`${ACCOUNT}/${US.region}`]: "Success" });
      await world.run({ stack: "prod" }).destroy(prod);
      assert.deepEqual(world.statuses(), {});
    });

    it("where its tags are full: the state decides", async () => {
      deny("TagResource");
      const up = await world.run().up(ARGS);
      world.emulator.faults.clear();
      const full = new Map(Array.from({ length: 50 }, (_, index) => [`team-${index}`, "x"]));
      world.emulator.cloud.ses.setTags(US, DOMAIN, full);
      const more = await world.run().up({ ...ARGS, adopt: "own", ttl: 600 }, up);
      assert.equal((more.outputs.__unmarked as readonly string[]).length, 1);
      await world.run().destroy(more);
      assert.deepEqual(world.statuses(), {});
    });
  });

  it("says so where neither its mark may be taken away nor changed", async () => {
    const dev = await world.run({ stack: "dev" }).up(ARGS);
    await world.run({ stack: "prod" }).up(ARGS);
    deny("UntagResource", "TagResource");
    const run = world.run({ stack: "dev" });
    await run.destroy(dev);
    assert.match(run.lines.join("\n"), /warning: .*aws sesv2 untag-resource .*sesdomain:user:/);
    assert.deepEqual(users(), ["settled demo/dev/mail", "settled demo/prod/mail"]);
  });

  it("declares what it has pinned also where the account cannot be learned", async () => {
    const up = await world.run().up(ARGS);
    const fault = world.emulator.faults.http({ service: "sts" }, { kind: "error", status: 503 });
    const run = world.run({ silenceMs: 200 });
    await run.preview(ARGS, up.inputs);
    fault.off();
    await run.destroy(up);
    assert.equal(deleted(), 0);
  });
});
