import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { askUdp } from "../support/dns/client";

describe("sesdomain emulator", () => {
  it("prints the environment, serves, and stops when stdin ends", async () => {
    const main = join(__dirname, "../../provider/cli/main.ts");
    const child = spawn(
      process.execPath,
      ["--import", "tsx", main, "emulator", "--zone", "example.com", "--region", "eu-west-1", "--until-stdin-ends"],
      {
        stdio: ["pipe", "pipe", "inherit"],
        env: { ...process.env, NO_PROXY: "kept.example" },
      },
    );
    try {
      const env: Record<string, string> = {};
      for await (const line of createInterface(child.stdout)) {
        const [, name = "", value = ""] = /^export (\w+)=(\S+)$/.exec(line) ?? [];
        env[name] = value;
        if (line.startsWith("#")) break;
      }
      const [address = "", port] = env.SESDOMAIN_DNS_RESOLVERS?.split(":") ?? [];
      assert.equal(port, env.SESDOMAIN_DNS_PORT);
      assert.deepEqual([env.AWS_REGION, env.AWS_DEFAULT_REGION], ["eu-west-1", "eu-west-1"]);
      for (const name of ["NO_PROXY", "no_proxy"])
        assert.match(env[name] ?? "", /^kept\.example,localhost,127\.0\.0\.1/);
      const reply = await askUdp({
        address,
        port: Number(port),
        name: "example.com",
        type: "SOA",
        recursionDesired: true,
      });
      assert.equal(reply?.rcode, "NOERROR");
      for (const name of ["SES", "SESV2", "ROUTE_53", "STS"])
        assert.match(env[`AWS_ENDPOINT_URL_${name}`] ?? "", /^http:\/\/127\.0\.0\.1:\d+$/);
      const control = await fetch(`${env.SESDOMAIN_EMULATOR_CONTROL}/`);
      assert.equal(control.status, 200);
      const exit = once(child, "exit");
      child.stdin.end();
      assert.deepEqual(await exit, [0, null]);
    } finally {
      child.kill();
    }
  });
});
