// The licences of the packages whose code is in the plugin's files.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths.mjs";

const LICENCE = /^(?:licen[cs]e|copying|notice)\b.*$/i;

const WITHOUT_TEXT = `These packages come without the text of their licence. Its name is in parentheses.
See https://spdx.org/licenses/.
`;

/**
 * @param {readonly string[]} inputs the files that the program is made of, from the repository's root
 * @returns {string} each package, its version and the texts of its licence
 * @throws where a package names no licence
 */
export function thirdPartyLicences(inputs) {
  const folders = new Set(inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  /** @type {Map<string, string[]>} packages by the texts of their licence: many have the same */
  const byText = new Map();
  for (const folder of [...folders].sort()) {
    const { name, version, license, author } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    if (typeof license !== "string") throw new Error(`${folder}: package.json names no licence`);
    const text = readdirSync(join(root, folder))
      .filter((file) => LICENCE.test(file) && !/\.(?:[cm]?js|ts|json)$/.test(file))
      .sort()
      .map(
        (file) =>
          `${readFileSync(join(root, folder, file), "utf8")
            .replaceAll("\r\n", "\n")
            .trim()}\n`,
      )
      .join("\n");
    const by = typeof author === "string" ? author : author?.name;
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})${by ? `, ${by}` : ""}\n`]);
  }
  const parts = [...byText].map(([text, names]) => `${names.join("")}\n${text || WITHOUT_TEXT}`);
  return ["The files of this program contain code of these packages.\n\n", ...parts].join(`${"-".repeat(78)}\n`);
}
