import assert from "node:assert/strict";
import { txt } from "../../../emulator/text";
import type { Props } from "../../../provider/lifecycle/lifecycle";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  HOUR_MS,
  openDomainWorld,
  type Standing,
} from "../../support/emulator/domain";
import { recordsOf, type ZoneRecords } from "../../support/emulator/records";

const REGION = "us-east-1";
const SCOPE = { accountId: ACCOUNT, region: REGION };
const BOUNCE = `bounce.${DOMAIN}`;
const ARGS = {
  domain: DOMAIN,
  identities: [{ region: REGION }],
  dkim: true,
  mailFrom: "bounce",
  dmarc: { ifAbsent: "v=DMARC1; p=none" },
};

interface SetOutput {
  readonly name: string;
  readonly type: string;
  readonly values: readonly string[];
  readonly purpose: string;
  readonly identity?: string;
}

describe("a domain that sends, whose records another provider writes", () => {
  let world: DomainWorld;
  let zone: ZoneRecords;
  beforeEach(async () => {
    world = await openDomainWorld();
    zone = recordsOf(world.emulator, DOMAIN);
  });
  afterEach(() => world.close());

  const ses = () => world.emulator.cloud.ses;
  const identity = () => world.run({ kind: "DomainIdentity" });
  const verification = () => world.run({ kind: "DomainVerification" });
  const setsIn = ({ outputs }: Standing) => outputs.records as readonly SetOutput[];
  /** As Route 53's own provider does. */
  const publish = (sets: readonly SetOutput[]) => {
    for (const { name, type, values } of sets) {
      const quoted = values.map((value) => (type === "TXT" ? txt(value) : value));
      zone.put(name, type, ...new Set([...(type === "TXT" ? zone.values(name, type) : []), ...quoted]));
    }
  };
  const made = async (args: Props = ARGS) => {
    const up = await identity().up({ ...args, __preview: false });
    assert.equal(up.failed, undefined);
    return up;
  };

  it("puts out records of all types and purposes, and writes none", async () => {
    const before = zone.dump();
    const up = await made();
    assert.deepEqual(
      setsIn(up)
        .map(({ type, purpose, identity: name }) => [type, purpose, name].join(" "))
        .sort(),
      [
        ...Array<string>(3).fill("CNAME dkim us-east-1"),
        ...["MX mail-from us-east-1", "TXT dmarc ", "TXT spf us-east-1", "TXT verification us-east-1"],
      ],
    );
    assert.deepEqual(zone.dump(), before);
    const next = await identity().preview({ ...ARGS, __preview: true }, up.inputs);
    assert.deepEqual(next.failures, []);
    assert.equal((await identity().diff(up.outputs, next.inputs)).changes, false);
  });

  it("waits for all of them, is quiet while they are there, and tells on preview which is gone", async () => {
    const up = await made();
    publish(setsIn(up));
    const of = [up.outputs];
    const all = await verification().up({ of, __preview: false });
    assert.deepEqual([all.failed, all.outputs.verified], [undefined, true]);
    assert.deepEqual(
      [ses().dkim(SCOPE, DOMAIN).status, ses().identity(ACCOUNT, REGION, DOMAIN)?.mailFrom?.status],
      ["Success", "Success"],
    );
    const quiet = await verification().preview({ of, __preview: true }, all.inputs);
    assert.equal((await verification().diff(all.outputs, quiet.inputs)).changes, false);
    for (const { name, type, values, purpose } of setsIn(up).filter((one) => one.purpose !== "dmarc")) {
      const before = zone.values(name, type);
      const quoted = values.map((value) => (type === "TXT" ? txt(value) : value));
      const left = before.filter((value) => !quoted.includes(value));
      if (left.length === 0) zone.remove(name, type);
      else zone.put(name, type, ...left);
      const { inputs } = await verification().preview({ of, __preview: true }, all.inputs);
      assert.match(String(inputs.verification), /^wait: /, `${purpose} ${name} ${type}`);
      assert.equal((await verification().diff(all.outputs, inputs)).changes, true);
      zone.put(name, type, ...before);
    }
  });

  it("does not end while one of them is not published", async () => {
    const up = await made();
    for (const [index, { purpose, name }] of setsIn(up).entries()) {
      if (purpose === "dmarc") continue;
      const other = await openDomainWorld();
      try {
        const own = await other.run({ kind: "DomainIdentity" }).up({ ...ARGS, __preview: false });
        const records = recordsOf(other.emulator, DOMAIN);
        for (const set of setsIn(own).filter((_, at) => at !== index)) {
          const quoted = set.values.map((value) => (set.type === "TXT" ? txt(value) : value));
          records.put(set.name, set.type, ...(set.type === "TXT" ? records.values(set.name, set.type) : []), ...quoted);
        }
        let told = "";
        try {
          const waited = await other.run({ kind: "DomainVerification" }).up({ of: [own.outputs], timeout: "2m" });
          told = waited.failed ?? "";
        } catch (error) {
          told = String(error);
        }
        assert.ok(told.includes(name), `${purpose} ${name}: ${told}`);
      } finally {
        await other.close();
      }
    }
  });

  it("a MAIL FROM domain that SES takes of verified domains only is set by the next up", async () => {
    ses().choices.mailFromUnverified = "refused";
    const up = await made();
    publish(setsIn(up));
    await world.emulator.clock.advance(HOUR_MS);
    const shown = await identity().preview({ ...ARGS, __preview: true }, up.inputs);
    assert.equal((await identity().diff(up.outputs, shown.inputs)).changes, true);
    const again = await identity().up({ ...ARGS, __preview: false }, up);
    assert.equal(again.failed, undefined);
    assert.equal(ses().identity(ACCOUNT, REGION, DOMAIN)?.mailFrom?.domain, BOUNCE);
    const all = await verification().up({ of: [again.outputs] });
    assert.deepEqual([all.failed, all.outputs.verified], [undefined, true]);
  });

  it("without DKIM and MAIL FROM puts out the verification's record alone", async () => {
    const up = await made({ domain: DOMAIN, identities: [{ region: REGION }] });
    assert.deepEqual(
      setsIn(up).map(({ purpose }) => purpose),
      ["verification"],
    );
    assert.equal("readyToSend" in up.outputs, false);
  });
});
