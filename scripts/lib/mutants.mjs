import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * One change that breaks something.
 *
 * @typedef {object} Mutant
 * @property {string} id
 * @property {string} file the source file, from the tree's root
 * @property {string} find stands in it exactly once
 * @property {string} replace
 * @property {readonly string[]} tests the spec files of which one has to fail
 * @property {string} why what goes wrong with it
 */

/** Those of all lists in test/mutants/. @param {string} root @returns {Promise<Mutant[]>} */
export async function readMutants(root) {
  const folder = join(root, "test", "mutants");
  const lists = readdirSync(folder).filter((name) => name.endsWith(".mjs"));
  const loaded = await Promise.all(lists.sort().map((name) => import(pathToFileURL(join(folder, name)).href)));
  return loaded.flatMap((list) => list.default);
}

/**
 * What is wrong with a mutant, in sentences: the tree may have changed since it was written.
 *
 * @param {string} root
 * @param {Mutant} mutant
 * @param {readonly Mutant[]} all
 */
export function faultsOf(root, { id, file, find, replace, tests, why }, all) {
  const faults = [];
  const of = (name) => existsSync(join(root, name));
  if (all.filter((one) => one.id === id).length > 1) faults.push("the id is another's too");
  if (find === replace) faults.push("it changes nothing");
  if (why === "") faults.push("it does not say why");
  if (!of(file)) faults.push(`there is no ${file}`);
  else {
    const times = readFileSync(join(root, file), "utf8").split(find).length - 1;
    if (times !== 1) faults.push(`its text occurs ${times} times in ${file}, not once: ${find}`);
  }
  if (tests.length === 0) faults.push("no test has to notice it");
  for (const spec of tests) if (!of(spec)) faults.push(`there is no ${spec}`);
  return faults.map((fault) => `${id}: ${fault}`);
}

/** Changes the file; returns how to undo it. @param {string} root @param {Mutant} mutant */
export function applyMutant(root, { file, find, replace }) {
  const path = join(root, file);
  const before = readFileSync(path, "utf8");
  writeFileSync(
    path,
    before.replace(find, () => replace),
  );
  return () => writeFileSync(path, before);
}
