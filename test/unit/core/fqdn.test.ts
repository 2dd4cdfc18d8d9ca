import assert from "node:assert/strict";
import fc from "fast-check";
import { type Fqdn, fqdn, isWithin, parentOf, ROOT } from "../../../provider/core/fqdn";
import { encodeQuery } from "../../../provider/wire/encode";
import { decodeMessage } from "../../../provider/wire/message";
import { canonicalName, checkName } from "../../../provider/wire/names";

const name = (text: string) => text as Fqdn;

describe("names with dots and backslashes in a label", () => {
  it("have a parent that begins behind the label", () => {
    assert.equal(parentOf(name("_amazonses\\.example\\.com.example.com")), "example.com");
    assert.equal(parentOf(name("a\\\\.example.com")), "example.com");
    assert.equal(parentOf(name("\\_amazonses.example.com")), "example.com");
    assert.equal(parentOf(name("a\\.b")), ROOT);
  });

  it("are within no zone that a dot of the label only looks like", () => {
    assert.ok(!isWithin(name("_amazonses\\.example.com"), fqdn("example.com")));
    assert.ok(isWithin(name("_amazonses\\.example.com"), fqdn("com")));
    assert.ok(isWithin(name("a\\\\.example.com"), fqdn("example.com")));
    assert.ok(isWithin(name("\\_amazonses.example.com"), fqdn("example.com")));
  });

  it("are read as they were sent, whatever is in them", () => {
    const label = fc.string({
      unit: fc.constantFrom("a", "_", "\\", "\\.", "\\\\", "1", "\\_", '"'),
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), (labels) => {
        const text = labels.join(".");
        try {
          checkName(text);
        } catch {
          return;
        }
        const query = encodeQuery({ id: 1, name: text, type: "TXT" });
        const read = decodeMessage(query, undefined, "dots")?.questions[0]?.name;
        assert.equal(read, canonicalName(text));
        assert.deepEqual(encodeQuery({ id: 1, name: read ?? "", type: "TXT" }), query);
      }),
    );
  });

  it("are no longer than a message takes", () => {
    assert.throws(() => checkName(`${"a\\.".repeat(40)}.example.com`));
    assert.throws(() => checkName("a\\..example..com"));
    checkName(`${"a\\.".repeat(31)}.example.com`);
  });
});
