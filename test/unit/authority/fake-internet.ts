import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { openClock, type TurnableClock } from "../../../emulator/clock";
import type { Authority } from "../../../provider/authority/authority";
import { openAuthority } from "../../../provider/authority/open";
import type { Timeouts } from "../../../provider/authority/timeouts";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import { type Fqdn, isWithin } from "../../../provider/core/fqdn";
import { encodeMessage, type MessageParts } from "../../../provider/wire/encode";
import { decodeMessage, type Message, type ResourceRecord } from "../../../provider/wire/message";
import { SHORT_TIMEOUTS } from "../../support/dns/world";
import { freePort } from "../../support/servers/nameserver";

/** What a server says to a question (the name in lower case) with AA set unless it says otherwise; undefined: nothing. */
export type Say = (
  name: string,
  type: string,
  query: Message,
  over: "udp" | "tcp",
) => Partial<MessageParts> | undefined;

/** Name servers that say what no sound one would, which the emulator's never do: a root, a resolver, and those a test adds. */
export interface FakeInternet {
  readonly clock: TurnableClock;
  readonly ctx: Ctx;
  readonly authority: Authority;
  /** The resolver's endpoint as text, and the port of all servers. */
  readonly resolver: string;
  readonly port: number;
  /** Every question, in order. */
  readonly asked: { readonly address: string; readonly name: string; readonly type: string; readonly atMs: number }[];
  serve(address: string, say: Say): Promise<void>;
  close(): Promise<void>;
}

export const RESOLVER = "127.88.0.53";
const ROOT = "127.88.0.1";
const MOST_OVER_UDP = 1232;
const IN = { class: "IN", ttl: 300 } as const;

export const ns = (name: string, target: string): ResourceRecord => ({ ...IN, name, type: "NS", target });
export const a = (name: string, address: string): ResourceRecord => ({ ...IN, name, type: "A", address });
export const txt = (name: string, ...strings: readonly string[]): ResourceRecord => ({
  ...IN,
  name,
  type: "TXT",
  strings,
});
export const cname = (name: string, target: string): ResourceRecord => ({ ...IN, name, type: "CNAME", target });
export const soa = (name: string): ResourceRecord => ({
  ...IN,
  name,
  type: "SOA",
  mname: "ns.example.com",
  rname: "hostmaster.example.com",
  serial: 1,
  refresh: 1,
  retry: 1,
  expire: 1,
  minimum: 300,
});

/** A sound server of one zone. */
export function zone(apex: string, servers: readonly string[], records: readonly ResourceRecord[] = []): Say {
  const all = [soa(apex), ...servers.map((server) => ns(apex, server)), ...records];
  return (name, type) => {
    const here = all.filter((record) => record.name === name);
    const answers = here.filter((record) => record.type === type || record.type === "CNAME");
    if (answers.length > 0) return { answers };
    const exists = all.some((record) => isWithin(record.name as Fqdn, name as Fqdn));
    return { rcode: exists ? "NOERROR" : "NXDOMAIN", authorities: [soa(apex)] };
  };
}

/** A referral; servers without addresses come without glue. */
export function referral(cut: string, servers: Readonly<Record<string, readonly string[]>>): Partial<MessageParts> {
  return {
    authoritative: false,
    authorities: Object.keys(servers).map((server) => ns(cut, server)),
    additionals: Object.entries(servers).flatMap(([server, addresses]) => addresses.map((each) => a(server, each))),
  };
}

export interface Plan {
  /** What the root delegates: zones, their servers, and these servers' addresses. */
  readonly zones: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** What the resolver says of the names of servers: by default that they do not exist. */
  readonly resolver?: Say;
  readonly timeouts?: Timeouts;
}

export async function openFakeInternet({ zones, resolver, timeouts = SHORT_TIMEOUTS }: Plan): Promise<FakeInternet> {
  const port = await freePort([ROOT, RESOLVER]);
  const clock = openClock({ mode: "manual" });
  const asked: { address: string; name: string; type: string; atMs: number }[] = [];
  const closers: (() => Promise<unknown>)[] = [];

  const serve = async (address: string, say: Say) => {
    const reply = (bytes: Buffer, over: "udp" | "tcp"): Buffer | undefined => {
      const query = decodeMessage(bytes, undefined, "dots");
      const [question] = query?.questions ?? [];
      if (query === undefined || question === undefined) return undefined;
      const name = question.name.toLowerCase();
      asked.push({ address, name, type: question.type, atMs: clock.now() });
      const said = say(name, question.type, query, over);
      const head = { id: query.id, response: true, authoritative: true, questions: query.questions };
      const whole = said && encodeMessage({ ...head, ...said });
      return over === "udp" && whole && whole.length > MOST_OVER_UDP
        ? encodeMessage({ ...head, truncated: true })
        : whole;
    };
    const udp = createSocket("udp4");
    udp.on("message", (bytes, from) => {
      const answer = reply(bytes, "udp");
      if (answer) udp.send(answer, from.port, from.address);
    });
    udp.bind(port, address);
    const tcp = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.on("data", (bytes) => {
        const answer = reply(bytes.subarray(2), "tcp");
        if (answer) socket.write(Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 0xff]), answer]));
      });
    });
    tcp.listen(port, address);
    await Promise.all([once(udp, "listening"), once(tcp, "listening")]);
    closers.push(() => new Promise<void>((resolve) => udp.close(resolve)));
    closers.push(() => new Promise((resolve) => tcp.close(resolve)));
  };

  await serve(RESOLVER, (name, type, query, over) => {
    if (name === "" && type === "NS")
      return { answers: [ns("", "a.root.test")], additionals: [a("a.root.test", ROOT)] };
    return resolver?.(name, type, query, over) ?? { rcode: "NXDOMAIN" };
  });
  await serve(ROOT, (name) => {
    const [cut] = Object.keys(zones).filter((each) => isWithin(name as Fqdn, each as Fqdn));
    return cut === undefined ? { rcode: "NXDOMAIN", authorities: [soa("")] } : referral(cut, zones[cut] ?? {});
  });
  return {
    clock,
    resolver: `${RESOLVER}:${port}`,
    port,
    ctx: { clock, log: silentLog, signal: new AbortController().signal },
    authority: openAuthority({ mode: "authoritative", resolvers: [`${RESOLVER}:${port}`], port }, timeouts),
    asked,
    serve,
    async close() {
      await Promise.all(closers.map((each) => each()));
      clock.close();
    },
  };
}
