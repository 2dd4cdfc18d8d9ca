import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as packet from "dns-packet";
import { exchange } from "../provider/authority/exchange";
import { realNowMs, TIMEOUTS } from "../provider/authority/timeouts";
import { startKnot, zoneText } from "../test/support/servers/knot";
import { findProgram } from "../test/support/servers/programs";

/** How many TXT questions a round asks, and how many are under way at once in each of the loops. */
const QUESTIONS = 4_000;
const AT_ONCE = 128;
const ROUNDS = 7;
const ADDRESS = "127.70.1.1";
const ZONE = "bench.example";
const DNSPERF_SECONDS = 2;

/** Questions a second at one Knot server: through `exchange`, through a bare loop of dgram and dns-packet, by dnsperf. */
export async function run(): Promise<object> {
  const names = Array.from({ length: QUESTIONS }, (_, index) => `_amazonses.d${index}.${ZONE}`);
  const lines = names.map((name, index) => `${name}. TXT "pmBGN/7MjnfhTKUZ06Enqq1PeGUaOkw8lGhcfwef${index}="`);
  const text = zoneText(ZONE, [`ns1.${ZONE}`], [`ns1 A ${ADDRESS}`, ...lines]);
  const knot = await startKnot({ addresses: [ADDRESS], zones: [{ name: ZONE, text }] });
  try {
    const ours: number[] = [];
    const bare: number[] = [];
    // The first round of each warms the machine and the compiler up.
    for (let round = 0; round <= ROUNDS; round++) {
      const oursQps = await perSecond(() => askOurs(names, knot.port));
      const bareQps = await perSecond(() => askBare(names, knot.port));
      if (round > 0) {
        ours.push(oursQps);
        bare.push(bareQps);
      }
    }
    const [oursQps, bareQps] = [median(ours), median(bare)];
    return {
      questions: QUESTIONS,
      rounds: ROUNDS,
      ours_qps: Math.round(oursQps),
      bare_qps: Math.round(bareQps),
      dnsperf_qps: dnsperf(names, knot.port, knot.folder),
      ratio: Number((oursQps / bareQps).toFixed(3)),
    };
  } finally {
    await knot.stop();
  }
}

async function perSecond(ask: () => Promise<void>): Promise<number> {
  const startedMs = realNowMs();
  await ask();
  return (QUESTIONS * 1_000) / (realNowMs() - startedMs);
}

async function askOurs(names: readonly string[], port: number): Promise<void> {
  const queue = names.values();
  const { signal } = new AbortController();
  const worker = async () => {
    for (const name of queue) {
      const terms = { timeouts: TIMEOUTS, untilMs: realNowMs() + TIMEOUTS.lookMs, signal };
      const result = await exchange({ name, type: "TXT", recursionDesired: false }, { address: ADDRESS, port }, terms);
      if (result.kind !== "reply" || result.message.answers.length !== 1) throw new Error(`no answer for ${name}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** One socket, ids in order, nothing checked but the id: as little as a program in Node can do. */
function askBare(names: readonly string[], port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    let sent = 0;
    let received = 0;
    const send = () => {
      const name = names[sent];
      if (name === undefined) return;
      const query = packet.encode({
        type: "query",
        id: sent & 0xffff,
        questions: [{ type: "TXT", name }],
        additionals: [
          {
            type: "OPT",
            name: ".",
            udpPayloadSize: 1232,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ],
      });
      sent += 1;
      socket.send(query, port, ADDRESS);
    };
    const stalled = setTimeout(() => {
      socket.close();
      reject(new Error(`the bare loop lost packets: ${received} of ${names.length} came back`));
    }, 10_000);
    socket.on("message", (bytes) => {
      if (packet.decode(bytes).answers?.length !== 1) return;
      received += 1;
      if (received < names.length) send();
      else {
        clearTimeout(stalled);
        socket.close(() => resolve());
      }
    });
    for (let index = 0; index < AT_ONCE; index++) send();
  });
}

function dnsperf(names: readonly string[], port: number, folder: string): number | null {
  const program = findProgram("dnsperf");
  if (program === undefined) return null;
  const file = join(folder, "questions.txt");
  writeFileSync(file, names.map((name) => `${name} TXT\n`).join(""));
  const args = ["-s", ADDRESS, "-p", String(port), "-d", file, "-l", String(DNSPERF_SECONDS), "-e"];
  const output = execFileSync(program, args, { encoding: "utf8" });
  const found = /Queries per second:\s+([\d.]+)/.exec(output)?.[1];
  return found === undefined ? null : Math.round(Number(found));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
