import { runWriters } from "../test/support/backend/writers";
import { LEGO, measureLego } from "./support/lego";
import { say } from "./support/measure";
import { HOSTS, type MergeHost } from "./support/merge-hosts";

const WRITERS = 64;
const PROCESSES = 4;
/** Another owner's values in the same record set. */
const FOREIGN = Array.from({ length: 8 }, (_, at) => `foreign value ${at}`);
const TTL = 900;

interface Row {
  readonly kind: string;
  readonly writers: number;
  /** Values that a writer was told are written, and that are not there. */
  readonly lost: number;
  readonly foreign_lost: number;
  /** From the moment when all stand ready: reading, writing, and asking whether the change is served. */
  readonly requests_per_value: number;
  readonly seconds: number;
}

interface Result {
  readonly hosts: readonly Row[];
  /** `lost` is null where there is no Go to build it with. */
  readonly peer: { readonly name: string; readonly lost: number | null };
}

/** Writers in several processes add one value each to one record set, all at once; who is missing afterwards? */
export async function run(): Promise<Result> {
  const hosts: Row[] = [];
  for (const { kind, missing, open } of HOSTS) {
    const reason = missing();
    if (reason !== undefined) {
      say(`${kind} is left out: ${reason}`);
      continue;
    }
    const host = await open();
    try {
      const row = await measure(kind, host);
      say(`${kind}: ${row.lost} of ${WRITERS} lost, ${row.seconds} s`);
      hosts.push(row);
    } finally {
      await host.close();
    }
  }
  return { hosts, peer: { name: LEGO, lost: await peer() } };
}

async function measure(kind: string, host: MergeHost): Promise<Row> {
  await host.seed(FOREIGN, TTL);
  const own = Array.from({ length: WRITERS }, (_, at) => `writer ${at}`);
  let startedMs = 0;
  let requestsBefore = 0;
  await runWriters(host.workers, { name: host.name, type: "TXT" }, own, PROCESSES, () => {
    startedMs = performance.now();
    requestsBefore = host.requests();
  });
  const tookMs = performance.now() - startedMs;
  const requests = host.requests() - requestsBefore;
  const present = new Set(await host.values());
  return {
    kind,
    writers: WRITERS,
    lost: own.filter((value) => !present.has(value)).length,
    foreign_lost: FOREIGN.filter((value) => !present.has(value)).length,
    requests_per_value: Number((requests / WRITERS).toFixed(2)),
    seconds: Number((tookMs / 1_000).toFixed(2)),
  };
}

async function peer(): Promise<number | null> {
  const result = await measureLego({ writers: WRITERS, processes: PROCESSES, foreign: FOREIGN, ttl: TTL });
  if ("missing" in result) {
    say(`${LEGO} is left out: ${result.missing}`);
    return null;
  }
  const { lost, foreignLost, refused } = result;
  say(`${LEGO}: ${lost} of ${WRITERS} lost, ${foreignLost} of ${FOREIGN.length} foreign ones, ${refused} not written`);
  return lost;
}
