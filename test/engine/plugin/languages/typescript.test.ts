import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { requireSdks } from "../../../support/engine/languages/sdk";
import { describeLanguage } from "../../../support/engine/languages/story";
import { root } from "../../../support/engine/setup";

const INLINE = join(root, "test", "support", "engine", "languages", "inline.ts");

describeLanguage("TypeScript", async (context) => {
  const { nodejs } = await requireSdks(context);
  return {
    example: "typescript-plugin",
    command: [process.execPath, "--import", "tsx", INLINE, "index.ts"],
    prepare(folder) {
      mkdirSync(join(folder, "node_modules"));
      symlinkSync(nodejs, join(folder, "node_modules", "pulumi-sesdomain-sdk"), "junction");
    },
  };
});
