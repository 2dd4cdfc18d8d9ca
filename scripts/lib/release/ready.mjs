// What a release still needs. A dry run lists it; `--publish` refuses to begin.

/**
 * @typedef {object} Facts
 * @property {string} version of package.json
 * @property {{ readonly dated: boolean, readonly waiting: boolean }} changelog
 * @property {Readonly<Record<string, string | null>>} addresses
 * @property {string} page the text of docs/plugin.md
 * @property {boolean} clean nothing in the work tree is uncommitted
 * @property {readonly string[]} tags of the commit
 * @property {boolean} sdks were made
 *
 * @param {Facts} facts
 * @returns {string[]} each thing that is missing
 */
export function notReady({ version, changelog, addresses, page, clean, tags, sdks }) {
  const unset = Object.entries(addresses).flatMap(([name, value]) => (value === null ? [name] : []));
  const named = [...page.matchAll(/\bresource sesdomain (\S+)/g)].map(([, one]) => one);
  const other = named.filter((one) => one !== version);
  return [
    changelog.dated ? "" : `CHANGELOG.md has no section \`[${version}] - YYYY-MM-DD\``,
    changelog.dated && changelog.waiting ? "CHANGELOG.md has changes under [Unreleased]" : "",
    unset.length > 0 ? `addresses.json does not set ${unset.join(", ")}` : "",
    named.length === 0 || other.length > 0 ? `docs/plugin.md does not install version ${version}` : "",
    clean ? "" : "the work tree has changes that are not committed",
    tags.includes(`v${version}`) ? "" : `the commit has no tag v${version}`,
    sdks ? "" : "the SDKs were not made: Go is missing",
  ].filter(Boolean);
}
