import assert from "node:assert/strict";
import { txt } from "../../../emulator";
import type { RecordSet } from "../../../emulator/records";
import { assertQuiet, said } from "./ownership";
import { BOUNCE, DMARC, openSendingWorld, previewOf, type SendingHost, type SendingWorld } from "./sending";
import type { EngineStack } from "./stack";
import { SPF, succeeded } from "./world";

const MX = "10 feedback-smtp.us-east-1.amazonses.com";

interface Foreign {
  readonly what: string;
  readonly set: RecordSet;
  /** What an error says of it. */
  readonly names: readonly string[];
}

const FOREIGN: readonly Foreign[] = [
  {
    what: "an MX record",
    set: { name: BOUNCE, type: "MX", ttl: 600, values: ["10 mx.example.net."] },
    names: [BOUNCE, "MX", "mx.example.net"],
  },
  {
    what: "an SPF record",
    set: { name: BOUNCE, type: "TXT", ttl: 600, values: [txt("v=spf1 ip4:192.0.2.25 -all")] },
    names: [BOUNCE, "v=spf1 ip4:192.0.2.25 -all"],
  },
  {
    what: "a CNAME record",
    set: { name: BOUNCE, type: "CNAME", ttl: 600, values: ["mail.example.net."] },
    names: [BOUNCE, "CNAME", "mail.example.net"],
  },
];

const ROUTED: Foreign = {
  what: "an MX record with a routing policy",
  set: { name: BOUNCE, type: "MX", ttl: 600, values: [`${MX}.`], routing: { setIdentifier: "one", weight: 10 } },
  names: [BOUNCE, "MX", "routing policy"],
};

/** Each preview and `up` meets what others have at a name of ours, and says so; what is equal is used. */
export function describeConflicts(host: SendingHost): void {
  describe(`records of others at names of ours, at ${host}, on the engine`, function () {
    this.timeout(180_000);
    let at: SendingWorld;
    let stack: EngineStack;
    before(async () => {
      at = await openSendingWorld(host);
      stack = await at.open({ dkim: true, mailFrom: "bounce", dmarc: { ifAbsent: "v=DMARC1; p=none" } });
    });
    after(() => at.close());

    for (const { what, set, names } of host === "route53" ? [...FOREIGN, ROUTED] : FOREIGN) {
      it(`a preview of the first up names ${what}`, async () => {
        at.place(set);
        const before = at.dump();
        const preview = await stack.preview();
        assert.equal(preview.failed, true, preview.stdout);
        const told = said(preview);
        assert.match(told, /mailFrom/);
        for (const name of names) assert.ok(told.includes(name), told);
        assert.deepEqual(at.dump(), before);
        assert.deepEqual(at.world.statuses(), {});
        at.clear(set);
      });
    }

    it("up refuses in the same way, asks SES for nothing, and touches nothing", async () => {
      const [{ set }] = FOREIGN as readonly [Foreign];
      at.place(set);
      const before = at.dump();
      const up = await stack.up();
      assert.equal(up.failed, true, up.stdout);
      assert.ok(said(up).includes("mx.example.net"), said(up));
      assert.deepEqual(at.dump(), before);
      assert.deepEqual(at.world.statuses(), {});
      at.clear(set);
    });

    it("equal records and a DMARC record of others are used, and the DMARC record stays on destroy", async () => {
      const theirs = { name: DMARC, type: "TXT", ttl: 600, values: [txt("v=DMARC1; p=reject")] };
      const untouched = at.dump();
      at.place(theirs);
      at.place({ name: BOUNCE, type: "MX", ttl: 600, values: [`${MX}.`] });
      at.place({ name: BOUNCE, type: "TXT", ttl: 600, values: [txt(SPF)] });
      const up = succeeded(await stack.up());
      assert.equal(up.outputs.ready, true);
      assert.deepEqual(at.at(BOUNCE, "MX"), [MX]);
      assert.deepEqual(at.at(DMARC, "TXT"), theirs.values);
      await assertQuiet(stack);
      const [name] = at.dkimNames();
      assert.ok(name);
      at.remove(name, "CNAME");
      at.place({ name, type: "TXT", ttl: 600, values: [txt("v=DKIM1; p=")] });
      const { dkim = "", ...more } = await previewOf(stack);
      assert.deepEqual(more, {});
      assert.match(dkim, /^conflict: .*dkim-name-taken/);
      const refused = await stack.up();
      assert.equal(refused.failed, true);
      assert.ok(said(refused).includes(name), said(refused));
      at.remove(name, "TXT");
      succeeded(await stack.destroy());
      at.remove(DMARC, "TXT");
      assert.deepEqual(at.dump(), untouched);
    });
  });
}
