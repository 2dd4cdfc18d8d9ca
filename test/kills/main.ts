// `main.ts COUNT SEED JOBS [ONLY]`: runs the cases, several at once, and says of each how it went. See scripts/kills.mjs.
import { writeFileSync } from "node:fs";
import { engine } from "../support/engine/setup";
import { type Result, runCase } from "./case";

/** A case takes a quarter of a minute, on a busy machine several; one that takes so long hangs. */
const LONGEST_MS = 600_000;

/** Status codes of gRPC, as numbers (grpc/status.h). */
const CANCELLED = 1;
const UNAVAILABLE = 14;

async function main([count = 0, seed = 0, jobs = 1, only]: readonly number[]): Promise<void> {
  await engine();
  const queue = only === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [only];
  const total = queue.length;
  const failed: number[] = [];
  const started = performance.now();
  const work = async () => {
    for (let number = queue.shift(); number !== undefined; number = queue.shift()) {
      const began = performance.now();
      const { title, faults } = await endingIn(LONGEST_MS, runCase(seed, number));
      const seconds = ((performance.now() - began) / 1_000).toFixed(1);
      console.log(`${faults.length === 0 ? "ok    " : "FAILED"} ${number}  ${title} (${seconds} s)`);
      if (faults.length === 0) continue;
      failed.push(number);
      for (const fault of faults) console.log(indent(fault));
      console.log(`         again: npm run kills -- --seed ${seed} --only ${number}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, total) }, work));
  const tally = { passed: total - failed.length, failed: failed.length, skipped: [] };
  if (process.env.SESDOMAIN_TALLY) writeFileSync(process.env.SESDOMAIN_TALLY, JSON.stringify(tally));
  console.log(`seed ${seed}, ${Math.round((performance.now() - started) / 1_000)} s`);
  console.log(`${total} kills, ${failed.length} failures`);
  process.exit(failed.length > 0 || total === 0 ? 1 : 0);
}

/** The programs run in this process: one whose engine was killed may fail in a promise that is not awaited. */
process.on("unhandledRejection", (error) => {
  const ofEngine =
    error instanceof Error && "code" in error && (error.code === UNAVAILABLE || error.code === CANCELLED);
  if (!ofEngine) throw error;
});

/** A case that breaks off, or does not end, is a failure like any other. */
async function endingIn(ms: number, running: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it has not ended after ${ms / 1_000} s`)), ms);
  });
  try {
    return await Promise.race([running, late]);
  } catch (error) {
    return { title: "broke off", faults: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
  } finally {
    clearTimeout(timer);
  }
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `         ${line}`)
    .join("\n");
}

main(process.argv.slice(2).map(Number)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
