import assert from "node:assert/strict";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import { fqdn } from "../../../provider/core/fqdn";
import { openManual } from "../../../provider/dns/manual/manual";
import { deleteText, publishText, recordTable, zoneFileLine } from "../../../provider/dns/manual/words";
import { required } from "../../../provider/dns/requirement";
import { missingAt } from "../../../provider/lifecycle/records/records";
import { openHastyClock } from "../../support/hasty-clock";

const one = { type: "TXT" as const, name: fqdn("_amazonses.ses-example.com"), text: "token-one=", ttl: 300 };
const two = { ...one, text: "token-two=" };

function listen(): { readonly told: string[]; readonly ctx: Ctx } {
  const told: string[] = [];
  const log = { ...silentLog, info: (text: string) => void told.push(text) };
  return { told, ctx: { clock: openHastyClock(), log, signal: new AbortController().signal } };
}

describe("records for a person to publish", () => {
  it("are zone-file lines whose names are whole", () => {
    assert.equal(zoneFileLine(one), '_amazonses.ses-example.com. 300 IN TXT "token-one="');
    assert.equal(
      zoneFileLine({ ...one, text: `${"x".repeat(255)}"\\ü` }),
      `_amazonses.ses-example.com. 300 IN TXT "${"x".repeat(255)}" "\\"\\\\\\195\\188"`,
    );
  });

  it("are a table of the bare values", () => {
    assert.equal(
      recordTable([one, { ...two, name: fqdn("ses-example.com"), ttl: 86_400 }]),
      [
        "NAME                         TYPE  TTL    VALUE",
        "_amazonses.ses-example.com.  TXT   300    token-one=",
        "ses-example.com.             TXT   86400  token-two=",
      ].join("\n"),
    );
  });

  it("have the data of a CNAME or an MX record as a zone file has it", () => {
    const name = fqdn("bounce.ses-example.com");
    const mx = { type: "MX" as const, name, preference: 10, exchange: fqdn("feedback-smtp.example.com"), ttl: 300 };
    const cname = { type: "CNAME" as const, name, target: fqdn("t.dkim.amazonses.com"), ttl: 60 };
    assert.equal(zoneFileLine(mx), "bounce.ses-example.com. 300 IN MX 10 feedback-smtp.example.com.");
    assert.equal(zoneFileLine(cname), "bounce.ses-example.com. 60 IN CNAME t.dkim.amazonses.com.");
    assert.match(recordTable([mx]), /^bounce\.ses-example\.com\. +MX +300 +10 feedback-smtp\.example\.com\.$/m);
    assert.doesNotMatch(publishText([mx, { ...one, name }], true), /of its own/);
    // What others have at the name would make it void.
    assert.match(publishText([mx], true), /only one of its name/);
    assert.match(publishText([cname], true), /only record of its name.*proxy/);
    assert.doesNotMatch(publishText([one], true), /only (one|record) of its name/);
  });

  it("say that several values of a name stand side by side, where the host can", () => {
    assert.match(publishText([one, two], true), /each is a TXT record of its own/);
    assert.doesNotMatch(publishText([one, two], false), /each is a TXT record of its own/);
    assert.doesNotMatch(publishText([one], true), /each is a TXT record of its own/);
    assert.match(deleteText([one]), /may be deleted.*leave other values/);
  });
});

describe("the manual back end", () => {
  const open = () => openManual({ underscores: false, multipleValues: true });

  it("can what the program says, and cannot be asked", () => {
    assert.deepEqual(open().can, {
      types: new Set(["TXT", "CNAME", "MX"]),
      underscores: false,
      multipleValues: true,
      readable: false,
    });
  });

  it("tells each value once, and again after it was to be deleted", async () => {
    const backend = open();
    const { told, ctx } = listen();
    const zone = await backend.findZone(one.name, ctx);
    assert.equal(zone.name, "ses-example.com");
    assert.deepEqual((await backend.add(zone, [one], ctx)).added, [one]);
    assert.deepEqual((await backend.add(zone, [one], ctx)).added, []);
    assert.deepEqual((await backend.add(zone, [one, two], ctx)).added, [two]);
    assert.equal(told.length, 2);
    assert.ok(told[0]?.includes(zoneFileLine(one)) && told[0].includes(recordTable([one])));
    assert.ok(!told[1]?.includes(one.text) && told[1]?.includes(zoneFileLine(two)));

    assert.deepEqual((await backend.remove(zone, [one], ctx)).removed, [one]);
    assert.deepEqual((await backend.remove(zone, [one], ctx)).removed, []);
    assert.deepEqual((await backend.add(zone, [one], ctx)).added, [one]);
    assert.equal(told.length, 4);
    assert.match(told[2] ?? "", /may be deleted/);
  });

  it("never has values claimed to be gone", async () => {
    const { ctx } = listen();
    assert.deepEqual(
      await missingAt(open(), [required(one, { identity: "us-east-1", arn: undefined, purpose: "verification" })], ctx),
      [],
    );
  });

  it("stops when it is told to", async () => {
    const backend = open();
    const reason = new Error("stopped");
    const { told, ctx } = listen();
    const stopped = { ...ctx, signal: AbortSignal.abort(reason) };
    const zone = await backend.findZone(one.name, ctx);
    for (const run of [backend.add(zone, [one], stopped), backend.findZone(one.name, stopped)])
      await assert.rejects(run, (error) => error === reason);
    assert.deepEqual(told, []);
  });
});
