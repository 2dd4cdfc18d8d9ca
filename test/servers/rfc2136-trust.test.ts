import assert from "node:assert/strict";
import { inspect } from "node:util";
import { type Clock, systemClock } from "../../provider/core/clock";
import type { Ctx } from "../../provider/core/ctx";
import { type Fqdn, fqdn } from "../../provider/core/fqdn";
import { findTsig } from "../../provider/dns/rfc2136/tsig";
import { textsOf } from "../support/backend/records";
import { type Alter, signatureOf, signReply, stripTsig, withRcode } from "../support/dns/proxy";
import {
  KEY,
  nsupdate,
  type Opened,
  openAt,
  openRfc2136Host,
  POWERLESS,
  type Rfc2136Host,
  secretOf,
  serverOptions,
  ZONE,
} from "../support/rfc2136/host";
import { messageOf, plainCtx, refusal } from "../support/rfc2136/suite";
import { startBind } from "../support/servers/bind";
import { requireProgram } from "../support/servers/programs";

/** At the apex no wildcard can answer in its place: one question is one exchange. */
const NAME = ZONE;

describe("RFC 2136: which replies are believed", function () {
  this.timeout(60_000);
  let host: Rfc2136Host;
  const zone = { name: ZONE, id: ZONE, servers: [] };

  before(async function () {
    for (const program of ["named", "nsupdate", "dig"]) requireProgram(this, program);
    host = await openRfc2136Host(await startBind(serverOptions));
    await nsupdate(host.server.port, ZONE, [`update add ${NAME}. 60 TXT "genuine"`]);
  });
  afterEach(() => {
    if (host !== undefined) host.proxy.alter = undefined;
  });
  after(() => host?.close());

  const list = (opened: Partial<Opened> = {}, ctx: Ctx = plainCtx()) =>
    openAt({ port: host.proxy.port, ...opened }).list(zone, { name: NAME, type: "TXT" }, ctx);
  const addAt = (name: Fqdn) =>
    openAt({ port: host.proxy.port }).add(zone, [{ type: "TXT" as const, name, text: "refused", ttl: 60 }], plainCtx());
  const shifted = (ms: number): Ctx => {
    const clock: Clock = { ...systemClock, now: () => systemClock.now() + ms };
    return { ...plainCtx(), clock };
  };
  const bareReply = (reply: Buffer) => {
    const bytes = stripTsig(reply);
    const at = bytes.indexOf("genuine");
    assert.ok(at > 0);
    bytes.write("forgery", at);
    return bytes;
  };

  const forgeries: Readonly<Record<string, { readonly alter: Alter; readonly says: RegExp }>> = {
    "one whose signature was taken off": { alter: (reply) => stripTsig(reply), says: /not signed/ },
    "one that was changed on the way": {
      alter: (reply) => {
        const changed = Buffer.from(reply);
        changed.write("forgery", changed.indexOf("genuine"));
        return changed;
      },
      says: /signature does not fit/,
    },
    "one signed with the right name and another secret": {
      alter: (reply, request) => signReply(bareReply(reply), request, { ...KEY, secret: secretOf("guessed") }),
      says: /signature does not fit/,
    },
    "one signed with another key of the server": {
      alter: (reply, request) => signReply(bareReply(reply), request, POWERLESS),
      says: /signed with another key/,
    },
    "one signed with another algorithm": {
      alter: (reply, request) => signReply(bareReply(reply), request, { ...KEY, algorithm: "hmac-sha512" }),
      says: /another algorithm/,
    },
    "one whose signature is cut to 16 octets": {
      alter: (reply, request) => signReply(bareReply(reply), request, KEY, { macLength: 16 }),
      says: /truncated/,
    },
    "one with an empty signature": {
      alter: (reply, request) => signReply(bareReply(reply), request, KEY, { mac: Buffer.alloc(0) }),
      says: /signature is empty/,
    },
  };

  for (const [what, { alter, says }] of Object.entries(forgeries)) {
    for (const transport of ["tcp", "udp"] as const) {
      it(`refuses ${what}, over ${transport.toUpperCase()}`, async () => {
        host.proxy.alter = alter;
        const error = await refusal(list({ transport }));
        assert.equal(error.code, "host-refused", error.message);
        assert.match(error.message, says);
        assert.ok(error.message.includes(ZONE) && error.message.includes("RFC 2136 server 127.0.0.1"), error.message);
        assert.ok(!inspect(error).includes(KEY.secret));
      });
    }
  }

  it("refuses the answer to an earlier request, sent again", async () => {
    let earlier: Buffer | undefined;
    host.proxy.alter = (reply, request) => {
      if (earlier === undefined) {
        earlier = reply;
        return reply;
      }
      const replayed = Buffer.from(earlier);
      request.copy(replayed, 0, 0, 2);
      return replayed;
    };
    await list();
    const error = await refusal(list());
    assert.equal(error.code, "host-refused");
    assert.match(error.message, /signature does not fit/);
  });
  it("over UDP waits past a forged reply for the genuine one", async () => {
    host.proxy.alter = (reply, request) => [
      stripTsig(reply),
      signReply(bareReply(reply), request, { ...KEY, secret: secretOf("guessed") }),
      reply,
    ];
    assert.deepEqual(textsOf(await list({ transport: "udp" })), ["genuine"]);
  });
  it("takes the proxy's own signature where everything about it is right", async () => {
    host.proxy.alter = (reply, request) => signReply(bareReply(reply), request, KEY);
    assert.deepEqual(textsOf(await list()), ["forgery"]);
  });
  it("refuses a signed reply from another hour, and says how far the clocks are apart", async () => {
    const timeSeconds = Math.floor(Date.now() / 1_000) + 3_600;
    host.proxy.alter = (reply, request) => signReply(bareReply(reply), request, KEY, { timeSeconds });
    const error = await refusal(list());
    assert.equal(error.code, "credentials-refused");
    assert.match(error.message, /the server's clock is (3599|3600) s ahead of/);
  });
  for (const [ms, says] of [
    [3_600_000, /the server's clock is 3(599|600|601) s behind this machine's \(BADTIME\)/],
    [-7_200_000, /the server's clock is 7(199|200|201) s ahead of this machine's \(BADTIME\)/],
  ] as const) {
    it(`names the skew where BIND says BADTIME (${ms / 1_000} s)`, async () => {
      const error = await refusal(list({}, shifted(ms)));
      assert.equal(error.code, "credentials-refused");
      assert.match(error.message, says);
      assert.match(error.hint ?? "", /NTP/);
    });
  }
  it("names the skew where a server's BADTIME is signed as RFC 8945 asks, and not where an unsigned one could be anybody's", async () => {
    const now = Math.floor(Date.now() / 1_000);
    const other = Buffer.alloc(6);
    other.writeUIntBE(now + 900, 0, 6);
    host.proxy.alter = (_reply, request) => {
      const { record } = signatureOf(request);
      // The time signed is the request's; the server's own stands in "other data" (section 5.2.3).
      return withRcode(request, 9, KEY, { error: 18, other, timeSeconds: record.timeSeconds });
    };
    const error = await refusal(list());
    assert.equal(error.code, "credentials-refused");
    assert.match(error.message, /the server's clock is (899|900|901) s ahead of this machine's \(BADTIME\)/);
    host.proxy.alter = (_reply, request) => stripTsig(withRcode(request, 9, KEY));
    assert.doesNotMatch((await refusal(list())).message, /clock/);
  });
  it("translates the refusals of an update", async () => {
    const refused: readonly (readonly [number, string, RegExp])[] = [
      [1, "host-refused", /FORMERR/],
      [4, "host-refused", /NOTIMP: it takes no dynamic updates/],
      [5, "permission-missing", /REFUSED: the key "writer\.key" may not do this/],
      [9, "zone-missing", /NOTAUTH: it is not the primary of this zone/],
      [10, "zone-missing", /NOTZONE: the name is not in this zone/],
    ];
    for (const [rcode, code, says] of refused) {
      host.proxy.alter = (reply, request) =>
        messageOf(request).opcode === "UPDATE" ? withRcode(request, rcode, KEY) : reply;
      const name = fqdn(`_amazonses.rcode${rcode}.${ZONE}`);
      const error = await refusal(addAt(name));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, says);
      assert.ok(error.message.includes(`${name} in zone ${ZONE}`), error.message);
      assert.ok(!error.zoneGone);
    }
  });
  for (const [rcode, name] of [
    [5, "REFUSED"],
    [9, "NOTAUTH"],
  ] as const) {
    it(`does not take a signed ${name} to a question for a zone that is gone`, async () => {
      host.proxy.alter = (_reply, request) => withRcode(request, rcode, KEY);
      const error = await refusal(openAt({ port: host.proxy.port }).findZone(NAME, plainCtx()));
      assert.deepEqual([error.code, error.zoneGone], ["zone-missing", false], error.message);
    });
  }
  it("takes an unsigned NOTZONE for a refusal", async () => {
    host.proxy.alter = (reply, request) =>
      messageOf(request).opcode === "UPDATE" ? stripTsig(withRcode(request, 10, KEY)) : reply;
    const error = await refusal(addAt(fqdn(`_amazonses.unsigned.${ZONE}`)));
    assert.equal(error.code, "zone-missing");
    assert.match(error.message, /NOTZONE, unsigned/);
  });
  it("takes clocks that differ by less than TSIG allows", async () => {
    assert.equal((await list({}, shifted(200_000))).length, 1);
  });
  it("tells an unknown key (BADKEY) from a wrong secret (BADSIG)", async () => {
    const unknown = await refusal(list({ key: { ...KEY, name: "nobody.key" } }));
    assert.equal(unknown.code, "credentials-refused");
    assert.match(unknown.message, /BADKEY/);
    assert.match(unknown.hint ?? "", /"nobody\.key"/);
    const wrong = await refusal(list({ key: { ...KEY, secret: secretOf("mistyped") } }));
    assert.equal(wrong.code, "credentials-refused");
    assert.match(wrong.message, /BADSIG/);
  });
  it("refuses a wrong secret alone: not the right one of the same key that writes to the same name at the same time", async () => {
    const name = fqdn(`_amazonses.pair.${ZONE}`);
    const add = (secret: string, value: string) =>
      openAt({ port: host.proxy.port, key: { ...KEY, secret } }).add(
        zone,
        [{ type: "TXT" as const, name, text: value, ttl: 60 }],
        plainCtx(),
      );
    const [wrong, right] = await Promise.allSettled([add(secretOf("mistyped"), "a"), add(KEY.secret, "b")]);
    assert.match(wrong.status === "rejected" ? wrong.reason.message : "", /BADSIG/);
    assert.equal(right.status, "fulfilled");
    assert.deepEqual((await host.witness({ name, type: "TXT" })).values, ["b"]);
  });
  it("asks again over TCP where the answer over UDP is truncated", async () => {
    const name = fqdn(`_amazonses.long.${ZONE}`);
    const values = Array.from({ length: 30 }, (_, at) => `${at}`.padStart(120, "x"));
    await host.seed({ name, type: "TXT" }, values, 60);
    let truncated = 0;
    host.proxy.alter = (reply) => {
      if (messageOf(reply).truncated) truncated += 1;
      return reply;
    };
    const seen = await openAt({ port: host.proxy.port, transport: "udp" }).list(
      zone,
      { name, type: "TXT" },
      plainCtx(),
    );
    assert.deepEqual(textsOf(seen).sort(), [...values].sort());
    assert.equal(truncated, 1);
  });
  it("signs every request, and sends no secret", async () => {
    const requests: Buffer[] = [];
    host.proxy.alter = (reply, request) => {
      requests.push(request);
      return reply;
    };
    const backend = openAt({ port: host.proxy.port });
    await backend.add(zone, [{ type: "TXT" as const, name: NAME, text: "signed", ttl: 60 }], plainCtx());
    await backend.remove(zone, [{ type: "TXT" as const, name: NAME, text: "signed", ttl: 60 }], plainCtx());
    // Each reads before it writes, and afterwards.
    assert.equal(requests.length, 6);
    for (const request of requests) {
      assert.equal(typeof findTsig(request), "object");
      assert.ok(!request.includes(Buffer.from(KEY.secret, "base64")));
    }
  });
});
