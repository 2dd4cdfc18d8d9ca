import assert from "node:assert/strict";
import { askResolver, lookOverHttps } from "../../provider/authority/doh";
import { TIMEOUTS } from "../../provider/authority/timeouts";
import { silentLog } from "../../provider/core/ctx";
import { AuthorityError } from "../../provider/core/errors";
import { fqdn } from "../../provider/core/fqdn";
import { encodeMessage } from "../../provider/wire/encode";
import { decodeMessage } from "../../provider/wire/message";
import { openHastyClock } from "../support/hasty-clock";
import { collectGarbage, HOSTILITIES, type Hostility, openHostileServer, until } from "../support/hostile/answers";
import { blameTheWay } from "../support/hostile/way-suite";

const NAME = fqdn("_amazonses.example.com");
const QUESTION = { name: NAME, type: "TXT", recursionDesired: true };

async function open(hostility: Hostility, httpsMs = 300) {
  const server = await openHostileServer(hostility);
  const control = new AbortController();
  const ctx = { clock: openHastyClock(), log: silentLog, signal: control.signal };
  return { server, control, ctx, timeouts: { ...TIMEOUTS, httpsMs } };
}

describe("answers that are not a resolver's", function () {
  this.timeout(60_000);
  for (const hostility of HOSTILITIES) {
    it(`say nothing: ${hostility}`, async () => {
      const { server, ctx, timeouts } = await open(hostility);
      const look = lookOverHttps(NAME, "TXT", [server.url], {
        timeouts,
        signal: ctx.signal,
        untilMs: Number.POSITIVE_INFINITY,
      });
      await assert.rejects(look, (error) => error instanceof AuthorityError && error.code === "resolver-unreachable");
      assert.equal(
        await askResolver(QUESTION, server.url, { timeouts, signal: ctx.signal, untilMs: Number.POSITIVE_INFINITY }),
        undefined,
      );
      assert.deepEqual(server.followed, []);
      await server.close();
    });
  }

  it("says nothing by records of other names, or of another zone", async () => {
    const soa = {
      type: "SOA",
      class: "IN",
      ttl: 60,
      mname: "ns",
      rname: "hm",
      serial: 1,
      refresh: 1,
      retry: 1,
      expire: 1,
      minimum: 60,
    } as const;
    const stray = { type: "A", class: "IN", ttl: 60, name: "www.example.net", address: "192.0.2.1" } as const;
    const question = decodeMessage(
      encodeMessage({ id: 0, response: false, questions: [{ name: NAME, type: "TXT", class: "IN" }] }),
    );
    const { ctx, timeouts, server: unused } = await open("empty");
    await unused.close();
    for (const parts of [{ answers: [stray] }, { authorities: [{ ...soa, name: "example.net" }] }]) {
      const body = encodeMessage({
        id: 0,
        response: true,
        recursionAvailable: true,
        questions: question?.questions ?? [],
        ...parts,
      });
      const server = await openHostileServer("empty", () => ({ type: "application/dns-message", body }));
      const { servers } = await lookOverHttps(NAME, "TXT", [server.url], {
        timeouts,
        signal: ctx.signal,
        untilMs: Number.POSITIVE_INFINITY,
      });
      assert.deepEqual(
        servers.map(({ kind }) => kind),
        ["lame"],
      );
      await server.close();
    }
  });

  it("asks nobody else over plain http", async () => {
    const { ctx, timeouts, server } = await open("empty");
    await assert.rejects(
      lookOverHttps(NAME, "TXT", ["http://192.0.2.1/dns-query"], {
        timeouts,
        signal: ctx.signal,
        untilMs: Number.POSITIVE_INFINITY,
      }),
      /plain http/,
    );
    await server.close();
  });

  for (const hostility of ["stalled headers", "stalled body", "dripping"] as const) {
    it(`lets go of the socket when the signal aborts, also after a garbage collection: ${hostility}`, async () => {
      const { server, ctx, control, timeouts } = await open(hostility, 600_000);
      const call = askResolver(QUESTION, server.url, {
        timeouts,
        signal: ctx.signal,
        untilMs: Number.POSITIVE_INFINITY,
      });
      call.catch(() => undefined);
      await server.begun;
      await collectGarbage();
      const started = Date.now();
      control.abort(new Error("enough"));
      await assert.rejects(call, /enough/);
      assert.ok(Date.now() - started < 5_000);
      await until(() => server.open === 0);
      await server.close();
    });
    it(`ends in time, also after a garbage collection: ${hostility}`, async () => {
      const { server, ctx, timeouts } = await open(hostility, 400);
      const call = askResolver(QUESTION, server.url, {
        timeouts,
        signal: ctx.signal,
        untilMs: Number.POSITIVE_INFINITY,
      });
      await server.begun;
      await collectGarbage();
      assert.equal(await call, undefined);
      await server.close();
    });
  }

  describe("a resolver that is not reached", () =>
    blameTheWay({
      call: (url) =>
        lookOverHttps(NAME, "TXT", [`${url}/dns-query`], {
          timeouts: { ...TIMEOUTS, httpsMs: 300 },
          signal: new AbortController().signal,
          untilMs: Number.POSITIVE_INFINITY,
        }),
      code: "resolver-unreachable",
    }));
});
