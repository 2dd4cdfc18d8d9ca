import assert from "node:assert/strict";
import type { Authority } from "../../../provider/authority/authority";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import { AuthorityError, SesDomainError, SesError } from "../../../provider/core/errors";
import { fqdn } from "../../../provider/core/fqdn";
import { ordinal } from "../../../provider/core/ordinal";
import type { Goal } from "../../../provider/lifecycle/observation/wait/round";
import { awaitVerified } from "../../../provider/lifecycle/observation/wait/wait";
import type { IdentityStatus, SesPort, VerificationStatus } from "../../../provider/ses/port";
import { openHastyClock } from "../../support/hasty-clock";
import { txtFor } from "../../support/lifecycle/required";

const DOMAIN = fqdn("example.com");
const NAME = fqdn("_amazonses.example.com");
const OURS = "b3VyIG93biB0b2tlbiwgMzIgb2N0ZXRzIGxvbmcuLi4=";
const NEXT = "dGhlIG5leHQgdG9rZW4sIDMyIG9jdGV0cyBsb25nLi4=";

/** What SES says at a time, in ms since the wait began. */
type Says = (ms: number) => VerificationStatus | IdentityStatus | "absent" | "unknown";

function openWait(says: Says) {
  const clock = openHastyClock();
  const ctx: Ctx = { clock, log: silentLog, signal: new AbortController().signal };
  const ses: Pick<SesPort, "region" | "status" | "info"> = {
    region: "us-east-1",
    async status() {
      const said = says(clock.now());
      if (said === "absent") return undefined;
      if (said === "unknown") throw new SesError("throttled", "SES is busy.", { retryable: true });
      return typeof said === "string" ? { status: said, token: OURS } : said;
    },
    info: () => Promise.resolve(undefined),
  };
  let hint: string | undefined;
  return {
    clock,
    /** Of the error that the last wait ended with. */
    hint: () => hint,
    /** `requested`: SES was asked for the identity in this run. */
    async wait({ requested = false, ...more }: Partial<Goal> & { readonly requested?: boolean } = {}) {
      const goal: Goal = {
        domain: DOMAIN,
        identities: [
          { name: "us-east-1", ses: ses as SesPort, accountId: undefined, verifiedBefore: false, requested },
        ],
        requirements: [txtFor("us-east-1", NAME, OURS)],
        ses: true,
        hosts: [],
        authority: undefined,
        timeoutMs: 600_000,
        ...more,
      };
      try {
        await awaitVerified(goal, ctx);
        return "verified";
      } catch (error) {
        assert.ok(error instanceof SesDomainError, String(error));
        hint = error.hint;
        return error.code;
      }
    },
  };
}

const during =
  (endMs: number, said: ReturnType<Says>): Says =>
  (ms) =>
    ms < endMs ? said : "Success";

describe("what SES says while `up` waits", () => {
  for (const said of ["Failed", "NotStarted", "absent"] as const) {
    it(`is not believed when it says ${said} right after a request`, async () => {
      const { wait } = openWait(during(20_000, said));
      assert.equal(await wait({ requested: true }), "verified");
    });

    it(`is believed when ${said} stands`, async () => {
      const { clock, wait } = openWait(() => said);
      assert.equal(await wait({ requested: true }), said === "absent" ? "identity-gone" : "verification-failed");
      assert.ok(clock.now() < 120_000);
    });
  }

  it("is final at once when it says Failed and was not asked again", async () => {
    const { clock, wait } = openWait(() => "Failed");
    assert.equal(await wait(), "verification-failed");
    assert.equal(clock.now(), 0);
  });

  it("is not believed when it says Failed once, long after the request", async () => {
    const { wait } = openWait((ms) => (ms > 100_000 && ms < 110_000 ? "Failed" : ms < 200_000 ? "Pending" : "Success"));
    assert.equal(await wait({ requested: true }), "verified");
  });

  it("neither confirms nor denies a failure while it cannot be asked", async () => {
    const { clock, wait } = openWait((ms) => (ms % 5_000 < 2_500 ? "unknown" : "Failed"));
    assert.equal(await wait({ requested: true }), "verification-failed");
    assert.ok(clock.now() < 120_000);
    assert.equal(await openWait(() => "unknown").wait({ requested: true }), "not-verified-in-time");
  });

  it("is one identity's word, not all of them", async () => {
    const ports = [during(20_000, "absent"), ((ms) => (ms >= 20_000 && ms < 40_000 ? "absent" : "Success")) as Says];
    const clock = openHastyClock();
    const ctx: Ctx = { clock, log: silentLog, signal: new AbortController().signal };
    const identities = ports.map((says, index) => ({
      name: `identity ${index}`,
      ses: {
        region: "us-east-1",
        status: async () => {
          const said = says(clock.now());
          return said === "absent" ? undefined : { status: said as VerificationStatus, token: undefined };
        },
      } as unknown as SesPort,
      accountId: undefined,
      verifiedBefore: false,
    }));
    const rest = { requirements: [], ses: true, hosts: [], authority: undefined, timeoutMs: 600_000 };
    assert.equal((await awaitVerified({ domain: DOMAIN, identities, ...rest }, ctx)).size, 2);
  });
});

describe("the time that `up` may take", () => {
  it("holds while each question to SES takes longer than that, and so does the report", async () => {
    const clock = openHastyClock();
    const stall = async (_name: unknown, inner: Ctx): Promise<never> => {
      await inner.clock.sleep(120_000, inner.signal);
      throw new SesError("ses-unavailable", "No whole answer came.", { retryable: true });
    };
    const ses = { region: "us-east-1", status: stall, info: stall } as unknown as SesPort;
    const ctx: Ctx = { clock, log: silentLog, signal: new AbortController().signal };
    const identity = { name: "us-east-1", ses, accountId: undefined, verifiedBefore: false, requested: true };
    const rest = { requirements: [], ses: true, hosts: [], authority: undefined, timeoutMs: 90_000 };
    await assert.rejects(awaitVerified({ domain: DOMAIN, identities: [identity], ...rest }, ctx), {
      code: "not-verified-in-time",
    });
    assert.ok(clock.now() < 120_000, `${clock.now()} ms`);
  });

  it("ends at once when it is interrupted, and the question to SES with it", async () => {
    const control = new AbortController();
    let asked: AbortSignal | undefined;
    const status = (_name: unknown, inner: Ctx) => {
      asked = inner.signal;
      setImmediate(() => control.abort(new Error("stopped")));
      return new Promise<never>(() => undefined);
    };
    const ses = { region: "us-east-1", status } as unknown as SesPort;
    const ctx: Ctx = { clock: openHastyClock(), log: silentLog, signal: control.signal };
    const identity = { name: "us-east-1", ses, accountId: undefined, verifiedBefore: false };
    const rest = { requirements: [], ses: true, hosts: [], authority: undefined, timeoutMs: 90_000 };
    await assert.rejects(awaitVerified({ domain: DOMAIN, identities: [identity], ...rest }, ctx), /stopped/);
    assert.ok(asked?.aborted);
  });
});

describe("name servers that never answer", () => {
  const silent = (code: string) =>
    ({
      look: () => Promise.reject(new AuthorityError(code, "No name server could be reached.", { retryable: true })),
      validate: () => Promise.resolve(undefined),
    }) as unknown as Authority;

  it("end the wait within a minute, however long it may take", async () => {
    const { clock, wait } = openWait(() => "Pending");
    const authority = silent("servers-unreachable");
    assert.equal(await wait({ authority, timeoutMs: 8 * 3_600_000 }), "servers-unreachable");
    assert.ok(clock.now() >= 20_000 && clock.now() < 60_000, `${clock.now()} ms`);
  });

  const dead = (root: "answer" | "silent" | "recursive" | undefined) =>
    ({
      look: async () => ({
        name: NAME,
        type: "TXT",
        target: NAME,
        cnames: [],
        via: "authoritative",
        ...(root && { root }),
        delegation: undefined,
        servers: [{ server: "ns1.example.net", address: "192.0.2.1", kind: "unreachable", reason: "no answer" }],
      }),
      examine: () => Promise.reject(new AuthorityError("zone-unread", "No name server could be reached.")),
      validate: () => Promise.resolve(undefined),
    }) as unknown as Authority;
  for (const [what, authority, network] of [
    ["the root's servers fail too", dead("silent"), true],
    ["a resolver answers in place of all", dead("recursive"), true],
    ["the way down ends at the root", silent("servers-unreachable"), true],
    ["something answers in place of the root", silent("servers-intercepted"), true],
    ["the root's servers answer", dead("answer"), false],
    ["nothing is known of the root", dead(undefined), false],
    ["a registry is silent, and the root answers", silent("parent-unreachable"), false],
    ["no resolver answers", silent("resolver-unreachable"), false],
  ] as const) {
    it(`are ${network ? "" : "no "}reason to read over HTTPS where ${what}`, async () => {
      const { wait, hint } = openWait(() => "Pending");
      assert.equal(await wait({ authority }), "servers-unreachable");
      assert.equal(/"doh"/.test(hint() ?? ""), network, hint());
    });
  }

  it("are not those of a domain that is yet to be delegated", async () => {
    const { clock, wait } = openWait(() => "Pending");
    assert.equal(await wait({ authority: silent("zone-unknown"), timeoutMs: 600_000 }), "not-verified-in-time");
    assert.ok(clock.now() >= 600_000);
  });
});

describe("a token that SES changes while `up` waits", () => {
  function openRenewal() {
    const published: string[] = [];
    return {
      published,
      renew: async (tokens: ReadonlyMap<string, string>) => {
        const value = tokens.get("us-east-1") ?? "";
        published.push(value);
        return [txtFor("us-east-1", NAME, value)];
      },
    };
  }

  it("is published, and awaited", async () => {
    const { published, renew } = openRenewal();
    const { wait } = openWait((ms) => ({
      status: published.length > 0 && ms > 90_000 ? "Success" : "Pending",
      token: ms < 60_000 ? OURS : NEXT,
    }));
    assert.equal(await wait({ requested: true, renew }), "verified");
    assert.deepEqual(published, [NEXT]);
  });

  it("is published though SES says Success: without its value SES would revoke", async () => {
    const { published, renew } = openRenewal();
    const { wait } = openWait(() => ({ status: "Success", token: NEXT }));
    assert.equal(await wait({ renew }), "verified");
    assert.deepEqual(published, [NEXT]);
  });

  it("is no change where an answer from before the request names the previous one", async () => {
    const { published, renew } = openRenewal();
    const { wait } = openWait((ms) => ({
      status: ms < 60_000 ? "Pending" : "Success",
      token: ms < 20_000 ? NEXT : OURS,
    }));
    assert.equal(await wait({ requested: true, renew, earlierTokens: [NEXT] }), "verified");
    assert.deepEqual(published, []);
  });

  it("is the previous one again where that stands", async () => {
    const { published, renew } = openRenewal();
    const { wait } = openWait((ms) => ({ status: ms < 90_000 ? "Pending" : "Success", token: NEXT }));
    assert.equal(await wait({ requested: true, renew, earlierTokens: [NEXT] }), "verified");
    assert.deepEqual(published, [NEXT]);
  });

  it("ends the wait for a record that another provider writes", async () => {
    const { clock, wait } = openWait((ms) => ({ status: "Pending", token: ms < 60_000 ? OURS : NEXT }));
    assert.equal(await wait({ requested: true }), "token-changed");
    assert.ok(clock.now() < 180_000);
    const late = openWait((ms) => ({ status: ms < 60_000 ? "Pending" : "Success", token: ms < 20_000 ? NEXT : OURS }));
    assert.equal(await late.wait({ requested: true }), "verified");
  });
});

describe("places in a row", () => {
  it("are words up to ten, then numbers with their ending", () => {
    assert.deepEqual(
      [1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23, 24, 101, 111, 112, 113, 122].map(ordinal),
      ["first", "second", "third", "tenth"].concat([
        "11th",
        "12th",
        "13th",
        "20th",
        "21st",
        "22nd",
        "23rd",
        "24th",
        "101st",
        "111th",
        "112th",
        "113th",
        "122nd",
      ]),
    );
  });
});
