import assert from "node:assert/strict";
import { explain, SesDomainError } from "../../../provider/core/errors";
import { selfSigned } from "../tls/certificates";
import { openProxy, type ProxyOptions } from "../tls/proxy";
import { openTlsServer } from "../tls/server";

/** A host that is reached by a proxy of the environment. */
export interface WaySuite {
  /** A call that asks the API at this address, within a short time. */
  call(url: string): Promise<unknown>;
  /** The code of an API that could not be asked. */
  readonly code: string;
}

const HOST = "api.example.com";
const FAILURES: Readonly<Record<string, ProxyOptions>> = {
  "wants a password": { login: "user:word" },
  "does not allow it": { status: 403 },
  "does not reach it": { status: 502 },
  "is silent": { silent: true },
};

/** What fails between this machine and a host is told as that, and never as the host's refusal. */
export function blameTheWay({ call, code }: WaySuite): void {
  const failed = async (proxy: string): Promise<string> => {
    const before = process.env.HTTPS_PROXY;
    process.env.HTTPS_PROXY = proxy;
    try {
      const error: unknown = await call(`https://${HOST}`).then(
        () => assert.fail("there is an answer"),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof SesDomainError && error.code === code, String(error));
      assert.ok(error.retryable && error.hint);
      assert.doesNotMatch(explain(error), /s3cret|refused by|will be refused|AWS refused/);
      return explain(error);
    } finally {
      if (before === undefined) delete process.env.HTTPS_PROXY;
      else process.env.HTTPS_PROXY = before;
    }
  };

  for (const [what, options] of Object.entries(FAILURES)) {
    it(`is told as failed by its proxy: one that ${what}`, async () => {
      const proxy = await openProxy(options);
      const told = await failed(proxy.url.replace("http://", "http://user:s3cret@"));
      assert.ok(told.includes(proxy.url), told);
      assert.ok(proxy.asked.length > 0 && proxy.asked.every((each) => each === `CONNECT ${HOST}:443`));
      await proxy.close();
    });
  }

  it("is told as failed by its proxy: one that is not there", async () => {
    const proxy = await openProxy();
    await proxy.close();
    const told = await failed(proxy.url);
    assert.ok(told.includes(proxy.url), told);
  });

  it("is told as opened by another: one whose TLS ends at a CA that is not trusted", async () => {
    const ca = selfSigned({ commonName: "Corporate CA", ca: true });
    const server = await openTlsServer(ca.issue({ commonName: HOST, hosts: [HOST] }), (_, response) => response.end());
    const proxy = await openProxy({ routes: { [`${HOST}:443`]: server.port } });
    const told = await failed(proxy.url);
    assert.match(told, /Corporate CA/);
    assert.match(told, /NODE_EXTRA_CA_CERTS/);
    await proxy.close();
    await server.close();
  });
}
