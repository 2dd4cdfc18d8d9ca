/** @type {import("../../scripts/lib/mutants.mjs").Mutant[]} */
export default [
  {
    id: "ctrl-c-comes-twice",
    file: "provider/cli/emulator/child.ts",
    find: 'if (signal === "SIGINT" && (shared || windows)) return;',
    replace: "",
    tests: ["test/process/emulator-command.test.ts"],
    why: "a command of `sesdomain emulator` gets Ctrl-C twice at a terminal, which makes Pulumi give up its operation",
  },
  {
    id: "group-signal-comes-twice",
    file: "provider/cli/emulator/child.ts",
    find: "detached: !shared && !windows",
    replace: "detached: false",
    tests: ["test/process/emulator-command.test.ts"],
    why: "a command of `sesdomain emulator` gets a signal to the process group twice",
  },
  {
    id: "profile-reaches-the-command",
    file: "provider/cli/emulator/run.ts",
    find: '  "AWS_PROFILE",\n',
    replace: "",
    tests: ["test/process/emulator-command.test.ts"],
    why: "a profile of the developer's shell wins over the emulator's keys",
  },
  {
    id: "policy-exceptions-ignored",
    file: "emulator/http/policy.ts",
    find: " !== except;",
    replace: ";",
    tests: ["test/unit/emulator/policy.test.ts"],
    why: "NotAction and NotResource are taken for Action and Resource",
  },
  {
    id: "policy-unknown-key-passes",
    file: "emulator/http/policy.ts",
    find: "if (known === undefined) throw",
    replace: "if (known === null) throw",
    tests: ["test/unit/emulator/policy.test.ts"],
    why: "a condition on a key that the emulator does not know holds for every request",
  },
];
