import assert from "node:assert/strict";
import { txt } from "../../../../emulator/text";
import { child, fqdn } from "../../../../provider/core/fqdn";
import * as dynamicIdentity from "../../../../provider/resources/domain-identity";
import * as dynamicVerification from "../../../../provider/resources/domain-verification";
import * as dynamicDomain from "../../../../provider/resources/verified-domain";
import * as dynamicAddress from "../../../../provider/resources/verified-email-address";
import { type Door, type ResourceName, typeOf } from "../door";
import {
  assertGone,
  assertHolds,
  assertQuiet,
  assertStands,
  type Mark,
  marksOf,
  ourResources,
  statusesOf,
  US,
  watch,
} from "../ownership";
import type { EngineStack } from "../stack";
import { ACCOUNT, changing, DOMAIN, type EngineWorld, succeeded, warningsOf } from "../world";
import * as plugin from "./resources";

/** A program that declares each kind of resource, with the classes of one provider and aliases of the other's types. */

const PARTS = fqdn("parts-example.com");
const ADDRESS = "sender@elsewhere-example.com";

const CLASSES = {
  dynamic: {
    VerifiedDomain: dynamicDomain.VerifiedDomain,
    DomainIdentity: dynamicIdentity.DomainIdentity,
    DomainVerification: dynamicVerification.DomainVerification,
    VerifiedEmailAddress: dynamicAddress.VerifiedEmailAddress,
  },
  plugin,
};

export function allKinds(door: Door): () => Promise<void> {
  const { VerifiedDomain, DomainIdentity, DomainVerification, VerifiedEmailAddress } = CLASSES[door];
  const identities = [{ region: US }];
  // The plugin's classes have their alias, as those of a generated SDK.
  const moved = (name: ResourceName) => (door === "plugin" ? {} : { aliases: [{ type: typeOf(name, "plugin") }] });
  return async () => {
    new VerifiedDomain("mail", { domain: DOMAIN, identities, dns: { kind: "route53" } }, moved("VerifiedDomain"));
    const parts = new DomainIdentity("parts", { domain: PARTS, identities }, moved("DomainIdentity"));
    new DomainVerification("parts", { of: parts, timeout: "1m" }, moved("DomainVerification"));
    new VerifiedEmailAddress("sender", { address: ADDRESS, identities }, moved("VerifiedEmailAddress"));
  };
}

/** The domain of `DomainIdentity` is verified: a person has published its value, and SES has seen it. */
export async function publishParts(world: EngineWorld): Promise<void> {
  await world.emulator.addZone({ name: PARTS });
  world.emulator.onRequest(({ action, phase }) => {
    if (action !== "VerifyDomainIdentity" || phase !== "after") return;
    const zone = world.emulator.zones.list().find(({ name }) => name === PARTS);
    const { token } = world.emulator.cloud.ses.identity(ACCOUNT, US, PARTS) ?? {};
    if (zone === undefined || token === undefined) return;
    const set = { name: child("_amazonses", PARTS), type: "TXT" as const, ttl: 300, values: [txt(token)] };
    world.emulator.zones.change(zone.id, [{ action: "put", set }]);
  });
}

const NAMES = [DOMAIN, PARTS, ADDRESS];

/** The marks of each identity, without the words for a person. */
const marks = (world: EngineWorld): readonly (readonly Mark[])[] => NAMES.map((name) => marksOf(world, US, name));
const ids = (world: EngineWorld) => marks(world).map((all) => all.map(({ mark, state }) => [mark, state]));

/** The next up of that provider's program moves all resources: marks stay, and nothing is written but tags. */
export async function assertMoved(world: EngineWorld, stack: EngineStack, to: Door): Promise<void> {
  const before = ids(world);
  const seen = watch(world);
  const written: string[] = [];
  const stop = world.emulator.zones.subscribe(({ kind, zone }) => void written.push(`${kind} ${zone.name}`));
  stack.changeProgram(allKinds(to));
  const preview = succeeded(await stack.preview({ diff: true }));
  assert.deepEqual(preview.changes, { update: 4, same: 1 }, preview.stdout);
  if (to === "plugin") {
    assert.match(preview.stdout, /- __provider/);
    assert.equal(warningsOf(preview).filter((text) => /dynamic/.test(text)).length, 4, preview.stdout);
  }
  world.emulator.requests.reset();
  const up = succeeded(await stack.up());
  assert.deepEqual(up.changes, { update: 4, same: 1 }, up.stdout);
  assert.deepEqual(
    changing(world.requests()).filter((request) => !/:(Tag|Untag)Resource$/.test(request)),
    [],
  );
  stop();
  seen.assertNone();
  assert.deepEqual(written, []);
  assert.deepEqual(ids(world), before);
  await assertQuiet(stack);
  assertStands(world);
  const resources = await ourResources(stack);
  const types = (["DomainIdentity", "DomainVerification", "VerifiedDomain", "VerifiedEmailAddress"] as const).map(
    (one) => typeOf(one, to),
  );
  assert.deepEqual(resources.map(({ type }) => type).sort(), types);
  for (const { outputs } of resources) {
    const dynamic = ["__provider", "__urn"].map((name) => outputs?.[name] !== undefined);
    assert.deepEqual(dynamic, to === "dynamic" ? [true, true] : [false, false]);
  }
  for (const all of marks(world)) await assertHolds(stack, all);
}

export async function assertNothingLeft(world: EngineWorld, stack: EngineStack, runProgram = false): Promise<void> {
  const destroy = succeeded(await stack.destroy({ runProgram }));
  // A program that runs declares what is then removed.
  assert.deepEqual({ ...destroy.changes, same: undefined }, { delete: 5, same: undefined });
  assertGone(world);
  assert.deepEqual([statusesOf(world, PARTS), statusesOf(world, ADDRESS)], [{}, {}]);
  assert.deepEqual(await ourResources(stack), []);
}
