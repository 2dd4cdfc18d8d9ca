import assert from "node:assert/strict";
import { type IdentityHistory, type ObservedIdentity, planRequest } from "../../../provider/lifecycle/identity/request";
import { askedAgain } from "../../../provider/lifecycle/identity/restarts";

const TOKEN = "b3VyIG93biB0b2tlbiwgMzIgb2N0ZXRzIGxvbmcuLi4=";
const NOW = Date.UTC(2026, 0, 15);
const DAY_MS = 24 * 3_600_000;
const STATUSES = ["absent", "unknown", "Pending", "Success", "Failed", "TemporaryFailure", "NotStarted"] as const;
const HISTORIES = { new: { known: false, asked: undefined }, known: { known: true, asked: undefined } } as const;

type Row = readonly [status: ObservedIdentity["status"], history: keyof typeof HISTORIES, due: string];

const told = (current: ObservedIdentity, history: IdentityHistory, restart: "auto" | "never", nowMs = NOW) => {
  const request = planRequest(current, history, restart, nowMs);
  if (request.kind !== "ask") return request.kind === "none" ? "none" : request.because;
  return `${request.because}${request.again ? " again" : ""}`;
};

describe("whether SES is asked for an identity", () => {
  const rows: readonly Row[] = [
    ["absent", "new", "absent"],
    ["absent", "known", "absent again"],
    ["Failed", "new", "lapsed again"],
    ["Failed", "known", "lapsed again"],
    ["NotStarted", "new", "lapsed again"],
    ["NotStarted", "known", "lapsed again"],
    ...(["unknown", "Pending", "Success", "TemporaryFailure"] as const).flatMap((status): Row[] => [
      [status, "new", "none"],
      [status, "known", "none"],
    ]),
  ];
  for (const [status, history, due] of rows) {
    it(`${status}, ${history}: ${due}`, () => {
      const current = { status, token: TOKEN, tokenKnown: true };
      assert.equal(told(current, HISTORIES[history], "auto"), due);
      assert.equal(told(current, HISTORIES[history], "never"), due.endsWith(" again") ? "restart-never" : due);
    });
  }

  it("where it holds no token, for it was made for DKIM; not where its token was not asked for", () => {
    for (const status of ["Pending", "Success", "TemporaryFailure"] as const) {
      for (const restart of ["auto", "never"] as const) {
        assert.equal(told({ status, tokenKnown: true }, HISTORIES.known, restart), "no-token");
        assert.equal(told({ status, tokenKnown: false }, HISTORIES.known, restart), "none");
      }
    }
  });

  it("three times in a row, then once a week", () => {
    const current = { status: "Failed", token: TOKEN, tokenKnown: true } as const;
    let asked = askedAgain(undefined, NOW);
    for (const restarts of [1, 2]) {
      assert.equal(asked.restarts, restarts);
      assert.equal(told(current, { known: true, asked }, "auto"), "lapsed again");
      asked = askedAgain(asked, NOW);
    }
    const held = planRequest(current, { known: true, asked }, "auto", NOW);
    assert.deepEqual(held, { kind: "held", status: "Failed", because: "restart-held", untilMs: NOW + 7 * DAY_MS });
    assert.equal(told(current, { known: true, asked }, "auto", NOW + 7 * DAY_MS - 1), "restart-held");
    assert.equal(told(current, { known: true, asked }, "auto", NOW + 7 * DAY_MS), "lapsed again");
  });

  it("by every status that there is", () => {
    assert.deepEqual(new Set(rows.map(([status]) => status)), new Set(STATUSES));
  });
});
