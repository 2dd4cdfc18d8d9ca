import assert from "node:assert/strict";
import type { Meeting } from "../../provider/lifecycle/identity/meeting";
import type { Props } from "../../provider/lifecycle/lifecycle";
import { WIRE_UNKNOWN } from "../../provider/pulumi/inputs";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  NAME,
  OTHER_TEAM,
  openDomainWorld,
  SPF,
  type Standing,
} from "../support/emulator/domain";

const US = { accountId: ACCOUNT, region: "us-east-1" };
const EU = { accountId: ACCOUNT, region: "eu-west-1" };
const OTHER_ACCOUNT = "222222222222";
const ADDRESS = "sender@elsewhere-example.com";
const TOKEN = "byHandByHandByHand";
const ARGS = { domain: DOMAIN, identities: [{ region: US.region }], dns: { kind: "route53" } };
/** What each kind of resource is declared with, and the name of its identity. */
const KINDS = {
  VerifiedDomain: { args: ARGS, name: DOMAIN },
  DomainIdentity: { args: { domain: DOMAIN, identities: [{ region: US.region }] }, name: DOMAIN },
  VerifiedEmailAddress: { args: { address: ADDRESS, identities: [{ region: US.region }] }, name: ADDRESS },
} as const;

/** What is told of an identity that is there before a resource uses it, and of one that a resource leaves. */
describe("adopting an identity", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld({ accounts: [{ id: ACCOUNT }, { id: OTHER_ACCOUNT }] });
  });
  afterEach(() => world.close());

  const byHand = (more: object = {}, scope = US, name: string = DOMAIN) =>
    world.emulator.cloud.ses.inject([{ ...scope, name, token: TOKEN, status: "Success", ...more }]);
  const deny = (...actions: string[]) =>
    actions.map((action) => world.emulator.faults.http({ action }, { kind: "deny" }));
  const met = async (args: Props = ARGS, settings: Parameters<DomainWorld["run"]>[0] = {}): Promise<Told> => {
    const { met: all, warnings, failures } = await world.run(settings).preview(args);
    assert.deepEqual(failures, []);
    for (const text of warnings) assert.doesNotMatch(text, /\n/);
    return { all, first: all[0], warnings };
  };

  for (const kind of ["VerifiedDomain", "DomainIdentity", "VerifiedEmailAddress"] as const) {
    const { args, name } = KINDS[kind];
    const inject = (more: object = {}) => byHand(more, US, name);

    describe(`as a ${kind}`, () => {
      for (const adopt of ["keep", "own"] as const) {
        it(`${adopt}: is told in one warning on each preview before the first up, and then no more`, async () => {
          inject({ tags: { team: "mail" } });
          for (const _ of [1, 2]) {
            const { all, warnings } = await met({ ...args, adopt }, { kind });
            assert.deepEqual(
              all.map(({ identity, maker, tags, goes }) => ({ identity, maker, tags, goes })),
              [{ identity: name, maker: "other", tags: ["team=mail"], goes: adopt === "own" }],
            );
            assertPrevented(warnings, 1);
          }
          const run = world.run({ kind });
          const up = await run.up({ ...args, adopt });
          // Check has told it in this run.
          assertPrevented(run.lines, 0);
          const after = await world.run({ kind }).preview({ ...args, adopt }, up.inputs);
          assert.deepEqual([after.met, after.warnings], [[], []]);
        });
      }

      it("is told also where another argument is not known yet, and not where the identities are not", async () => {
        inject();
        const wait = WIRE_UNKNOWN;
        const { first, warnings } = await met({ ...args, previewCheck: wait }, { kind });
        assert.equal(first?.maker, "other");
        assertPrevented(warnings, 1);
        const unknown = { ...args, previewCheck: wait, identities: [{ region: WIRE_UNKNOWN }] };
        assert.deepEqual((await met(unknown, { kind })).all, []);
        deny("ListEmailIdentities", "GetIdentityVerificationAttributes");
        assert.deepEqual((await met({ ...args, previewCheck: wait }, { kind })).all, []);
      });

      it("made by another stack of ours: shared, and nothing to prevent", async () => {
        await world.run({ kind, stack: "other" }).up(args);
        const { all, warnings } = await met(args, { kind });
        assert.deepEqual(
          all.map(({ maker, goes, users }) => [maker, goes, users.map(({ label }) => label)]),
          [["us", true, ["demo/other/mail"]]],
        );
        assertPrevented(warnings, 0);
        assert.equal(warnings.filter((text) => text.includes("demo/other/mail")).length, 1);
      });

      it("made elsewhere and used by another stack of ours: the danger stays", async () => {
        inject();
        await world.run({ kind, stack: "other" }).up(args);
        const { first, warnings } = await met(args, { kind });
        assert.deepEqual([first?.maker, first?.users.length], ["other", 1]);
        assertPrevented(warnings, 1);
      });

      it("whose tags may not be read: unknown, and the danger is told", async () => {
        inject();
        deny("ListTagsForResource");
        for (const adopt of ["keep", "own"]) {
          const { first, warnings } = await met({ ...args, adopt }, { kind });
          assert.deepEqual([first?.maker, first?.goes], ["unknown", adopt === "own"]);
          assertPrevented(warnings, 1);
        }
      });

      it("that came between check and create: is told by the create", async () => {
        const stop = world.emulator.onRequest(({ action, phase }) => {
          if (action !== "GetIdentityVerificationAttributes" || phase !== "before") return;
          stop();
          inject();
        });
        const run = world.run({ kind });
        const up = await run.up({ ...args, ...(kind === "VerifiedDomain" && { previewCheck: "off" }) });
        assert.equal(up.failed, undefined);
        assertPrevented(run.lines, 1);
      });
    });
  }

  describe("and what DNS and SES have of it", () => {
    const record = async (more: Props = {}, settings?: Parameters<DomainWorld["run"]>[0]) =>
      (await met({ ...ARGS, ...more }, settings)).first?.record;

    it("the value is there, at some servers, or nowhere", async () => {
      byHand();
      assert.deepEqual(await record(), { name: NAME, writer: "provider", state: "missing" });
      world.setValues(NAME, [OTHER_TEAM, TOKEN]);
      assert.deepEqual(await record(), { name: NAME, writer: "provider", state: "there" });
    });

    it("is not known where DNS is not read, or answers nothing", async () => {
      byHand();
      world.setValues(NAME, [OTHER_TEAM, TOKEN]);
      assert.equal((await record({ dnsCheck: { mode: "off" } }))?.state, "unknown");
      assert.equal((await record({ previewCheck: "off" }))?.state, "unknown");
      for (const { name } of world.emulator.zones.named(DOMAIN)?.servers ?? []) {
        world.emulator.faults.dns(name, { lame: "SERVFAIL" });
      }
      assert.equal((await record())?.state, "unknown");
    });

    it("with placement apex: what counts is the value at the domain itself", async () => {
      byHand();
      world.setValues(NAME, [OTHER_TEAM, TOKEN]);
      const apex = { placement: "apex" };
      assert.deepEqual(await record(apex), { name: DOMAIN, writer: "provider", state: "missing" });
      world.setValues(DOMAIN, [SPF, `amazonses:${TOKEN}`], 3600);
      assert.deepEqual(await record(apex), { name: DOMAIN, writer: "provider", state: "there" });
    });

    it("with a manual host a person writes; a DomainIdentity writes no DNS", async () => {
      byHand();
      world.setValues(NAME, [OTHER_TEAM, TOKEN]);
      assert.deepEqual(await record({ dns: { kind: "manual" } }), { name: NAME, writer: "person", state: "there" });
      const both = await record({ dns: [{ kind: "route53" }, { kind: "manual" }] });
      assert.deepEqual(both, { name: NAME, writer: "both", state: "there" });
      assert.equal((await met(KINDS.DomainIdentity.args, { kind: "DomainIdentity" })).first?.record, undefined);
    });

    it("an identity made for DKIM has no token: up asks for one, which is told", async () => {
      byHand({ dkimOnly: true });
      const { first } = await met();
      assert.equal(first?.request, "no-token");
      assert.equal(first?.record?.state, "unknown");
      const up = await world.run().up(ARGS);
      assert.equal(up.failed, undefined);
    });

    it("one that SES has given up is asked for again, which is told; one that is verified is not", async () => {
      byHand({ status: "Failed" });
      assert.deepEqual(statusAnd((await met()).first), ["Failed", "lapsed"]);
      world.emulator.cloud.ses.remove(US, DOMAIN);
      byHand();
      assert.deepEqual(statusAnd((await met()).first), ["Success", undefined]);
    });
  });

  it("of two regions tells of the one that is there, and of both in one warning", async () => {
    const both = { ...ARGS, identities: [{ region: US.region }, { region: EU.region }] };
    byHand();
    const one = await met(both);
    assert.deepEqual(
      one.all.map(({ region }) => region),
      [US.region],
    );
    const up = await world.run().up(both);
    const parted = await world.run().destroy(up);
    assert.deepEqual(outcomes(parted), { [US.region]: "stays not-made", [EU.region]: "removed" });
    byHand({}, EU);
    const two = await met(both);
    assert.equal(two.all.length, 2);
    assertPrevented(two.warnings, 1);
  });

  it("of two accounts names each", async () => {
    const other = { accountId: OTHER_ACCOUNT, region: US.region };
    byHand();
    byHand({}, other);
    const { accessKeyId, secretAccessKey } = world.emulator.cloud.credentials(OTHER_ACCOUNT);
    const keys = { accessKey: accessKeyId, secretKey: secretAccessKey };
    const config = { "sesdomain:credentials": JSON.stringify({ other: keys }) };
    const identities = [
      { name: "one", region: US.region },
      { name: "two", region: US.region, credentials: "other" },
    ];
    const { all, warnings } = await met({ ...ARGS, identities }, { config });
    assert.deepEqual(all.map(({ accountId }) => accountId).sort(), [ACCOUNT, OTHER_ACCOUNT]);
    assertPrevented(warnings, 2);
    for (const id of [ACCOUNT, OTHER_ACCOUNT]) assert.equal(warnings.filter((text) => text.includes(id)).length, 1);
  });

  it("a region added later is met then, and only it", async () => {
    const up = await world.run().up(ARGS);
    byHand({}, EU);
    const both = { ...ARGS, identities: [{ region: US.region }, { region: EU.region }] };
    const { met: all, warnings } = await world.run().preview(both, up.inputs);
    assert.deepEqual(
      all.map(({ region, maker }) => [region, maker]),
      [[EU.region, "other"]],
    );
    assertPrevented(warnings, 1);
  });

  for (const kind of ["VerifiedDomain", "DomainIdentity", "VerifiedEmailAddress"] as const) {
    it(`a ${kind} kept so far and owned from now on: one line on preview, and none after it`, async () => {
      const { args, name } = KINDS[kind];
      byHand({}, US, name);
      const kept = await world.run({ kind }).up(args);
      const owns = { ...args, adopt: "own" };
      const run = world.run({ kind });
      const { inputs } = await run.preview(owns, kept.inputs);
      const { changes, warnings } = await run.diff(kept.outputs, inputs);
      assert.deepEqual([changes, warnings.filter((text) => text.includes(name)).length], [true, 1]);
      const owned = await world.run({ kind }).up(owns, kept);
      const later = world.run({ kind });
      const after = await later.preview(owns, owned.inputs);
      assert.deepEqual((await later.diff(owned.outputs, after.inputs)).warnings, []);
    });
  }

  it("refuse: is an error, and no warning", async () => {
    byHand();
    const { met: all, failures, warnings } = await world.run().preview({ ...ARGS, adopt: "refuse" });
    assert.deepEqual([all, failures.length, warnings], [[], 1, []]);
  });

  describe("and leaving it", () => {
    const destroyed = async (up: Standing, settings?: Parameters<DomainWorld["run"]>[0]) => {
      const run = world.run(settings);
      const parted = await run.destroy(up);
      // One line for all of it.
      assert.equal(run.lines.filter((line) => line.includes(US.region)).length, 1, run.lines.join("\n"));
      return { line: run.lines.join("\n"), outcome: outcomes(parted)[US.region] };
    };

    it("keep: stays with its value", async () => {
      byHand();
      const { outcome } = await destroyed(await world.run().up(ARGS));
      assert.equal(outcome, "stays not-made");
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, TOKEN].sort());
    });

    it("keep, without tags: stays by the state", async () => {
      byHand();
      deny("TagResource", "ListTagsForResource", "UntagResource");
      const { outcome } = await destroyed(await world.run().up(ARGS));
      assert.equal(outcome, "stays not-made-by-state");
    });

    it("own: is removed, with its value", async () => {
      byHand();
      const { outcome, line } = await destroyed(await world.run().up({ ...ARGS, adopt: "own" }));
      assert.equal(outcome, "removed");
      assert.ok(line.includes(NAME));
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
    });

    it("used by another stack: stays, and that is named", async () => {
      const up = await world.run().up(ARGS);
      await world.run({ stack: "prod" }).up(ARGS);
      const { outcome, line } = await destroyed(up);
      assert.equal(outcome, "stays used");
      assert.ok(line.includes("demo/prod/mail"));
    });

    it("deleted by another already, or made again by hand", async () => {
      const up = await world.run().up(ARGS);
      world.emulator.cloud.ses.remove(US, DOMAIN);
      assert.equal((await destroyed(up)).outcome, "absent");
      const again = await world.run().up(ARGS);
      world.emulator.cloud.ses.remove(US, DOMAIN);
      byHand();
      assert.equal((await destroyed(again)).outcome, "stays mark-missing");
    });

    for (const kind of ["DomainIdentity", "VerifiedEmailAddress"] as const) {
      it(`the same of a ${kind}`, async () => {
        const { args, name } = KINDS[kind];
        byHand({}, US, name);
        const { outcome } = await destroyed(await world.run({ kind }).up(args), { kind });
        assert.equal(outcome, "stays not-made");
        const owned = await world.run({ kind }).up({ ...args, adopt: "own" });
        assert.equal((await destroyed(owned, { kind })).outcome, "removed");
      });
    }

    it("a region that the program no longer names is told in the up that leaves it", async () => {
      byHand();
      const both = { ...ARGS, identities: [{ region: US.region }, { region: EU.region }] };
      const up = await world.run().up(both);
      const run = world.run();
      await run.up({ ...ARGS, identities: [{ region: EU.region }] }, up);
      assert.equal(run.lines.filter((line) => line.includes(US.region)).length, 1, run.lines.join("\n"));
    });

    it("a value that a careless swap has deleted is told as gone", async () => {
      const up = await world.run().up({ ...ARGS, adopt: "own" });
      world.setValues(NAME, []);
      const { outcome } = await destroyed(up);
      assert.equal(outcome, "removed");
    });
  });
});

interface Told {
  readonly all: readonly Meeting[];
  readonly first: Meeting | undefined;
  readonly warnings: readonly string[];
}

/** How many lines say what each tool has against a deletion, and where that is documented. */
function assertPrevented(lines: readonly string[], count: number): void {
  const each = ["retainOnDelete", "destroy = false", "DeletionPolicy", "docs/migrating.md"];
  const telling = lines.filter((line) => each.every((one) => line.includes(one)));
  assert.equal(telling.length, count, lines.join("\n"));
}

function statusAnd(met: Meeting | undefined): readonly unknown[] {
  return [met?.status, met?.request];
}

function outcomes(parted: Awaited<ReturnType<ReturnType<DomainWorld["run"]>["destroy"]>>): Record<string, string> {
  return Object.fromEntries(
    parted.map(({ verification, parting }) => [
      verification.region,
      parting.outcome === "stays" ? `stays ${parting.why}` : parting.outcome,
    ]),
  );
}
