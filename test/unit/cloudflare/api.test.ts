import assert from "node:assert/strict";
import { silentLog } from "../../../provider/core/ctx";
import { type LoadSdk, openApi } from "../../../provider/dns/cloudflare/api";
import { openHastyClock } from "../../support/hasty-clock";

/** All that is used of the SDK here is that it can be made. */
const load = (async () => ({ Cloudflare: class {} })) as unknown as LoadSdk;

describe("a request that Cloudflare limits", () => {
  const open = () => openApi({ token: "not-a-token", baseUrl: undefined }, load);
  const limited = (seconds: number) =>
    Object.assign(new Error("429"), { status: 429, headers: new Headers({ "retry-after": String(seconds) }) });
  const ctxOf = () => ({ clock: openHastyClock(), log: silentLog, signal: new AbortController().signal });

  it("waits as long as it is asked to", async () => {
    const ctx = ctxOf();
    let tries = 0;
    const send = async () => {
      tries += 1;
      if (tries === 1) throw limited(200);
      return "done";
    };
    assert.equal(await open().call("reading", send, ctx), "done");
    assert.ok(ctx.clock.now() >= 200_000 && ctx.clock.now() < 205_000, String(ctx.clock.now()));
  });

  it("says at once how long it would have to wait, where that is longer than it may", async () => {
    const [api, ctx] = [open(), ctxOf()];
    const refused = () => Promise.reject(limited(86_400));
    await assert.rejects(api.call("reading", refused, ctx), {
      code: "rate-limited",
      retryable: true,
      hint: /run again in 24h/,
    });
    assert.deepEqual(ctx.clock.sleeps, []);
    assert.equal(await api.call("reading", async () => "another is not held up", ctx), "another is not held up");
    assert.deepEqual(ctx.clock.sleeps, []);
  });

  it("counts what it has waited already", async () => {
    const ctx = ctxOf();
    let tries = 0;
    const send = async () => {
      tries += 1;
      throw limited(200);
    };
    await assert.rejects(open().call("reading", send, ctx), { code: "rate-limited" });
    assert.equal(tries, 2);
    assert.ok(ctx.clock.now() < 205_000, String(ctx.clock.now()));
  });
});
