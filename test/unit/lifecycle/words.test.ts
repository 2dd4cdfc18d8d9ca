import assert from "node:assert/strict";
import { SES_REGIONS } from "../../../provider/aws/region";
import { describeOnce, isUnlearned, oncePerOutage } from "../../../provider/lifecycle/observation/words";

describe("texts on one outage", () => {
  it("are one, which names every region, whichever these are", () => {
    for (const region of SES_REGIONS) {
      const other = region === "eu-west-1" ? "eu-west-2" : "eu-west-1";
      for (const text of [
        (each: string) => `asking SES in ${each} failed`,
        (each: string) => `no TLS connection to email.${each}.amazonaws.com came about in ${each}.`,
        (each: string) => `(${each}): no answer of email-fips.${each}.api.aws`,
      ]) {
        const told = oncePerOutage([text(other), text(region)]);
        assert.equal(told.length, 1, told.join("\n"));
        assert.ok(told[0]?.includes(region) && told[0].includes(other));
      }
    }
  });

  it("stay apart where they differ in a name that only looks like a region", () => {
    for (const [one, other] of [
      ["my-app-1.example.com", "my-app-2.example.com"],
      ["eu-west-1.example.com", "eu-west-2.example.com"],
      ["ns-eu-1", "ns-eu-2"],
      ["ns-eu-west-1", "ns-eu-west-2"],
      ["eu-west-1-mail.example.com", "eu-west-2-mail.example.com"],
    ] as const) {
      const texts = [`${one} gave no answer`, `${other} gave no answer`];
      assert.deepEqual(oncePerOutage(texts), texts);
    }
  });
});

describe("findings that say why something is not known", () => {
  it("are told apart by what was seen, and once for what was seen alike", () => {
    for (const code of ["port-53-blocked", "parent-unreachable", "server-ipv6-only", "ses-unknown"]) {
      assert.ok(isUnlearned({ code }));
      const of = (seen: string, name: string) =>
        ({ code, severity: "error", seen, why: "", fix: "", command: undefined, identities: [name] }) as const;
      assert.equal(describeOnce([of("one", "a"), of("another", "b"), of("one", "c")]).length, 2);
    }
    assert.ok(!isUnlearned({ code: "server-lame" }));
  });
});
