import assert from "node:assert/strict";
import { fqdn } from "../../provider/core/fqdn";
import { ADDRESS_ARGUMENTS } from "../../provider/lifecycle/arguments/address-args";
import { factsOf } from "../../provider/lifecycle/arguments/declaration";
import { DOMAIN_ARGUMENTS } from "../../provider/lifecycle/arguments/domain-args";
import { ACCOUNT, DOMAIN, type DomainWorld, openDomainWorld } from "../support/emulator/domain";

const OTHER = "other-example.com";
const ONE = [{ region: "us-east-1" }];
/** Another value for each argument. */
const OF_DOMAINS = {
  domain: OTHER,
  identities: [{ region: "eu-west-1" }],
  dns: { kind: "manual" },
  placement: "apex",
  ttl: 60,
  wait: false,
  timeout: "10m",
  adopt: "own",
  restart: "never",
  dnsCheck: { mode: "off" },
  previewCheck: "strict",
  dkim: "keep",
  mailFrom: "bounce",
  dmarc: false,
  configurationSet: "set",
  feedbackForwarding: false,
};
const OF_ADDRESSES = {
  address: `other@${DOMAIN}`,
  identities: [{ region: "eu-west-1" }],
  wait: true,
  timeout: "10m",
  resendTrigger: "again",
  adopt: "own",
  dnsCheck: { mode: "off" },
  previewCheck: "strict",
};

describe("a change of an argument", () => {
  let world: DomainWorld;
  before(async () => {
    world = await openDomainWorld();
    await world.emulator.addZone({ name: fqdn(OTHER), account: ACCOUNT, sets: [] });
  });
  after(() => world.close());

  for (const { kind, declared, base, others } of [
    {
      kind: "VerifiedDomain",
      declared: factsOf(DOMAIN_ARGUMENTS),
      base: { domain: DOMAIN, identities: ONE, dns: { kind: "route53" } },
      others: OF_DOMAINS,
    },
    {
      kind: "VerifiedEmailAddress",
      declared: factsOf(ADDRESS_ARGUMENTS),
      base: { address: `somebody@${DOMAIN}`, identities: ONE },
      others: OF_ADDRESSES,
    },
  ] as const) {
    it(`replaces a ${kind} where the declaration and the reference say so, and nowhere else`, async () => {
      assert.deepEqual(Object.keys(others).sort(), [...declared.keys()].sort());
      const up = await world.run({ kind, name: kind }).up(base);
      for (const [name, value] of Object.entries(others)) {
        const run = world.run({ kind, name: kind });
        const { inputs, failures } = await run.preview({ ...base, [name]: value }, up.inputs);
        assert.deepEqual(failures, [], name);
        const { replaces } = await run.diff(up.outputs, inputs);
        assert.deepEqual(replaces, declared.get(name)?.replaces === true ? [name] : [], name);
      }
    });
  }

  it("replaces nothing where it is of a DomainIdentity, except its domain", async () => {
    const { dns: _dns, wait: _wait, timeout: _timeout, dnsCheck: _dnsCheck, ...others } = OF_DOMAINS;
    const base = { domain: DOMAIN, identities: ONE };
    const up = await world.run({ kind: "DomainIdentity", name: "identity" }).up(base);
    for (const [name, value] of Object.entries(others)) {
      const run = world.run({ kind: "DomainIdentity", name: "identity" });
      const { inputs } = await run.preview({ ...base, [name]: value }, up.inputs);
      assert.deepEqual((await run.diff(up.outputs, inputs)).replaces, name === "domain" ? ["domain"] : [], name);
    }
  });
});
