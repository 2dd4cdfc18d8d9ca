import assert from "node:assert/strict";
import { openAws } from "../../provider/aws/aws";
import { silentLog } from "../../provider/core/ctx";
import { openSes } from "../../provider/ses/ses";
import { openHastyClock } from "../support/hasty-clock";
import { collectGarbage, openHostileServer, until } from "../support/hostile/answers";
import { ACCOUNT, actionOf, BOUNDS, DOMAIN, open, ses, WELL } from "../support/hostile/aws";
import { blameTheWay } from "../support/hostile/way-suite";

describe("answers that are not AWS's", function () {
  this.timeout(60_000);

  it("warns of plain http to another machine once a session, and names the setting", async () => {
    const told: string[] = [];
    const log = { ...silentLog, warn: (text: string) => void told.push(text) };
    const control = new AbortController();
    const ctx = { clock: openHastyClock(), log, signal: control.signal };
    const server = await openHostileServer("HTML", (seen) => WELL[actionOf(seen)]);
    // This machine too, by an address that does not say so.
    const url = server.url.replace("127.0.0.1", "0.0.0.0");
    const config: Readonly<Record<string, string>> = {
      "aws:region": "us-east-1",
      "aws:accessKey": "AKIAFAKE",
      "aws:secretKey": "not-a-secret",
      "aws:endpoints": JSON.stringify([{ sts: url, sesv2: url }]),
    };
    const aws = openAws({ get: (key) => config[key], env: {}, bounds: BOUNDS });
    assert.equal((await aws.session().account(ctx)).id, ACCOUNT);
    await assert.rejects(openSes(aws.session({ region: "eu-west-1" }), { spacingMs: 0 }).listing(ctx));
    assert.equal(told.length, 2);
    for (const each of told) assert.match(each, /aws:endpoints.*http:\/\/0\.0\.0\.0/);
    await server.close();
  });

  for (const hostility of ["stalled headers", "stalled body", "dripping"] as const) {
    it(`lets go of the socket when the signal aborts, also after a garbage collection: ${hostility}`, async () => {
      const opened = await open(hostility, "GetIdentityVerificationAttributes", { ...BOUNDS, answerMs: 600_000 });
      const call = ses(opened).status(DOMAIN, opened.ctx);
      call.catch(() => undefined);
      await opened.server.begun;
      await collectGarbage();
      const started = Date.now();
      opened.control.abort(new Error("enough"));
      await assert.rejects(call, /enough/);
      assert.ok(Date.now() - started < 5_000);
      await until(() => opened.server.seen.length > 0 && opened.server.open <= 1);
      await opened.server.close();
    });
    it(`ends in time, also after a garbage collection: ${hostility}`, async () => {
      const opened = await open(hostility, "GetIdentityVerificationAttributes", { ...BOUNDS, answerMs: 400 });
      const call = ses(opened).status(DOMAIN, opened.ctx);
      call.catch(() => undefined);
      await opened.server.begun;
      await collectGarbage();
      await assert.rejects(call, { code: "ses-unavailable" });
      await opened.server.close();
    });
  }

  for (const proxy of [undefined, "aws:httpsProxy", "aws:httpProxy"]) {
    describe(`an endpoint that is not reached, by ${proxy ?? "HTTPS_PROXY"}`, () =>
      blameTheWay({ call: (url) => accountBy(url, proxy), code: "ses-unavailable" }));
  }
});

/** `proxy`: the stack config that names it, in place of the environment. */
const accountBy = (url: string, proxy?: string) => {
  const config: Readonly<Record<string, string>> = {
    "aws:region": "us-east-1",
    "aws:accessKey": "AKIAFAKE",
    "aws:secretKey": "not-a-secret",
    "aws:endpoints": JSON.stringify([{ sts: url }]),
    ...(proxy === undefined ? {} : { [proxy]: process.env.HTTPS_PROXY ?? "" }),
  };
  const env = proxy === undefined ? { HTTPS_PROXY: process.env.HTTPS_PROXY } : {};
  const ctx = { clock: openHastyClock(), log: silentLog, signal: new AbortController().signal };
  return openAws({ get: (key) => config[key], env, bounds: BOUNDS })
    .session()
    .account(ctx);
};
