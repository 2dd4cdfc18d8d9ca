import { equal, ok } from "node:assert/strict";
import type { TurnableClock } from "../../emulator/clock";
import { ALLOWED } from "../../provider/authority/allowance";
import type { Clock } from "../../provider/core/clock";
import { AuthorityError, TimeoutError } from "../../provider/core/errors";
import { child, fqdn } from "../../provider/core/fqdn";
import { required } from "../../provider/dns/requirement";
import { doctorReport } from "../../provider/doctor/schema";
import { lookAtSending } from "../../provider/lifecycle/observation/sending";
import { awaitVerified } from "../../provider/lifecycle/observation/wait/wait";
import { SHORT_TIMEOUTS } from "../support/dns/world";
import { doctor, T1 } from "../support/doctor/doctor";
import { txtFor } from "../support/lifecycle/required";
import { type FakeInternet, RESOLVER } from "../unit/authority/fake-internet";
import { DOMAIN, HOSTILE, NAME, openHostile } from "../unit/authority/hostile-zones";

/** Nothing is asked twice because the machine is busy. */
const PATIENT = { ...SHORT_TIMEOUTS, udpMs: 4_000, lastMs: 4_000, hedgeMs: 4_000, lookMs: 15_000 };

/** Sleeping turns it. */
const hasty = (clock: TurnableClock): Clock => ({
  now: () => clock.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    await clock.advance(ms);
    signal?.throwIfAborted();
  },
});

/** What is stated in provider/authority/allowance.ts: at once, and more after so many seconds. */
const atMost = (seconds: number) => ({
  questions: ALLOWED.questions.atOnce + seconds * ALLOWED.questions.perSecond,
  resolver: ALLOWED.resolver.atOnce + seconds * ALLOWED.resolver.perSecond,
});
const TEN_MINUTES_S = 600;
/** Questions that an authority answers come back, up to these a look; a wait of ten minutes looks some 80 times. */
const ANSWERED = 32 * 80;

const dkim = (token: string) =>
  required(
    {
      type: "CNAME",
      name: child(token, child("_domainkey", DOMAIN)),
      ttl: 300,
      target: child(token, fqdn("dkim.example.net")),
    },
    { identity: "us-east-1", arn: undefined, purpose: "dkim" },
  );
const SENDING = [
  ...Array.from({ length: 12 }, (_, index) => dkim(`token${index}`)),
  required(
    { type: "MX", name: child("bounce", DOMAIN), ttl: 300, preference: 10, exchange: fqdn("feedback.example.net") },
    { identity: "us-east-1", arn: undefined, purpose: "mail-from" },
  ),
  required(
    { type: "TXT", name: child("bounce", DOMAIN), ttl: 300, text: "v=spf1 include:amazonses.com ~all" },
    { identity: "us-east-1", arn: undefined, purpose: "mail-from" },
  ),
];
const FORMER = Array.from({ length: 12 }, (_, index) => dkim(`former${index}`));

describe("authority: what hostile delegations make one operation ask", function () {
  this.timeout(120_000);
  this.slow(20_000);
  let internet: FakeInternet;
  afterEach(() => internet.close());

  const toResolver = () => internet.asked.filter(({ address }) => address === RESOLVER);
  const told = () => `${internet.asked.length} questions, ${toResolver().length} of them to the resolver`;
  const within = ({ questions, resolver }: { readonly questions: number; readonly resolver: number }) => {
    ok(internet.asked.length <= questions, told());
    ok(toResolver().length <= resolver, told());
  };
  const ask = async (options: object) => {
    const ports = { clock: hasty(internet.clock), env: {} };
    const where = { token: [T1], resolver: [internet.resolver], port: internet.port, json: true };
    const { out, code } = await doctor(internet, DOMAIN, { ...where, ...options }, ports);
    const [report] = doctorReport.parse(JSON.parse(out)).domains;
    ok(code !== 0 && report !== undefined);
    return report;
  };

  for (const hostile of HOSTILE) {
    describe(hostile.about, () => {
      beforeEach(async () => {
        internet = await openHostile(hostile, PATIENT);
      });

      it("in one look", async () => {
        await internet.authority
          .look(NAME, "TXT", internet.ctx)
          .catch((error: unknown) => ok(error instanceof AuthorityError));
        within(atMost(0));
      });

      it("in a look at the records of DKIM and MAIL FROM, SPF and DMARC, with all that explains them", async () => {
        await lookAtSending(DOMAIN, SENDING, FORMER, internet.authority, internet.ctx, { dmarc: true });
        within(atMost(0));
      });

      it("in a doctor's run, which says so once where it could not go on", async () => {
        const { findings } = await ask({});
        within(atMost(0));
        const said = findings.filter(({ code }) => code === "dns-limit").length;
        equal(said, hostile.whole ? 0 : 1);
      });

      it("in a doctor's watch of ten minutes", async () => {
        await ask({ watch: true, timeout: "10m" });
        const { questions, resolver } = atMost(TEN_MINUTES_S);
        within({ questions: questions + ANSWERED, resolver: resolver + 1 });
        const seconds = new Map<number, number>();
        for (const { atMs } of toResolver()) seconds.set(atMs, (seconds.get(atMs) ?? 0) + 1);
        ok(Math.max(0, ...seconds.values()) <= ALLOWED.resolver.atOnce);
        // After the first ones it is asked less than once in a second.
        const [first = 0] = [...seconds.values()].sort((a, b) => b - a);
        ok(toResolver().length - first <= ALLOWED.resolver.atOnce + TEN_MINUTES_S * ALLOWED.resolver.perSecond);
      });

      it("in the wait of an up, which never takes it for absent", async () => {
        const goal = {
          domain: DOMAIN,
          identities: [],
          requirements: [txtFor("us-east-1", NAME, T1)],
          ses: false,
          hosts: [],
          authority: internet.authority,
          timeoutMs: TEN_MINUTES_S * 1_000,
        };
        const ctx = { ...internet.ctx, clock: hasty(internet.clock) };
        const error = await awaitVerified(goal, ctx).catch((failure: unknown) => failure);
        ok(error instanceof TimeoutError, String(error));
        const { questions, resolver } = atMost(TEN_MINUTES_S + 1);
        within({ questions: questions + ANSWERED, resolver });
        equal(error.message.includes("txt-missing"), hostile.lacks ?? false, error.message);
      });
    });
  }
});
