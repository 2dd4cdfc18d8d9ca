import { join } from "node:path";
import { requirePython } from "../../../support/engine/languages/sdk";
import { describeLanguage } from "../../../support/engine/languages/story";
import { root } from "../../../support/engine/setup";

const INLINE = join(root, "test", "support", "engine", "languages", "inline.py");

describeLanguage("Python", async (context) => {
  const { program, path } = await requirePython(context);
  return { example: "python", command: [program, INLINE, "__main__.py"], env: { PYTHONPATH: path } };
});
