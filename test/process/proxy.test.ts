import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { proxyOptions } from "../../provider/core/http";

const HTTP = join(__dirname, "../../provider/core/http.ts");

/** What this version of Node cannot do is no test of it. */
const omitted = (_title: string, _test: Mocha.AsyncFunc): void => undefined;

describe("the proxies of the environment", () => {
  it("are used where Node is told to use them, and only there", () => {
    const used = (env: NodeJS.ProcessEnv, ...execArgv: string[]) => proxyOptions(env, execArgv).proxyEnv === env;
    assert.ok(used({ NODE_USE_ENV_PROXY: "1" }));
    assert.ok(used({}, "--use-env-proxy"));
    assert.ok(used({ NODE_OPTIONS: "--no-warnings --use-env-proxy" }));
    assert.ok(!used({ HTTPS_PROXY: "http://127.0.0.1:1" }));
    assert.ok(!used({ NODE_USE_ENV_PROXY: "0" }));
    assert.ok(!used({ NODE_USE_ENV_PROXY: "1" }, "--no-use-env-proxy"));
  });

  // Node reads them itself from these versions on; the tests run on newer ones too (npm run check:nodes).
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const reads = major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
  (reads ? it : omitted)("carry our requests", async function () {
    this.timeout(30_000);
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end("by the proxy");
    });
    proxy.on("connect", (request, socket) => {
      asked.push(`CONNECT ${request.url}`);
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const script = `
      const { exchange, keepWhole } = require(${JSON.stringify(HTTP)});
      const ask = (url) => exchange({ method: "GET", url: new URL(url), headers: {} }, { withinMs: 10000 }, new AbortController().signal, () => keepWhole());
      ask("http://plain.example.com/a").then(({ body }) => console.log(String(body)), (error) => console.log(error.message))
        .then(() => ask("https://secure.example.com/b")).catch(() => undefined);
    `;
    const child = spawn(process.execPath, ["--import", "tsx", "-e", script], {
      env: { PATH: process.env.PATH, NODE_USE_ENV_PROXY: "1", HTTP_PROXY: address, HTTPS_PROXY: address },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const closed = once(child, "close");
    let output = "";
    for await (const text of child.stdout.setEncoding("utf8")) output += text;
    await closed;
    proxy.closeAllConnections();
    proxy.close();
    assert.equal(output, "by the proxy\n");
    assert.deepEqual(asked, ["GET http://plain.example.com/a", "CONNECT secure.example.com:443"]);
  });
});
