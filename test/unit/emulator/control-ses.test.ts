import assert from "node:assert/strict";
import { type Control, openControl } from "../../../emulator/control";
import { openSendingZone, type SendingZone } from "../../support/emulator/sending";
import { openTestCloud, type TestCloud } from "./cloud-support";

const DOMAIN = "ses-example.com";
const ACCOUNT = "000000000000";
const WHERE = { region: "us-east-1", name: DOMAIN };

interface Told {
  readonly status: string;
  readonly dkim: { readonly status: string; readonly tokens: readonly string[]; readonly signingKey?: string };
  readonly mailFrom?: { readonly domain: string; readonly status: string };
}

describe("the emulator's control endpoint: SES", () => {
  let cloud: TestCloud;
  let control: Control;
  let zone: SendingZone;
  before(async () => {
    cloud = await openTestCloud();
    zone = await openSendingZone(cloud, DOMAIN);
    control = await openControl(cloud.ground, 0, { model: cloud.ses, account: () => ACCOUNT });
  });
  after(async () => {
    await control.close();
    await cloud.close();
  });

  const to = async (method: string, path: string, body?: object) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(control.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const told = async () => ((await to("GET", "/ses")).body.identities as Told[])[0];

  it("lists its routes among the others", async () => {
    const { routes } = (await to("GET", "/")).body;
    for (const route of ["GET /ses", "POST /ses/status", "POST /clock"])
      assert.ok(Object.hasOwn(routes as object, route));
  });

  it("puts an identity in place with the status of each part, changes and removes it", async () => {
    const identities = [
      {
        ...WHERE,
        withoutToken: true,
        dkim: { status: "Success" },
        mailFrom: { domain: `bounce.${DOMAIN}`, status: "Failed", onMxFailure: "reject" },
      },
    ];
    assert.equal((await to("POST", "/ses/identities", { identities })).status, 200);
    const first = await told();
    assert.deepEqual([first?.status, first?.dkim.status, first?.mailFrom?.status], ["Success", "Success", "Failed"]);
    assert.ok(first?.dkim.signingKey);
    await to("POST", "/ses/status", { ...WHERE, part: "dkim", status: "Pending" });
    await to("POST", "/ses/status", { ...WHERE, part: "mailFrom", status: "Pending" });
    zone.publishDkim(first?.dkim.tokens ?? [], "dkim.amazonses.com");
    zone.put(`bounce.${DOMAIN}`, "MX", "10 feedback-smtp.us-east-1.amazonses.com.");
    await to("POST", "/ses/look", { name: DOMAIN });
    const second = await told();
    assert.deepEqual([second?.dkim.status, second?.mailFrom?.status], ["Success", "Success"]);
    await to("POST", "/ses/status", { ...WHERE, part: "verification", status: "Failed" });
    assert.equal((await told())?.status, "Failed");
    assert.equal((await to("DELETE", "/ses/identities", WHERE)).status, 200);
    assert.equal((await to("DELETE", "/ses/identities", WHERE)).status, 400);
  });

  it("sets the account, the choices and configuration sets", async () => {
    const account = await to("POST", "/ses/account", { region: WHERE.region, productionAccess: false });
    assert.deepEqual(account.body, { productionAccess: false, sendingEnabled: true });
    await to("POST", "/ses/choices", { recreatedKey: "another" });
    assert.equal(cloud.ses.choices.recreatedKey, "another");
    const set = { region: WHERE.region, name: "main" };
    assert.equal((await to("POST", "/ses/configuration-sets", set)).status, 200);
    assert.equal((await to("POST", "/ses/configuration-sets", set)).status, 400);
    assert.ok(cloud.ses.configurationSets.find({ accountId: ACCOUNT, region: WHERE.region }, "main"));
  });

  it("refuses what it does not understand", async () => {
    for (const [path, body] of [
      ["/ses/identities", { identities: [] }],
      ["/ses/identities", { identities: [{ ...WHERE, accountId: "1" }] }],
      ["/ses/identities", { identities: [{ ...WHERE, dkim: { status: "PENDING" } }] }],
      ["/ses/identities", { identities: [{ ...WHERE, mailFrom: { domain: "b.example.com", status: "NotStarted" } }] }],
      ["/ses/identities", { identities: [{ ...WHERE, configurationSet: "absent" }] }],
      ["/ses/status", { ...WHERE, part: "other", status: "Failed" }],
      ["/ses/status", { ...WHERE, part: "dkim", status: "Failed" }],
      ["/ses/choices", { recreatedKey: "none" }],
      ["/ses/choices", { other: 1 }],
      ["/ses/account", { region: "x" }],
      ["/ses/look", { domain: DOMAIN }],
    ] as const)
      assert.equal((await to("POST", path, body)).status, 400, JSON.stringify(body));
    assert.deepEqual(cloud.ses.identities(), []);
  });
});
