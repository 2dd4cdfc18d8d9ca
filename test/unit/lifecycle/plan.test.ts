import assert from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import type { Finding } from "../../../provider/diagnosis/finding";
import { planDomain } from "../../../provider/lifecycle/domain/plan";
import type { Step } from "../../../provider/lifecycle/lifecycle";
import {
  AT_SES,
  type AtSes,
  IN_DNS,
  type InDns,
  LEFT,
  NAME,
  observationOf,
  type PlanCase,
  planOf,
  stateOf,
  TOKEN,
  wantedOf,
} from "../../support/lifecycle/plan-cases";
import { txtFor } from "../../support/lifecycle/required";

const kinds = (steps: readonly Step[]) => steps.map(({ step }) => step);
const named = <T extends object>(table: T) => Object.keys(table) as (keyof T)[];

/** The rules as DESIGN has them, apart from the code under test. */
const LAPSED: readonly AtSes[] = ["Failed", "NotStarted", "no identity"];
const TOKENLESS: readonly AtSes[] = ["Success without a TXT token"];
const GONE: readonly InDns[] = [
  "missing on some servers, and at the host",
  "missing on every server",
  "missing on those servers that answer",
];

describe("the plan of a domain", () => {
  const cases = named(AT_SES).flatMap((atSes) =>
    named(IN_DNS).flatMap((inDns) =>
      LEFT.flatMap((left) =>
        (["auto", "never"] as const).flatMap((restart) =>
          [0, 3].flatMap((restarts) =>
            (["ready", false] as const).map((wait): PlanCase => ({ atSes, inDns, left, restart, restarts, wait })),
          ),
        ),
      ),
    ),
  );

  it(`follows the rules in each of ${cases.length} cases`, () => {
    for (const one of cases) {
      const { atSes, inDns, left, restart, restarts, wait } = one;
      const plan = planOf(one);
      const held = LAPSED.includes(atSes) && (restart === "never" || restarts === 3);
      const requests = TOKENLESS.includes(atSes) || (LAPSED.includes(atSes) && !held);
      // Without a token there is no value yet.
      const hasToken = "token" in AT_SES[atSes];
      const publishes = hasToken && GONE.includes(inDns);
      const waits = wait && (requests || publishes || left === "unverified state");
      const expected = [
        ...(requests ? ["request"] : []),
        ...(publishes ? ["publish"] : []),
        ...(waits ? ["wait"] : []),
      ];
      assert.deepEqual(kinds(plan.steps), expected, JSON.stringify(one));
      assert.deepEqual(
        plan.held.map(({ because }) => because),
        held ? [restart === "never" ? "restart-never" : "restart-held"] : [],
        JSON.stringify(one),
      );
    }
  });

  it("does not ask SES again while a cause stands that no step removes, and publishes what is missing all the more", () => {
    const words = { seen: "", why: "", fix: "", command: undefined };
    const found: Finding = { code: "dnssec-bogus", severity: "error", ...words, identities: [] };
    const planWith = (inDns: InDns) => {
      const seen = { ...observationOf("Failed", inDns), findings: [found] };
      return planDomain(wantedOf(), { state: stateOf(), arns: new Set<string>(), asked: {}, registered: true }, seen);
    };
    const standing = planWith("on every server");
    assert.deepEqual(kinds(standing.steps), []);
    assert.deepEqual(
      standing.held.map(({ because }) => because),
      ["cause-stands"],
    );
    assert.deepEqual(kinds(planWith("missing on every server").steps), ["request", "publish", "wait"]);
  });

  it("is the same with the state as with what the inputs remember", () => {
    for (const one of cases) {
      if (one.left !== "state") continue;
      assert.deepEqual(planOf(one), planOf({ ...one, left: "inputs" }), JSON.stringify(one));
    }
  });

  it("names why SES is asked", () => {
    const because = (atSes: AtSes) =>
      planOf({ atSes, inDns: "on every server" }).steps.flatMap((one) => (one.step === "request" ? [one.because] : []));
    assert.deepEqual(because("no identity"), ["absent"]);
    assert.deepEqual(because("Failed"), ["lapsed"]);
    assert.deepEqual(because("NotStarted"), ["lapsed"]);
    assert.deepEqual(because("Success without a TXT token"), ["no-token"]);
  });

  it("has no step for what was not looked at", () => {
    const seen = { ...observationOf("Failed", "missing on every server"), verdicts: [], lacking: [], expected: [] };
    const identities = seen.identities.map((one) => ({ ...one, current: undefined }));
    const prior = { state: stateOf(), arns: new Set<string>(), asked: {}, registered: true };
    assert.deepEqual(planDomain(wantedOf(), prior, { ...seen, identities }).steps, []);
  });
});

describe("the plan of a domain, by what the program changes", () => {
  const healthy = observationOf("Success", "on every server");
  const planOfState = (
    args: Parameters<typeof wantedOf>[0],
    state = stateOf(),
    seen = healthy,
    places = wantedOf().places,
    applying = false,
  ) => {
    const arns = new Set(state.verifications.map(({ identityArn }) => identityArn));
    const prior = { state, arns, asked: state.asked, registered: state.mark !== undefined };
    return planDomain({ ...wantedOf(args), places }, prior, seen, applying).steps;
  };
  const APEX = { name: wantedOf().args.domain, prefix: "amazonses:" } as const;

  it("has no step where nothing changed", () => assert.deepEqual(planOfState({}), []));

  it("replaces the resource of another domain, and does nothing else", () => {
    const state = stateOf({ domain: fqdn("other.example") });
    assert.deepEqual(planOfState({}, state), [{ step: "replace", property: "domain" }]);
  });

  it("registers a state of version 0.1", () => {
    assert.deepEqual(planOfState({}, stateOf({ mark: undefined })), [{ step: "register" }]);
  });

  it("adds an identity, publishes every value, and waits", () => {
    const added = { name: "eu-west-1", region: "eu-west-1", arn: undefined };
    const seen = { ...healthy, identities: [...healthy.identities, added] };
    assert.deepEqual(kinds(planOfState({}, stateOf(), seen)), ["add", "publish", "wait"]);
  });

  it("takes another name for the same identity", () => {
    const seen = { ...healthy, identities: healthy.identities.map((one) => ({ ...one, name: "main" })) };
    const places = { main: { name: NAME, prefix: "" } } as const;
    assert.deepEqual(planOfState({}, stateOf(), seen, places), [
      { step: "rename", identity: "main" },
      { step: "wait" },
    ]);
  });

  it("takes another token than the state's, and withdraws the previous one", () => {
    const token = "YW5vdGhlciB0b2tlbiBvZiB0aGUgc2FtZSBzaXplLi4=";
    const current = { status: "Success", token, tokenKnown: true } as const;
    const seen = { ...healthy, identities: healthy.identities.map((one) => ({ ...one, current })) };
    assert.deepEqual(planOfState({}, stateOf(), seen), [
      { step: "renew", identity: "us-east-1" },
      { step: "wait" },
      { step: "withdraw", host: "route53", name: NAME, type: "TXT", value: TOKEN },
    ]);
  });

  it("releases an identity before it withdraws its value, after the wait", () => {
    const [one] = stateOf().verifications;
    assert.ok(one);
    const gone = { ...one, name: "eu-west-1", region: "eu-west-1", identityArn: "arn:gone", token: "old" };
    const state = stateOf({
      verifications: [one, gone],
      requirements: [...stateOf().requirements, txtFor("eu-west-1", NAME, "old", "arn:gone")],
    });
    const expected = [
      { step: "release", identity: "eu-west-1" },
      { step: "withdraw", host: "route53", name: NAME, type: "TXT", value: "old" },
    ];
    assert.deepEqual(planOfState({}, state), expected);
    const kept = { ...state, verifications: [one, { ...gone, adopted: true }] };
    assert.deepEqual(planOfState({}, kept), expected.slice(0, 1), "what is not ours to remove keeps its value");
  });

  it("takes over an adopted identity under adopt own", () => {
    const [one] = stateOf().verifications;
    assert.ok(one);
    const state = stateOf({ verifications: [{ ...one, adopted: true }] });
    assert.deepEqual(planOfState({ adopt: "own" }, state), [{ step: "own", identity: "us-east-1" }]);
    assert.deepEqual(planOfState({ adopt: "keep" }, state), []);
  });

  it("moves to another host: publishes, waits, withdraws; without wait too", () => {
    for (const wait of ["ready", false] as const) {
      const steps = planOfState({ wait, dns: [{ kind: "cloudflare" }] });
      assert.deepEqual(steps, [
        { step: "publish", identity: "us-east-1", name: NAME, type: "TXT", value: TOKEN },
        { step: "wait" },
        { step: "withdraw", host: "route53", name: NAME, type: "TXT", value: TOKEN },
      ]);
    }
  });

  it("takes another zone of the same kind for another host", () => {
    const steps = planOfState(
      { dns: [{ kind: "route53", zoneId: "Z2" }] },
      stateOf({ dns: [{ kind: "route53", zoneId: "Z1" }] }),
    );
    assert.deepEqual(kinds(steps), ["publish", "wait", "withdraw"]);
  });

  it("takes other credentials for the same host for no change, unless the value is not there", () => {
    const args = { dns: [{ kind: "route53", profile: "renamed" }] } as const;
    assert.deepEqual(planOfState(args), []);
    const lacking = stateOf().requirements;
    assert.deepEqual(kinds(planOfState(args, stateOf(), { ...healthy, lacking })), ["publish", "wait"]);
  });

  it("moves the value where the placement that the program names wants it, and not where auto would", () => {
    const places = { "us-east-1": APEX };
    assert.deepEqual(kinds(planOfState({ placement: "apex" }, stateOf(), healthy, places)), [
      "publish",
      "wait",
      "withdraw",
    ]);
    assert.deepEqual(planOfState({ placement: "auto" }, stateOf(), healthy, places), []);
  });

  it("publishes everything and waits in an apply, and tidies up hosts that were left earlier", () => {
    const state = stateOf({ leaving: [{ kind: "cloudflare" }] });
    assert.deepEqual(planOfState({}, state), []);
    assert.deepEqual(kinds(planOfState({}, state, healthy, wantedOf().places, true)), ["publish", "wait", "withdraw"]);
    assert.deepEqual(kinds(planOfState({ wait: false }, stateOf(), healthy, wantedOf().places, true)), ["publish"]);
  });
});
