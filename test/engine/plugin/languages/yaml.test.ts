import { dirname } from "node:path";
import { requireYamlHost } from "../../../support/engine/languages/sdk";
import { describeLanguage } from "../../../support/engine/languages/story";

describeLanguage("YAML", async (context) => ({
  example: "yaml",
  path: [dirname(await requireYamlHost(context))],
}));
