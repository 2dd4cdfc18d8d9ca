import { mkdirSync, renameSync, rmSync } from "node:fs";
import { withLock } from "./lock.mjs";
import { say } from "./progress.mjs";

/**
 * What one folder of the cache folder keeps, made there the first time. Two processes do not make it at once, and a folder
 * that is there is whole.
 *
 * @param {string} folder its name has to say all that makes it another one
 * @param {object} recipe
 * @param {() => T | undefined | Promise<T | undefined>} recipe.present what the folder keeps, undefined where it is missing or wrong
 * @param {readonly (readonly [string, (draft: string) => Promise<void>])[]} recipe.ways tried in this order: a name, and the work, which throws where what it made is not right
 * @param {string} recipe.what named while another process makes it
 * @param {(troubles: readonly string[]) => string} recipe.failed the message where no way worked
 * @returns {Promise<T>}
 * @template T
 */
export async function keptIn(folder, { present, ways, what, failed }) {
  return await withLock(
    `${folder}.lock`,
    async () => {
      const ready = await present();
      if (ready !== undefined) return ready;
      const troubles = [];
      for (const [way, make] of ways) {
        // One name, for this process holds the lock: what one that was ended has left goes with it.
        const draft = `${folder}.draft`;
        rmSync(draft, { recursive: true, force: true });
        mkdirSync(draft, { recursive: true });
        try {
          await make(draft);
          rmSync(folder, { recursive: true, force: true });
          renameSync(draft, folder);
          return await present();
        } catch (error) {
          troubles.push(`${way}: ${error.message}`);
          say(`  ${lastLines(error.message, 1)}`);
        } finally {
          rmSync(draft, { recursive: true, force: true });
        }
      }
      throw new Error(failed(troubles.map((trouble) => `  ${trouble.replaceAll("\n", "\n    ")}`)));
    },
    () => say(`another process is getting ${what}; waiting for it ...`),
  );
}

/** @param {string} text @param {number} count */
export function lastLines(text, count) {
  return text.trim().split("\n").slice(-count).join("\n");
}
