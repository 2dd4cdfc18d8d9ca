import { deepEqual, equal, match, notEqual, ok, rejects } from "node:assert/strict";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import * as fc from "fast-check";
import { type Exchange, exchange } from "../../../provider/authority/exchange";
import { readReply } from "../../../provider/authority/reply";
import { realNowMs } from "../../../provider/authority/timeouts";
import { fqdn } from "../../../provider/core/fqdn";
import { encodeMessage, type MessageParts } from "../../../provider/wire/encode";
import { decodeMessage, type Message } from "../../../provider/wire/message";
import { SHORT_TIMEOUTS } from "../../support/dns/world";
import { sampled } from "../../support/sample";

const NAME = fqdn("_amazonses.example.com");
const QUESTION = { name: NAME, type: "TXT", recursionDesired: false } as const;
const ADDRESS = "127.0.0.1";

type Answer = (query: Message, from: RemoteInfo) => readonly Buffer[];

/** A name server that says what a test wants it to, over UDP; TCP too where bytes for it are given. */
async function serve(answer: Answer, tcp?: (query: Buffer) => readonly Buffer[]) {
  const server: Server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      for (const bytes of tcp?.(chunk) ?? []) socket.write(bytes);
      if (!tcp) socket.destroy();
    });
  });
  server.listen(0, ADDRESS);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const udp: Socket = createSocket("udp4");
  udp.on("message", (bytes, from) => {
    const query = decodeMessage(bytes);
    if (query) for (const reply of answer(query, from)) udp.send(reply, from.port, from.address);
  });
  udp.bind(port, ADDRESS);
  await once(udp, "listening");
  return {
    port,
    udp,
    async close() {
      server.close();
      udp.close();
      await once(udp, "close");
    },
  };
}

function reply(query: Message, parts: Partial<MessageParts> = {}): Buffer {
  return encodeMessage({
    id: query.id,
    response: true,
    authoritative: true,
    questions: query.questions,
    answers: [{ name: NAME, class: "IN", ttl: 60, type: "TXT", strings: ["token"] }],
    ...parts,
  });
}

const limits = (signal = new AbortController().signal) => ({
  timeouts: SHORT_TIMEOUTS,
  untilMs: realNowMs() + SHORT_TIMEOUTS.lookMs,
  signal,
});

function outcome(result: Exchange) {
  return result.kind === "reply" ? readReply(result.message, { name: NAME, type: "TXT" }, fqdn("example.com")) : result;
}

describe("exchange", () => {
  let server: Awaited<ReturnType<typeof serve>> | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });
  const ask = async (answer: Answer, tcp?: (query: Buffer) => readonly Buffer[]) => {
    server = await serve(answer, tcp);
    return exchange(QUESTION, { address: ADDRESS, port: server.port }, limits());
  };

  it("asks with RD=0 and EDNS 1232, and other ids each time", async () => {
    const queries: Message[] = [];
    server = await serve((query) => {
      queries.push(query);
      return [reply(query)];
    });
    const at = { address: ADDRESS, port: server.port };
    for (let index = 0; index < 8; index++) await exchange(QUESTION, at, limits());
    for (const { recursionDesired, edns, questions } of queries) {
      deepEqual([recursionDesired, edns?.udpPayloadSize, questions.length], [false, 1232, 1]);
    }
    notEqual(new Set(queries.map(({ id }) => id)).size, 1);
  });

  it("gives a source port up after a while", async () => {
    const ports = new Set<number>();
    server = await serve((query, from) => {
      ports.add(from.port);
      return [reply(query)];
    });
    const at = { address: ADDRESS, port: server.port };
    for (let round = 0; round < 20; round++) {
      await Promise.all(Array.from({ length: 120 }, () => exchange(QUESTION, at, limits())));
    }
    ok(ports.size > 1, `${ports.size} ports`);
  });

  it("takes the answer in other letters' case", async () => {
    const upper = (query: Message) => query.questions.map((one) => ({ ...one, name: one.name.toUpperCase() }));
    equal(outcome(await ask((query) => [reply(query, { questions: upper(query) })])).kind, "values");
  });

  it("ignores what is not the answer, and takes what is", async () => {
    const [other] = [{ name: "other.example.com", type: "TXT", class: "IN" } as const];
    const result = await ask((query) => [
      Buffer.alloc(0),
      Buffer.from([1]),
      reply(query, { id: query.id ^ 1, answers: [] }),
      reply(query, { questions: [other], answers: [] }),
      reply(query, { questions: [], answers: [] }),
      reply(query, { questions: [...query.questions, other], answers: [] }),
      reply(query, { response: false, answers: [] }),
      reply(query, { opcode: "NOTIFY", answers: [] }),
      reply(query).subarray(0, -1),
      reply(query),
    ]);
    equal(outcome(result).kind, "values");
  });

  it("ignores what comes from another port", async () => {
    const forger = createSocket("udp4");
    try {
      const result = await ask((query, from) => {
        forger.send(reply(query, { answers: [] }), from.port, from.address);
        return [reply(query)];
      });
      equal(outcome(result).kind, "values");
    } finally {
      forger.close();
    }
  });

  it("asks without EDNS where the server knows none, also when it leaves the question out", async () => {
    for (const rcode of ["FORMERR", "NOTIMP"]) {
      const result = await ask((query) => [
        query.edns ? reply(query, { rcode, questions: [], answers: [] }) : reply(query),
      ]);
      equal(outcome(result).kind, "values");
      await server?.close();
      server = undefined;
    }
  });

  it("does not take FORMERR to EDNS for the answer where the next packet is lost", async () => {
    let plain = 0;
    const result = await ask((query) => {
      if (query.edns) return [reply(query, { rcode: "FORMERR", answers: [] })];
      plain += 1;
      return plain === 1 ? [] : [reply(query)];
    });
    equal(outcome(result).kind, "values");
    await server?.close();
    const deaf = await ask((query) => (query.edns ? [reply(query, { rcode: "FORMERR", answers: [] })] : []));
    match(deaf.kind === "silence" ? deaf.reason : deaf.kind, /FORMERR to EDNS; over UDP no answer/);
  });

  it("concludes nothing from an answer that is truncated over TCP too", async () => {
    const cut = (query: Message) => reply(query, { truncated: true, answers: [] });
    const framed = (bytes: Buffer) => {
      const query = decodeMessage(bytes.subarray(2));
      ok(query);
      const answer = cut(query);
      return [Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 0xff]), answer])];
    };
    for (const udp of [(query: Message) => [cut(query)], () => []]) {
      const result = await ask(udp, framed);
      match(
        result.kind === "silence" ? result.reason : result.kind,
        /over TCP (there is )?an answer without its records/,
      );
      await server?.close();
      server = undefined;
    }
  });

  it("says that a server answers nothing sensible", async () => {
    const result = await ask(
      (query) => [reply(query).subarray(0, -1)],
      () => [Buffer.from([0, 3, 1, 2, 3])],
    );
    equal(result.kind, "silence");
    match(result.kind === "silence" ? result.reason : "", /bytes that are no answer/);
  });

  it("reads an answer over TCP that comes in pieces", async () => {
    const result = await ask(
      (query) => [reply(query, { truncated: true, answers: [] })],
      (bytes) => {
        const query = decodeMessage(bytes.subarray(2));
        ok(query);
        const answer = reply(query);
        const framed = Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 0xff]), answer]);
        return [framed.subarray(0, 1), framed.subarray(1, 7), framed.subarray(7)];
      },
    );
    equal(outcome(result).kind, "values");
  });

  it("knows a closed port at once", async () => {
    const closed = await serve(() => []);
    await closed.close();
    const result = await exchange(QUESTION, { address: ADDRESS, port: closed.port }, limits());
    match(result.kind === "silence" ? result.reason : "", /closed port/);
  });

  it("survives addresses that this machine cannot send to", async () => {
    for (const address of ["255.255.255.255", "fe80::1"]) {
      const result = await exchange(QUESTION, { address, port: 9 }, limits());
      equal(result.kind, "silence", address);
    }
  });

  it("gives a server that was silent less time, and hears it when it is back", async () => {
    let silent = true;
    server = await serve((query) => (silent ? [] : [reply(query)]));
    const at = { address: ADDRESS, port: server.port };
    equal((await exchange(QUESTION, at, limits())).kind, "silence");
    equal((await exchange(QUESTION, at, limits())).kind, "silence");
    silent = false;
    equal((await exchange(QUESTION, at, limits())).kind, "reply");
  });

  it("stops with the signal's reason", async () => {
    server = await serve(() => []);
    const control = new AbortController();
    const asked = exchange(QUESTION, { address: ADDRESS, port: server.port }, limits(control.signal));
    control.abort(new Error("enough"));
    await rejects(asked, /enough/);
  });

  it("survives any bytes", async () => {
    const good = (query: Message) => reply(query);
    const mutation = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 6 });
    const cases = fc.sample(fc.tuple(mutation, fc.nat(120), fc.uint8Array({ maxLength: 64 })), {
      seed: 7,
      numRuns: sampled(400),
    });
    let turn = 0;
    server = await serve((query) => {
      const [changes, cut, noise] = cases[turn++ % cases.length] ?? [[], 0, new Uint8Array()];
      const bytes = Buffer.from(good(query));
      // Not the header: a forger knows the id, and flags that say "no such name" would be the server's answer.
      for (const [at, value] of changes) bytes[12 + (at % (bytes.length - 12))] = value;
      const header = bytes.subarray(0, 2);
      return [Buffer.concat([header, noise]), bytes.subarray(0, cut), bytes, reply(query)];
    });
    const at = { address: ADDRESS, port: server.port };
    // A busy machine takes its time for so many at once.
    const patient = { ...limits(), timeouts: { ...SHORT_TIMEOUTS, udpMs: 2_000 } };
    const results = await Promise.all(cases.map(() => exchange(QUESTION, at, patient)));
    equal(results.length, cases.length);
    const kinds = results.map((result) => outcome(result).kind);
    ok(kinds.filter((kind) => kind === "values").length > cases.length / 4);
  });

  it("reads any message without throwing", () => {
    const whole = reply(
      decodeMessage(encodeMessage({ id: 5, questions: [{ name: NAME, type: "TXT", class: "IN" }] })) as Message,
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 12 }), (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const message = decodeMessage(bytes);
        if (message) ok(readReply(message, { name: NAME, type: "TXT" }, fqdn("example.com")).kind);
      }),
      { seed: 3, numRuns: sampled(5_000) },
    );
  });
});
