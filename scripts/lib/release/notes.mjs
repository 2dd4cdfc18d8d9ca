// What CHANGELOG.md says of a version.

const HEADING = /^## \[(.+?)\](?: - (.+))?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * @param {string} changelog in the form of Keep a Changelog
 * @param {string} version
 * @returns {{ readonly notes: string, readonly dated: boolean, readonly waiting: boolean }} `notes`: the section of the
 *   version; where it has none with a day, what is to be released. `waiting`: changes stand under "Unreleased"
 */
export function readChangelog(changelog, version) {
  const sections = new Map();
  let lines;
  for (const line of changelog.split("\n")) {
    const [, name, day] = HEADING.exec(line) ?? [];
    if (name === undefined) lines?.push(line);
    else {
      lines = [];
      sections.set(name, { day, lines });
    }
  }
  const textOf = (name) => sections.get(name)?.lines.join("\n").trim() ?? "";
  const dated = DAY.test(sections.get(version)?.day ?? "");
  const unreleased = textOf("Unreleased");
  const notes = dated ? textOf(version) : [unreleased, textOf(version)].filter(Boolean).join("\n\n");
  return { notes: `${notes}\n`, dated, waiting: unreleased !== "" };
}
