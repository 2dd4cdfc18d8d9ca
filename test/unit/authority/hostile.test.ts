import { ok } from "node:assert/strict";
import type { TurnableClock } from "../../../emulator/clock";
import type { Clock } from "../../../provider/core/clock";
import { AuthorityError, SesDomainError } from "../../../provider/core/errors";
import { awaitVerified } from "../../../provider/lifecycle/wait";
import { SHORT_PATIENCE } from "../../support/dns-world";
import { doctor, T1 } from "../../support/doctor";
import { type FakeInternet, RESOLVER } from "./fake-internet";
import { DOMAIN, HOSTILE, NAME, openHostile } from "./hostile-zones";

/** Nothing is asked twice because the machine is busy. */
const PATIENT = { ...SHORT_PATIENCE, udpMs: 4_000, lastMs: 4_000, hedgeMs: 4_000, lookMs: 15_000 };

/** Sleeping turns it. */
const hasty = (clock: TurnableClock): Clock => ({
  now: () => clock.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    await clock.advance(ms);
    signal?.throwIfAborted();
  },
});

describe("authority: what hostile delegations make one operation ask", function () {
  this.timeout(120_000);
  let internet: FakeInternet;
  afterEach(() => internet.close());

  const toResolver = () => internet.asked.filter(({ address }) => address === RESOLVER);
  const worstSecond = (asked: readonly { readonly atMs: number }[]) =>
    Math.max(0, ...asked.map(({ atMs }) => asked.filter((one) => one.atMs >= atMs && one.atMs < atMs + 1_000).length));
  const told = () => `${internet.asked.length} questions, ${toResolver().length} of them to the resolver`;
  const ask = (options: object) =>
    doctor(
      internet,
      DOMAIN,
      { token: [T1], resolver: [internet.resolver], port: internet.port, json: true, ...options },
      { clock: hasty(internet.clock), env: {} },
    );

  for (const hostile of HOSTILE) {
    describe(hostile.about, () => {
      beforeEach(async () => {
        internet = await openHostile(hostile, PATIENT);
      });

      it("in one look", async () => {
        await internet.authority
          .look(NAME, internet.ctx)
          .catch((error: unknown) => ok(error instanceof AuthorityError));
        console.log(`      look: ${told()}`);
        ok(internet.asked.length <= 520, told());
        ok(toResolver().length <= 256, told());
      });

      it("in a doctor's run", async () => {
        const { out } = await ask({});
        console.log(`      run: ${told()} ${JSON.parse(out).domains[0].findings.map((f: { code: string }) => f.code)}`);
        ok(internet.asked.length <= 600, told());
        ok(toResolver().length <= 260, told());
      });

      it("in a doctor's watch of ten minutes", async () => {
        await ask({ watch: true, timeout: "10m" });
        console.log(`      watch: ${told()} worst ${worstSecond(toResolver())}`);
        ok(worstSecond(toResolver()) <= 256, told());
        ok(toResolver().length <= 256 + 300 + 4, told());
      });

      it("in the wait of an up", async () => {
        const goal = {
          domain: DOMAIN,
          identities: [],
          expected: [{ identity: "us-east-1", name: NAME, value: T1 }],
          values: [],
          ses: false,
          hosts: [],
          authority: internet.authority,
          timeoutMs: 45 * 60_000,
        };
        const error = await awaitVerified(goal, { ...internet.ctx, clock: hasty(internet.clock) }).catch(
          (e: unknown) => e,
        );
        ok(error instanceof SesDomainError);
        console.log(`      wait: ${told()} ${error.code} ${error.message.slice(0, 600)}`);
        ok(toResolver().length <= 256 + 1_350 + 4, told());
      });
    });
  }
});
