import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { GoogleAuth } from "google-auth-library";
import { silentLog } from "../../../provider/core/ctx";
import { DnsHostError } from "../../../provider/core/errors";
import type { Grant } from "../../../provider/dns/google-dns/settings";
import { type LoadAuth, openTokens } from "../../../provider/dns/google-dns/tokens";
import { openHastyClock } from "../../support/hasty-clock";
import {
  type HostileServer,
  type Hostility,
  openHostileServer,
  type Reply,
  until,
} from "../../support/hostile/answers";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

function keyGrant(more: object = {}): Grant {
  const key = {
    type: "service_account",
    project_id: "key-project",
    client_email: "robot@key-project.iam.gserviceaccount.com",
    private_key: privateKey,
    private_key_id: "1",
    ...more,
  };
  return { kind: "key", key, text: JSON.stringify(key) };
}

/** Google's own library; only where it asks for tokens is another address. */
function loadAt(url: string): LoadAuth {
  class Redirected extends GoogleAuth {
    constructor(options: ConstructorParameters<typeof GoogleAuth>[0] = {}) {
      const { clientOptions } = options;
      const own =
        clientOptions !== undefined && "transporterOptions" in clientOptions
          ? clientOptions.transporterOptions?.fetchImplementation
          : undefined;
      assert.ok(own, "the library is given a fetch of ours");
      const fetchImplementation: typeof fetch = (_input, init) => own(`${url}/token`, init);
      super({ ...options, clientOptions: { ...clientOptions, transporterOptions: { fetchImplementation } } });
    }
  }
  return async () => ({ GoogleAuth: Redirected });
}

function open(server: HostileServer, grant: Grant = keyGrant(), withinMs = 2_000) {
  const control = new AbortController();
  const ctx = { clock: openHastyClock(), log: silentLog, signal: control.signal };
  return { control, ctx, tokens: openTokens(grant, loadAt(server.url), { withinMs }) };
}

const granted: Reply = {
  body: JSON.stringify({ access_token: "not-a-token", expires_in: 3_600, token_type: "Bearer" }),
};

async function failure(run: Promise<unknown>): Promise<DnsHostError> {
  const error = await run.then(
    () => assert.fail("it succeeded"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DnsHostError, inspect(error));
  assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes("PRIVATE KEY"), "the key stands in the error");
  return error;
}

describe("Google's access tokens", function () {
  this.timeout(30_000);

  it("come from Google's library for a key, once for many requests", async () => {
    const server = await openHostileServer("HTML", () => granted);
    const { tokens, ctx } = open(server);
    for (let times = 0; times < 3; times += 1)
      assert.equal((await tokens.headers("reading", ctx)).authorization, "Bearer not-a-token");
    assert.equal(server.seen.length, 1);
    assert.match(server.seen[0]?.body ?? "", /grant_type=urn.*assertion=ey/);
    assert.equal(await tokens.project("reading", ctx), "key-project");
    await server.close();
  });

  it("are refused for a key that Google does not take, or that is none", async () => {
    const server = await openHostileServer("HTML", () => ({
      status: 400,
      body: JSON.stringify({ error: "invalid_grant", error_description: "Invalid JWT Signature." }),
    }));
    const { tokens, ctx } = open(server);
    assert.equal((await failure(tokens.headers("reading", ctx))).code, "credentials-refused");
    for (const more of [
      { private_key: "-----BEGIN PRIVATE KEY-----\nbroken" },
      { type: "unknown_type", client_email: "" },
    ]) {
      const other = open(server, keyGrant(more));
      assert.equal((await failure(other.tokens.headers("reading", other.ctx))).code, "credentials-refused");
    }
    await server.close();
  });

  for (const hostility of [
    "cut",
    "stalled headers",
    "stalled body",
    "dripping",
    "endless",
    "HTML with 403",
    "HTML with 404",
    "HTML with 502",
    "intercepted TLS",
  ] satisfies Hostility[]) {
    it(`end in time where none comes: ${hostility}`, async () => {
      const server = await openHostileServer(hostility);
      const { tokens, ctx } = open(server, keyGrant(), 300);
      const error = await failure(tokens.headers("reading", ctx));
      assert.equal(error.code, "host-unavailable");
      assert.equal(error.retryable, true);
      await server.close();
    });
  }

  it("are not waited for once the signal aborts", async () => {
    const server = await openHostileServer("stalled headers");
    const { tokens, ctx, control } = open(server, keyGrant(), 1_000);
    const call = tokens.headers("reading", ctx);
    call.catch(() => undefined);
    await server.begun;
    const reason = new Error("enough");
    const started = Date.now();
    control.abort(reason);
    await assert.rejects(call, (error) => error === reason);
    assert.ok(Date.now() - started < 500);
    // What was left behind ends by its own bounds.
    await until(() => server.open === 0);
    await server.close();
  });

  it("need no library where one is given as it is; else its lack is told", async () => {
    const load: LoadAuth = () => Promise.reject(Object.assign(new Error("no"), { code: "ERR_MODULE_NOT_FOUND" }));
    const ctx = { clock: openHastyClock(), log: silentLog, signal: new AbortController().signal };
    const given = openTokens({ kind: "token", token: "not-a-token" }, load, { withinMs: 100 });
    assert.equal((await given.headers("reading", ctx)).authorization, "Bearer not-a-token");
    const error = await failure(openTokens(keyGrant(), load, { withinMs: 100 }).headers("reading", ctx));
    assert.equal(error.code, "host-refused");
    assert.match(error.hint ?? "", /npm install google-auth-library/);
  });
});
