// `npm run layers`: the imports of provider/ and emulator/ by folder, as floors. A folder may import from floors below
// its own alone. Fails where an import leads up or to a folder of the same floor, and where files import one another in a
// circle. `--json` for programs, `--root FOLDER` for another tree.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { circlesIn, readImports } from "./lib/imports.mjs";
import { root as ownRoot } from "./lib/paths.mjs";

/** The lowest first. The package's entry points and its command line stand on top. */
const PROVIDER = [
  ["provider/core", "provider/wire"],
  ["provider/authority", "provider/aws", "provider/mail"],
  ["provider/ses"],
  ["provider/dns"],
  ["provider/diagnosis"],
  ["provider/lifecycle"],
  ["provider/doctor"],
  ["emulator", "provider/pulumi", "provider/resources"],
  ["provider/cli", "provider/index.ts"],
];
/** Its own folders and files, without the provider. */
const EMULATOR = [
  ["clock.ts", "faults.ts", "names.ts", "records.ts", "requests.ts", "text.ts", "trace.ts"],
  ["ses", "values", "zones.ts"],
  ["control-bodies.ts", "control-ses.ts", "ground.ts"],
  ["dns", "http"],
  ["control.ts", "open-ground.ts"],
  ["index.ts"],
].map((floor) => floor.map((name) => `emulator/${name}`));

const { values } = parseArgs({ options: { json: { type: "boolean" }, root: { type: "string" } } });
const imports = readImports(resolve(values.root ?? ownRoot), ["provider", "emulator"]);
const houses = [
  drawn("provider", PROVIDER, (file) => (file.startsWith("emulator/") ? "emulator" : unitOf(file))),
  drawn("emulator", EMULATOR, (file) => (file.startsWith("emulator/") ? unitOf(file) : undefined)),
];
const circles = circlesIn(imports);
const upward = houses.flatMap((house) => house.upward).sort();
const unplaced = houses.flatMap((house) => house.unplaced);

if (values.json) console.log(JSON.stringify({ upward, circles, unplaced }, undefined, 2));
else {
  for (const { text } of houses) console.log(`${text}\n`);
  list("IMPORTS THAT LEAD UP", upward);
  list(
    "CIRCLES",
    circles.map((files) => files.join(" ")),
  );
  list("WITHOUT A FLOOR (name one in scripts/layers.mjs)", unplaced);
}
if (upward.length + circles.length + unplaced.length > 0) process.exitCode = 1;

/** `provider/dns/route53/api.ts` belongs to `provider/dns`, `emulator/zones.ts` to itself. */
function unitOf(file) {
  return file.split("/").slice(0, 2).join("/");
}

function drawn(name, floors, unit) {
  const floorOf = new Map(floors.flatMap((units, floor) => units.map((one) => [one, floor])));
  const counts = new Map();
  const upward = [];
  const unplaced = new Set();
  for (const [file, targets] of imports) {
    const from = unit(file);
    if (from !== undefined && !floorOf.has(from)) unplaced.add(from);
    for (const target of targets) {
      const to = unit(target);
      if (from === undefined || to === undefined || from === to) continue;
      const leadsUp = !(floorOf.get(to) < floorOf.get(from));
      if (leadsUp) upward.push(`${file} -> ${target}`);
      const arrows = counts.get(from) ?? new Map();
      counts.set(from, arrows.set(to, (arrows.get(to) ?? 0) + 1));
    }
  }
  const lines = floors
    .flatMap((units, floor) =>
      units.map((one, index) => `${index === units.length - 1 ? floor : " "}  ${line(one, floor)}`),
    )
    .reverse();
  return { text: `${name}, the highest floor first:\n${lines.join("\n")}`, upward, unplaced: [...unplaced] };

  function line(one, floor) {
    const arrows = [...(counts.get(one) ?? [])].sort(([a], [b]) => floorOf.get(b) - floorOf.get(a) || (a < b ? -1 : 1));
    const shown = arrows.map(([to, count]) => {
      const up = floorOf.get(to) >= floor ? " UP" : "";
      return `${short(to)} ${count}${up}`;
    });
    return `${short(one).padEnd(18)}${shown.length > 0 ? `-> ${shown.join(", ")}` : ""}`.trimEnd();
  }
  function short(one) {
    return one.startsWith(`${name}/`) ? one.slice(name.length + 1) : one;
  }
}

function list(title, lines) {
  if (lines.length > 0) console.log(`${title}:\n${lines.map((line) => `  ${line}`).join("\n")}\n`);
}
