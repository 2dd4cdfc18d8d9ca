import assert from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import { PartialFailure } from "../../../provider/core/partial-failure";
import type { CheckedDns } from "../../../provider/dns/hosts";
import { dataText, type Requirement } from "../../../provider/dns/requirement";
import type { CheckedArgs } from "../../../provider/lifecycle/arguments/types";
import { openDraft } from "../../../provider/lifecycle/domain/draft";
import type { DomainState, Verification } from "../../../provider/lifecycle/domain/state";
import { txtFor } from "../../support/lifecycle/required";

const NAME = fqdn("_amazonses.example.com");
const ROUTE53: CheckedDns = { kind: "route53" };
const MANUAL: CheckedDns = { kind: "manual", underscores: true, multipleValues: true };
const US = { name: "us-east-1", region: "us-east-1" };
const EU = { name: "eu-west-1", region: "eu-west-1" };

const verification = ({ name, region }: typeof US, token = `token-${name}`): Verification => ({
  name,
  region,
  accountId: "111111111111",
  identityArn: `arn:aws:ses:${region}:111111111111:identity/example.com`,
  token,
  status: "Success",
  adopted: false,
});
const MARK = "0123456789abcdef";
const args: CheckedArgs = {
  domain: fqdn("example.com"),
  identities: [US],
  dns: [ROUTE53],
  placement: "auto",
  ttl: 300,
  wait: "ready",
  timeoutMs: 1_000,
  adopt: "keep",
  restart: "auto",
  dnsCheck: { mode: "authoritative" },
  previewCheck: "live",
  dkim: false,
  mailFrom: false,
  dmarc: "check",
};
const ARNS = { us: verification(US).identityArn, eu: verification(EU).identityArn };
const set = (...values: string[]) =>
  values.map((value) => {
    const eu = value.endsWith("eu-west-1");
    return txtFor(eu ? "eu-west-1" : "us-east-1", NAME, value, eu ? ARNS.eu : ARNS.us);
  });
const texts = (requirements: readonly Requirement[] | undefined) => requirements?.map(dataText).sort();
const prior: DomainState = {
  domain: args.domain,
  identities: [US, EU],
  dns: [ROUTE53],
  verifications: [verification(US), verification(EU)],
  requirements: set("token-eu-west-1", "token-us-east-1"),
  verified: true,
  verifiedAt: "2026-01-01T00:00:00.000Z",
  leaving: [],
  mark: MARK,
  unmarked: [],
  asked: {},
};

describe("the draft of a state", () => {
  it("keeps no state for a failure before anything exists", () => {
    const error = new Error("no credentials");
    assert.equal(openDraft(args, undefined, MARK).unfinished(error), error);
  });

  it("keeps what was asked and what is about to be written", () => {
    const draft = openDraft(args, undefined, MARK);
    draft.keep(verification(US), true, US);
    draft.expect(set("token-us-east-1"));
    const error = draft.unfinished(new Error("cut")) as PartialFailure<DomainState>;
    assert.ok(error instanceof PartialFailure);
    assert.equal(error.message, "cut");
    assert.deepEqual(error.state.verifications, [verification(US)]);
    assert.deepEqual(texts(error.state.requirements), ["token-us-east-1"]);
    assert.equal(error.state.verified, false);
  });

  it("keeps identities, hosts and values that are still to be removed", () => {
    const draft = openDraft({ ...args, dns: [MANUAL] }, prior, MARK);
    draft.keep(verification(US, "new"), true, US);
    draft.expect(set("new"));
    const error = draft.unfinished(new Error("cut")) as PartialFailure<DomainState>;
    assert.ok(error instanceof PartialFailure);
    assert.deepEqual(
      error.state.verifications.map(({ name, token }) => `${name} ${token}`),
      ["us-east-1 new", "eu-west-1 token-eu-west-1"],
    );
    assert.deepEqual(error.state.dns, [MANUAL, ROUTE53]);
    assert.deepEqual(texts(error.state.requirements), ["new", "token-eu-west-1", "token-us-east-1"]);
  });

  it("leaves the value of an identity that was not ours to remove", () => {
    const draft = openDraft(args, prior, MARK);
    draft.keep(verification(US), true, US);
    draft.expect(set("token-us-east-1"));
    assert.deepEqual(
      draft.removed().map(({ verification: { name } }) => name),
      ["eu-west-1"],
    );
    assert.deepEqual(texts(draft.obsolete()[0]?.requirements), ["token-eu-west-1"]);
    draft.released(verification(EU), false);
    assert.deepEqual(draft.obsolete(), []);
  });

  it("removes a value once that an earlier run wrote, and this one before SES gave another token", () => {
    const draft = openDraft(args, prior, MARK);
    draft.keep(verification(US), true, US);
    draft.keep(verification(EU), true, EU);
    draft.expect(set("token-eu-west-1", "token-us-east-1"));
    draft.expect(set("token-eu-west-1", "another"));
    assert.deepEqual(
      draft.obsolete().map(({ requirements }) => texts(requirements)),
      [["token-us-east-1"]],
    );
  });

  it("removes every value from a host that the program left, and the old token from one it kept", () => {
    const draft = openDraft({ ...args, dns: [MANUAL] }, { ...prior, verifications: [verification(US)] }, MARK);
    draft.keep(verification(US), true, US);
    draft.expect(set("token-us-east-1"));
    const obsolete = draft.obsolete();
    assert.deepEqual(
      obsolete.map(({ dns, requirements }) => [dns.kind, texts(requirements)]),
      [
        ["manual", ["token-eu-west-1"]],
        ["route53", ["token-eu-west-1", "token-us-east-1"]],
      ],
    );
  });

  it("keeps the program's order, whichever region answered first", () => {
    const draft = openDraft({ ...args, identities: [US, EU] }, undefined, MARK);
    draft.keep(verification(EU), true, EU);
    draft.keep(verification(US), true, US);
    assert.deepEqual(
      draft.finish([], 0).verifications.map(({ name }) => name),
      ["us-east-1", "eu-west-1"],
    );
  });

  it("keeps the moment of verification while it stays verified", () => {
    const draft = openDraft(args, prior, MARK);
    draft.keep(verification(US), true, US);
    assert.equal(draft.finish([], 0).verifiedAt, prior.verifiedAt);
    const fresh = openDraft(args, undefined, MARK);
    fresh.keep(verification(US), true, US);
    assert.equal(fresh.finish([], 0).verifiedAt, "1970-01-01T00:00:00.000Z");
  });

  const account = (id: string) => ({ id, partition: "aws" });

  it("knows an identity by its account and region, whatever it is called", () => {
    const draft = openDraft(args, prior, MARK);
    const tokenOf = (spec: typeof US, id = "111111111111") => draft.before({ spec }, account(id)).verification?.token;
    assert.equal(tokenOf(US), "token-us-east-1");
    assert.equal(tokenOf({ name: "main", region: "us-east-1" }), "token-us-east-1");
    assert.equal(tokenOf({ name: "us-east-1", region: "us-west-2" }), undefined);
    assert.equal(tokenOf({ name: "second", region: "us-east-1" }, "222222222222"), undefined);
    assert.throws(() => tokenOf(US, "222222222222"), { code: "account-changed" });
  });

  it("removes no identity that was only renamed", () => {
    const renamed = { name: "main", region: "us-east-1" };
    const draft = openDraft({ ...args, identities: [renamed, EU] }, prior, MARK);
    draft.keep({ ...verification(US), name: "main" }, true, renamed);
    draft.keep(verification(EU), true, EU);
    assert.deepEqual(draft.removed(), []);
    draft.expect(set("token-eu-west-1", "token-us-east-1"));
    assert.deepEqual(draft.obsolete(), []);
    assert.deepEqual(
      draft.finish([], 0).verifications.map(({ name }) => name),
      ["main", "eu-west-1"],
    );
  });

  it("counts how often SES was asked again in vain, until it is verified", () => {
    const draft = openDraft(args, { ...prior, asked: {} }, MARK);
    const failed: Verification = { ...verification(US), status: "Pending" };
    draft.keep(failed, true, US);
    draft.restarted(failed, true, 0);
    const cut = draft.unfinished(new Error("cut")) as PartialFailure<DomainState>;
    assert.deepEqual(cut.state.asked, {
      [failed.identityArn]: { at: "1970-01-01T00:00:00.000Z", restarts: 1, tokenChanged: true },
    });
    const next = openDraft(args, cut.state, MARK);
    next.keep(failed, true, US);
    next.restarted(failed, false, 1_000);
    assert.equal(next.before({ spec: US }, account("111111111111")).asked?.restarts, 2);
    next.saw(new Map([["us-east-1", { status: "Success", token: "token-us-east-1" }]]));
    assert.deepEqual(next.finish([], 0).asked, {});
  });
});
