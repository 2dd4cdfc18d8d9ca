import { deepEqual, equal, ok } from "node:assert/strict";
import { openClock } from "../../../emulator/clock";
import { ALLOWED, domainCharged, openAllowances } from "../../../provider/authority/allowance";
import { openBudget, processLimitsOf } from "../../../provider/authority/budget";
import { openRate } from "../../../provider/authority/rate";
import { realNowMs } from "../../../provider/authority/timeouts";
import { silentLog } from "../../../provider/core/ctx";
import { fqdn } from "../../../provider/core/fqdn";

const DOMAIN = fqdn("example.com");
const { signal } = new AbortController();

describe("authority: how fast one place is asked", () => {
  it("lets a burst through, then so many a second, each place by itself", async () => {
    const clock = openClock({ mode: "manual" });
    const rate = openRate({ perSecond: 10, burst: 5 }, clock);
    const waits = Array.from({ length: 8 }, () => {
      const waitMs = rate.waitMs("a");
      rate.count("a");
      return waitMs;
    });
    deepEqual(waits, [0, 0, 0, 0, 0, 100, 200, 300]);
    equal(rate.waitMs("b"), 0);
    await clock.advance(10_000);
    equal(rate.waitMs("a"), 0);
  });

  it("makes what comes too fast wait by the clock, however many domains it is for", async () => {
    const clock = openClock({ mode: "manual" });
    const limits = processLimitsOf(clock);
    let sent = 0;
    const until = { untilMs: realNowMs() + 60_000, signal };
    const asking = Array.from({ length: 40 }, async (_, index) => {
      const budget = openBudget(fqdn(`d${index}.example.com`), limits);
      for (let question = 0; question < 20; question++) {
        if (!budget.take("resolver", "192.0.2.53 53")) return;
        await budget.turn("resolver", "192.0.2.53 53", until);
        sent += 1;
      }
    });
    await new Promise((resolve) => setImmediate(resolve));
    ok(sent <= 501, `${sent} at once`);
    await clock.advance(500);
    ok(sent <= 601, `${sent} after half a second`);
    await clock.advance(3_000);
    await Promise.all(asking);
    equal(sent, 800);
  });

  it("gives up by real time where the clock stands still", async () => {
    const clock = openClock({ mode: "manual" });
    const budget = openBudget(DOMAIN, processLimitsOf(clock));
    for (let other = 0; other < 6; other++) {
      const one = openBudget(fqdn(`d${other}.example.com`), processLimitsOf(clock));
      for (let question = 0; question < 100; question++) one.take("resolver", "192.0.2.53 53");
    }
    ok(budget.take("resolver", "192.0.2.53 53"));
    equal(await budget.turn("resolver", "192.0.2.53 53", { untilMs: realNowMs() + 30, signal }), false);
  });
});

describe("authority: what one domain may use up", () => {
  it("has a limit of its own, which comes back slowly", async () => {
    const clock = openClock({ mode: "manual" });
    const allowances = openAllowances(clock);
    const hostile = allowances.of(DOMAIN);
    const count = (asked: "resolver" | "server") => {
      let taken = 0;
      while (hostile.take(asked)) taken += 1;
      return taken;
    };
    equal(count("resolver"), ALLOWED.resolver.atOnce);
    equal(count("server"), ALLOWED.questions.atOnce - ALLOWED.resolver.atOnce);
    ok(hostile.isUsedUp("server"));
    ok(allowances.of(fqdn("example.net")).take("server"), "another domain does not miss it");
    await clock.advance(10_000);
    equal(count("resolver"), 10 * ALLOWED.resolver.perSecond);
    equal(count("server"), 10 * (ALLOWED.questions.perSecond - ALLOWED.resolver.perSecond));
  });

  it("gets back what an authority answered, not at once", async () => {
    const clock = openClock({ mode: "manual" });
    const allowance = openAllowances(clock).of(DOMAIN);
    for (let look = 0; look < 600; look++) {
      for (let question = 0; question < 26; question++) {
        ok(allowance.take("server"), `look ${look}`);
        allowance.giveBack();
      }
      await clock.advance(1_000);
    }
  });

  it("gets back no more than so many a second, however many an authority answered", async () => {
    const clock = openClock({ mode: "manual" });
    const allowance = openAllowances(clock).of(DOMAIN);
    while (allowance.take("server")) allowance.giveBack();
    await clock.advance(1_000);
    let taken = 0;
    while (allowance.take("server")) taken += 1;
    ok(taken > ALLOWED.questions.perSecond && taken < 50, `${taken}`);
  });

  it("is that of the domain that is looked at, whatever name is read for it", () => {
    const ctx = { clock: openClock({ mode: "manual" }), log: silentLog, signal };
    equal(domainCharged(fqdn("_amazonses.example.com"), ctx), "example.com");
    equal(domainCharged(fqdn("example.com"), ctx), "example.com");
    equal(domainCharged(fqdn("amazonses.www.example.com"), { ...ctx, domain: DOMAIN }), "example.com");
  });
});
