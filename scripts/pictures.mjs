// `npm run pictures [-- NAME …]`: draws docs/pictures, or some of them, from what the doctor and a preview really print, on
// the emulator, and from the benches' recorded results. With --check, says what differs and exits 1. The preview needs a
// Pulumi engine: where none is there, --check leaves that picture out, and with SESDOMAIN_REQUIRE_ALL=1 fails.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bootstrap } from "./bootstrap.mjs";
import { engine, presentEngine } from "./engine.mjs";
import { loadSource } from "./lib/load-source.mjs";
import { root } from "./lib/paths.mjs";
import { say } from "./lib/progress.mjs";
import { performance } from "./pictures/performance.mjs";
import { terminalSvg } from "./pictures/terminal-svg.mjs";
import { timeline } from "./pictures/timeline.mjs";

const check = process.argv.includes("--check");
const asked = process.argv.slice(2).filter((argument) => argument !== "--check");
const folder = join(root, "docs", "pictures");

/** Each gives files of docs/pictures, by name. */
const makers = {
  doctor: async () => {
    const { doctorOutput } = await loadSource("test/support/pictures/doctor.ts");
    const command = "npx sesdomain doctor ses-example.com --identity us-east-1 --identity eu-west-1";
    return terminal("doctor", {
      title: "sesdomain doctor on a domain in two regions",
      description: `The output of ${command}: the value of us-east-1 is published, that of eu-west-1 is missing, and how to publish it.`,
      text: `${prompt(command)}${await doctorOutput()}`,
    });
  },
  preview: async () => {
    if (!(await engineIsThere())) return new Map();
    const { previewOutput } = await loadSource("test/support/pictures/preview.ts");
    return terminal("preview", {
      title: "pulumi preview of a domain that SES has revoked",
      description:
        "The output of pulumi preview --diff: the values are on no name server, SES says Failed, and what pulumi up will do.",
      text: `${prompt("pulumi preview --diff")}${await previewOutput()}`,
    });
  },
  timeline,
  performance: () => performance(),
};

const unknown = asked.find((name) => !Object.hasOwn(makers, name));
if (unknown !== undefined) {
  console.error(`${unknown} is no picture: ${Object.keys(makers).join(", ")}`);
  process.exit(1);
}
await bootstrap();
const files = new Map();
for (const [picture, make] of Object.entries(makers)) {
  if (asked.length > 0 && !asked.includes(picture)) continue;
  for (const [name, text] of await make()) files.set(name, text);
}
const changed = [...files].filter(([name, text]) => read(join(folder, name)) !== text);
if (check) {
  for (const [name] of changed) console.error(`docs/pictures/${name} is out of date`);
  if (changed.length > 0) {
    console.error("Run `npm run pictures`.");
    process.exitCode = 1;
  }
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of changed) writeFileSync(join(folder, name), text);
}
console.log(`pictures: ${files.size} looked at, ${changed.length} ${check ? "out of date" : "written"}`);

function terminal(name, picture) {
  return new Map(
    ["light", "dark"].map((theme) => [`${name}-${theme}.svg`, terminalSvg({ ...picture, columns: 84 }, theme)]),
  );
}

function prompt(command) {
  return `\u001b[2m$\u001b[0m \u001b[1m${command}\u001b[0m\n\n`;
}

async function engineIsThere() {
  if (!check) return (await engine()) !== undefined;
  if ((await presentEngine()) !== undefined) return true;
  if (process.env.SESDOMAIN_REQUIRE_ALL === "1") {
    console.error("no Pulumi engine is there for the picture of the preview, and SESDOMAIN_REQUIRE_ALL=1");
    process.exitCode = 1;
  } else say("no Pulumi engine is there: the picture of the preview is left out");
  return false;
}

function read(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
