import assert from "node:assert/strict";
import { Command, Option } from "commander";
import { bashScript } from "../../../provider/cli/completion/bash";
import { fishScript } from "../../../provider/cli/completion/fish";
import { readModel } from "../../../provider/cli/completion/model";
import { zshScript } from "../../../provider/cli/completion/zsh";

describe("what is completed", () => {
  const program = new Command("tool").version("1.0.0", "-V, --version");
  program
    .command("look")
    .description("looks at it; it's all")
    .argument("[name]", "any name")
    .option("--identity <region[@profile]>", "a region")
    .option("--stack [name]", "a stack, or the one that is selected")
    .option("--cwd <folder>", "a folder")
    .option("--quiet", "a switch")
    .addOption(new Option("--host <host>", "a host").choices(["route53", "a b", "other"]))
    .addOption(new Option("--secret").hideHelp());
  const model = readModel(program);
  const look = model.commands.find(({ name }) => name === "look");
  const option = (flag: string) => look?.options.find(({ flags }) => flags.includes(flag));

  it("is read from the commands, by the names of their values", () => {
    const regions = option("--identity");
    assert.ok(regions?.values?.kind === "list" && regions.values.values.includes("eu-west-1"));
    assert.equal(regions.mayStandAlone, false);
    assert.deepEqual(option("--cwd")?.values, { kind: "folder" });
    assert.deepEqual([option("--stack")?.values, option("--stack")?.mayStandAlone], [{ kind: "free" }, true]);
    assert.equal(option("--quiet")?.values, undefined);
    assert.deepEqual(look?.argument, { kind: "free" });
  });

  it("leaves out hidden options, and values that a shell would take apart", () => {
    assert.equal(option("--secret"), undefined);
    assert.deepEqual(option("--host")?.values, { kind: "list", values: ["route53", "other"] });
  });

  it("is in the script of each shell", () => {
    for (const script of [bashScript, zshScript, fishScript].map((write) => write(model))) {
      for (const part of ["look", "eu-west-1", "route53", "quiet", "version"]) assert.ok(script.includes(part), part);
      assert.ok(!script.includes("secret"));
    }
  });
});
