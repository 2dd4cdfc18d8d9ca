/** Why tests of `test/engine/` run with dynamic resources alone: `npm run test:engine -- --list`. */
export const DYNAMIC_ONLY = {
  "provider code in the state":
    "A dynamic resource's state holds lines that look for an installed copy of the package. A plugin is found by the engine.",
  "classes of the package":
    "The classes that the package exports are dynamic resources, and the test imports the package as it is installed.",
  "provider of pulumi-nodejs":
    "Dynamic resources are served by the package pulumi-nodejs. Explicit providers of the plugin have tests of their own.",
  "status in the inputs":
    "The plugin's inputs always say what is wanted, so that drift is shown as a difference. A first preview prints them.",
} as const;

export type DynamicOnlyReason = keyof typeof DYNAMIC_ONLY;
