import assert from "node:assert/strict";
import { decide, matches, readPolicy } from "../../../emulator/http/policy";

const ZONE = "arn:aws:route53:::hostedzone/Z1";
const allow = (more: object) => ({ Effect: "Allow", Action: "*", Resource: "*", ...more });
/** The exception in the place of what is named. */
const without = (element: "Action" | "Resource", value: unknown) => ({
  [element]: undefined,
  [`Not${element}`]: value,
});
const NAMES = "route53:ChangeResourceRecordSetsNormalizedRecordNames";

describe("IAM policies, as the emulator evaluates them", () => {
  const decided = (statements: readonly object[], action: string, resource = "*", context = {}) =>
    decide(readPolicy({ Version: "2012-10-17", Statement: statements }), action, resource, context);

  for (const [what, statements, action, resource, context, expected] of [
    ["an action by its name", [allow({ Action: ["ses:A"] })], "ses:A", "*", {}, "allowed"],
    ["an action in another case", [allow({ Action: "SES:a" })], "ses:A", "*", {}, "allowed"],
    ["another action", [allow({ Action: ["ses:A"] })], "ses:AB", "*", {}, "no statement"],
    ["a wildcard", [allow({ Action: "ses:*" })], "ses:A", "*", {}, "allowed"],
    ["a resource", [allow({ Resource: [ZONE] })], "route53:A", ZONE, {}, "allowed"],
    ["another resource", [allow({ Resource: ZONE })], "route53:A", `${ZONE}2`, {}, "no statement"],
    ["an ARN for an action without resources", [allow({ Resource: ZONE })], "route53:A", "*", {}, "no statement"],
    [
      "a denial over an allowance",
      [allow({}), { ...allow({ Action: "ses:A" }), Effect: "Deny" }],
      "ses:A",
      "*",
      {},
      "denied",
    ],
    ["another action than one", [allow(without("Action", "ses:*"))], "route53:A", "*", {}, "allowed"],
    ["the action that is excepted", [allow(without("Action", ["ses:*"]))], "ses:A", "*", {}, "no statement"],
    ["another resource than one", [allow(without("Resource", ZONE))], "route53:A", `${ZONE}2`, {}, "allowed"],
    ["the resource that is excepted", [allow(without("Resource", ZONE))], "route53:A", ZONE, {}, "no statement"],
    [
      "a denial of all but one action",
      [allow({}), { ...allow(without("Action", "ses:A")), Effect: "Deny" }],
      "ses:B",
      "*",
      {},
      "denied",
    ],
    [
      "a condition key in another case",
      [allow({ Condition: { StringEquals: { "aws:requestedregion": "us-east-1" } } })],
      "ses:A",
      "*",
      { "aws:RequestedRegion": ["us-east-1"] },
      "allowed",
    ],
    [
      "all conditions of a statement together",
      [
        allow({
          Condition: {
            StringEquals: { "aws:RequestedRegion": "us-east-1" },
            "ForAllValues:StringEquals": { [NAMES]: "a" },
          },
        }),
      ],
      "route53:A",
      ZONE,
      { "aws:RequestedRegion": ["us-east-1"], [NAMES]: ["b"] },
      "no statement",
    ],
    [
      "a denial whose condition does not hold",
      [allow({}), { ...allow({ Condition: { StringLike: { "aws:RequestedRegion": "eu-*" } } }), Effect: "Deny" }],
      "ses:A",
      "*",
      { "aws:RequestedRegion": ["us-east-1"] },
      "allowed",
    ],
    [
      "a region",
      [allow({ Condition: { StringEquals: { "aws:RequestedRegion": ["us-east-1"] } } })],
      "ses:A",
      "*",
      { "aws:RequestedRegion": ["us-east-1"] },
      "allowed",
    ],
    [
      "another region",
      [allow({ Condition: { StringEquals: { "aws:RequestedRegion": ["us-east-1"] } } })],
      "ses:A",
      "*",
      { "aws:RequestedRegion": ["eu-west-1"] },
      "no statement",
    ],
    [
      "a key that the request lacks",
      [allow({ Condition: { StringEquals: { [NAMES]: "a" } } })],
      "ses:A",
      "*",
      {},
      "no statement",
    ],
    [
      "all of several values",
      [allow({ Condition: { "ForAllValues:StringEquals": { [NAMES]: ["a", "b"] } } })],
      "route53:A",
      ZONE,
      { [NAMES]: ["a", "b", "a"] },
      "allowed",
    ],
    ...(
      [
        [["x.a", "y.a"], "allowed"],
        [["x.a", "a"], "no statement"],
        [[], "allowed"],
      ] as const
    ).map(
      ([names, decision]) =>
        [
          `patterns of all of ${JSON.stringify(names)}`,
          [allow({ Condition: { "ForAllValues:StringLike": { [NAMES]: ["*.a"] } } })],
          "route53:A",
          ZONE,
          { [NAMES]: names },
          decision,
        ] as const,
    ),
    [
      "one value too many",
      [allow({ Condition: { "ForAllValues:StringEquals": { [NAMES]: ["a"] } } })],
      "route53:A",
      ZONE,
      { [NAMES]: ["a", "b"] },
      "no statement",
    ],
  ] as const) {
    it(`decides ${what}`, () => assert.equal(decided(statements, action, resource, context), expected));
  }

  it("takes a wildcard in braces as a character", () => {
    assert.deepEqual(
      ["a*b", "axb"].map((text) => matches(`a\${*}b`, text)),
      [true, false],
    );
  });

  it("refuses what it does not evaluate", () => {
    for (const statement of [
      { ...allow({}), NotAction: "ses:A" },
      { ...allow({}), NotPrincipal: "*" },
      allow({ Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": "a" } } }),
      allow({ Condition: { StringEquals: { constructor: "a" } } }),
      { Effect: "Allow", Action: "*" },
      { ...allow({}), Effect: "Perhaps" },
      allow({ Condition: { IpAddress: { "aws:SourceIp": "192.0.2.1" } } }),
      "text",
    ]) {
      assert.throws(() => readPolicy({ Statement: [statement] }), RangeError, JSON.stringify(statement));
    }
  });
});
