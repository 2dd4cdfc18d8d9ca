import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { openProxy } from "../support/tls/proxy";

const HTTP = join(__dirname, "../../provider/core/http.ts");

/** What a process with this environment gets from each URL, in turn. */
async function output(env: Readonly<Record<string, string>>, ...urls: readonly string[]): Promise<string[]> {
  const script = `
    const { exchange, keepWhole } = require(${JSON.stringify(HTTP)});
    const ask = (url) => exchange({ method: "GET", url: new URL(url), headers: {} }, { withinMs: 10000 }, new AbortController().signal, () => keepWhole());
    (async () => {
      for (const url of ${JSON.stringify(urls)}) {
        await ask(url).then(({ body }) => console.log(String(body)), (error) => console.log(error.place + " " + error.message));
      }
    })();
  `;
  const child = spawn(process.execPath, ["--import", "tsx", "-e", script], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  let text = "";
  for await (const part of child.stdout.setEncoding("utf8")) text += part;
  await closed;
  return text.trim().split("\n");
}

describe("the proxies of the environment", function () {
  this.timeout(30_000);

  for (const lower of [false, true]) {
    it(`carry our requests, whatever Node is told of them: ${lower ? "https_proxy" : "HTTPS_PROXY"}`, async () => {
      const server = createServer((_, response) => response.end("the host itself"));
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const proxy = await openProxy({ routes: { "plain.example.com:80": port } });
      const named = (name: string) => (lower ? name.toLowerCase() : name);
      const told = await output(
        {
          [named("HTTP_PROXY")]: proxy.url,
          [named("HTTPS_PROXY")]: proxy.url,
          [named("NO_PROXY")]: "direct.invalid",
          ...(lower ? { NODE_USE_ENV_PROXY: "1" } : {}),
        },
        "http://plain.example.com/a",
        "https://secure.example.com/b",
        `http://127.0.0.1:${port}/c`,
        "https://direct.invalid/d",
      );
      assert.equal(told[0], "the host itself");
      assert.match(told[1] ?? "", /^proxy .*502/);
      assert.equal(told[2], "the host itself");
      assert.match(told[3] ?? "", /^network /);
      assert.deepEqual(proxy.asked, ["GET http://plain.example.com/a", "CONNECT secure.example.com:443"]);
      await proxy.close();
      server.close();
    });
  }
});
