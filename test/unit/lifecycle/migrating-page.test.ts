import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fqdn } from "../../../provider/core/fqdn";
import { describeMeeting } from "../../../provider/lifecycle/identity/meet-words";
import type { Meeting } from "../../../provider/lifecycle/identity/meeting";
import { describePartings } from "../../../provider/lifecycle/identity/parting-words";

const DOMAIN = fqdn("ses-example.com");
const NAME = fqdn("_amazonses.ses-example.com");
const AT = { region: "us-east-1", accountId: "000000000000" };
const MET: Meeting = {
  ...AT,
  identity: DOMAIN,
  maker: "other",
  users: [],
  tags: [],
  adopt: "own",
  goes: true,
  status: "Success",
  request: undefined,
  record: { name: NAME, state: "there", writer: "provider" },
};

describe("docs/migrating.md", () => {
  const page = readFileSync(join(__dirname, "../../../docs/migrating.md"), "utf8").replace(/\s+/g, " ");

  it("shows the warning as it is", () => assert.ok(page.includes(describeMeeting(MET)), describeMeeting(MET)));

  it("shows what a destroy tells as it is", () => {
    const removed = { verification: AT, parting: { outcome: "removed", goes: true } } as const;
    const values = [{ host: "route53", name: NAME, removed: 1 }] as const;
    const line = describePartings(DOMAIN, [removed], { withValue: true, values });
    assert.ok(page.includes(line), line);
  });

  it("a text of any tags is one line, however many and whatever they hold", () => {
    const tags = Array.from({ length: 40 }, (_, index) => `team-${index}=a\nb`);
    const text = describeMeeting({ ...MET, tags: [...tags, "aws:cloudformation:stack-name=mail-stack"] });
    assert.doesNotMatch(text, /\n/);
    assert.ok(text.includes("mail-stack"));
    assert.ok(text.length < 2_000);
  });
});
