import assert from "node:assert/strict";
import { ListIdentitiesCommand, SESClient } from "@aws-sdk/client-ses";
import { readXml, writeXml } from "../../../emulator/http/xml";
import { openTestCloud, type TestCloud } from "./cloud-support";
import { sendSigned } from "./hostile-requests";

const ACCOUNT = "000000000000";

describe("the emulator's query APIs", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await openTestCloud();
  });
  after(() => cloud.close());

  it("say of the unsigned STS actions that they do not know them", async () => {
    for (const action of ["AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"]) {
      const body = `Action=${action}&Version=2011-06-15&RoleArn=arn&WebIdentityToken=x`;
      const response = await fetch(cloud.url, { method: "POST", body });
      const text = await response.text();
      assert.equal(response.status, 400);
      assert.match(text, /<Code>InvalidAction</);
      assert.match(text, new RegExp(action));
    }
  });

  it("refuse a MaxItems that is no number above zero, and list all of the identities otherwise", async () => {
    cloud.ses.inject(
      ["a", "b", "c"].map((name) => ({ accountId: ACCOUNT, region: "us-east-1", name: `${name}.example` })),
    );
    const ses = new SESClient(cloud.client());
    for (const items of ["0", "-1", "x", "1e1", ""]) {
      const body = `Action=ListIdentities&Version=2010-12-01&MaxItems=${items}`;
      const { status, text } = await sendSigned(cloud, { service: "ses", path: "/", body });
      assert.equal(status, 400, items);
      assert.match(text, /<Code>ValidationError</);
    }
    assert.equal((await ses.send(new ListIdentitiesCommand({ MaxItems: 2 }))).Identities?.length, 2);
  });

  it("reply in well-formed XML to what XML cannot hold", async () => {
    const body = "Action=VerifyDomainIdentity&Version=2010-12-01&Domain=a.com%00%1b%EF%BF%BF";
    const { status, text } = await sendSigned(cloud, { service: "ses", path: "/", body });
    assert.equal(status, 400);
    assert.doesNotMatch(text, /[^\P{Cc}\t\n\r]|\uffff/u);
    const odd = "a\0b\x1b\ud800\ufffe<&>\"'\r\n\tä€😀";
    const written = writeXml("R", "n", { V: odd });
    assert.equal(readXml(written)?.element.children.get("V")?.[0]?.text, "a\ufffdb\ufffd\ufffd\ufffd<&>\"'\r\n\tä€😀");
  });
});
