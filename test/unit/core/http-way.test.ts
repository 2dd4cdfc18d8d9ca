import assert from "node:assert/strict";
import { createServer as createPlain } from "node:net";
import { exchange, HttpFault, keepWhole } from "../../../provider/core/http";
import { environmentProxies, type Proxies, proxyFor } from "../../../provider/core/proxy";
import { until } from "../../support/hostile/answers";
import { type CertificateOptions, selfSigned } from "../../support/tls/certificates";
import { openProxy, type ProxyOptions } from "../../support/tls/proxy";
import { openTlsServer } from "../../support/tls/server";

const never = new AbortController().signal;
const CA = selfSigned({ commonName: "Test CA", ca: true });
const HOST = "api.example.com";

function ask(url: string, network: { readonly ca?: string; readonly proxies?: Proxies } = {}, withinMs = 5_000) {
  return exchange({ method: "GET", url: new URL(url), headers: {}, network }, { withinMs }, never, () => keepWhole());
}

async function faultOf(answer: Promise<unknown>): Promise<HttpFault> {
  const error = await answer.then(
    () => assert.fail("there is no answer"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HttpFault, String(error));
  return error;
}

const through = (address: string, no?: string): Proxies => ({
  https: { address, source: "HTTPS_PROXY" },
  http: { address, source: "HTTP_PROXY" },
  no,
});

describe("a TLS certificate", () => {
  const HOURS = 3_600_000;
  const about = (options: Partial<CertificateOptions> = {}) =>
    CA.issue({ commonName: "leaf", hosts: ["127.0.0.1"], ...options });
  const cases: readonly [string, ReturnType<typeof selfSigned>, string, boolean, RegExp][] = [
    [
      "signed by itself",
      selfSigned({ commonName: "Box", hosts: ["127.0.0.1"] }),
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      false,
      /"Box"/,
    ],
    ["of an unknown CA", about(), "UNABLE_TO_VERIFY_LEAF_SIGNATURE", false, /"Test CA"/],
    [
      "of another name",
      about({ hosts: ["other.example.com"] }),
      "ERR_TLS_CERT_ALTNAME_INVALID",
      true,
      /"other\.example\.com"/,
    ],
    ["that has expired", about({ to: new Date(Date.now() - HOURS) }), "CERT_HAS_EXPIRED", true, /\d{4}-\d\d-\d\d/],
    [
      "that is not valid yet",
      about({ from: new Date(Date.now() + HOURS) }),
      "CERT_NOT_YET_VALID",
      true,
      /\d{4}-\d\d-\d\d/,
    ],
  ];
  for (const [what, certificate, code, trusted, names] of cases) {
    it(`is named where it does not hold: one ${what}`, async () => {
      const server = await openTlsServer(certificate, (_, response) => response.end("never read"));
      const fault = await faultOf(ask(`https://127.0.0.1:${server.port}/`, trusted ? { ca: CA.cert } : {}));
      assert.equal(fault.code, code);
      assert.equal(fault.place, "tls");
      assert.match(fault.message, names);
      assert.match(fault.message, new RegExp(`127\\.0\\.0\\.1:${server.port}`));
      assert.equal(/NODE_EXTRA_CA_CERTS/.test(fault.hint ?? ""), !trusted, fault.hint);
      await server.close();
    });
  }

  it("names the CA at the end of a chain", async () => {
    const leaf = about();
    const server = await openTlsServer({ key: leaf.key, cert: leaf.cert + CA.cert }, (_, response) => response.end());
    const fault = await faultOf(ask(`https://127.0.0.1:${server.port}/`));
    assert.equal(fault.code, "SELF_SIGNED_CERT_IN_CHAIN");
    assert.match(fault.hint ?? "", /NODE_EXTRA_CA_CERTS/);
    await server.close();
  });

  it("is trusted where its CA is", async () => {
    const server = await openTlsServer(about(), (_, response) => response.end("well"));
    assert.equal(String((await ask(`https://127.0.0.1:${server.port}/`, { ca: CA.cert })).body), "well");
    await server.close();
  });

  it("shows nothing that acts on a terminal", async () => {
    const odd = selfSigned({ commonName: "a\u001b[31m\nb", hosts: ["127.0.0.1"] });
    const server = await openTlsServer(odd, (_, response) => response.end());
    const fault = await faultOf(ask(`https://127.0.0.1:${server.port}/`));
    assert.doesNotMatch(fault.message, /\p{Cc}/u);
    await server.close();
  });
});

describe("a port that speaks no TLS", () => {
  const servers: Readonly<Record<string, string>> = {
    HTTP: "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n",
    SMTP: "220 mail.example.com ESMTP\r\n",
    SSH: "SSH-2.0-OpenSSH_9.6\r\n",
  };
  for (const [what, words] of Object.entries(servers)) {
    it(`is told as that: ${what}`, async () => {
      const server = createPlain((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => socket.end(words));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      assert.ok(address !== null && typeof address === "object");
      const fault = await faultOf(ask(`https://127.0.0.1:${address.port}/`));
      assert.equal(fault.place, "tls", fault.message);
      assert.ok(fault.hint);
      server.close();
    });
  }
});

describe("the proxies of the environment", () => {
  const at = (url: string, env: Readonly<Record<string, string>>) =>
    proxyFor(new URL(url), environmentProxies(env))?.url.href;

  it("are read in either case, for each scheme its own", () => {
    const env = { HTTPS_PROXY: "http://a.example:1", http_proxy: "b.example:2" };
    assert.equal(at(`https://${HOST}/`, env), "http://a.example:1/");
    assert.equal(at(`http://${HOST}/`, env), "http://b.example:2/");
    assert.equal(at(`https://${HOST}/`, { https_proxy: "https://c.example" }), "https://c.example/");
    assert.equal(at(`https://${HOST}/`, { HTTP_PROXY: "http://a.example:1" }), undefined);
    assert.equal(at(`https://${HOST}/`, { HTTPS_PROXY: "" }), undefined);
  });

  it("leave out this machine, always", () => {
    for (const host of [
      "127.0.0.1",
      "127.77.0.1:5300",
      "localhost:8080",
      "cloud.localhost",
      "[::1]",
      "[::ffff:127.0.0.1]",
    ]) {
      assert.equal(at(`https://${host}/`, { HTTPS_PROXY: "http://a.example:1" }), undefined, host);
    }
  });

  it("leave out what NO_PROXY names", () => {
    const cases: readonly [string, string, boolean][] = [
      ["*", `https://${HOST}/`, true],
      ["example.com", `https://${HOST}/`, true],
      ["EXAMPLE.COM.", `https://${HOST}/`, true],
      [".example.com", `https://${HOST}/`, true],
      ["*.example.com", `https://${HOST}/`, true],
      [".example.com", "https://example.com/", false],
      ["example.com", "https://example.com/", true],
      ["ample.com", `https://${HOST}/`, false],
      [`a.test, ${HOST}:443`, `https://${HOST}/`, true],
      [`${HOST}:8443`, `https://${HOST}/`, false],
      ["10.0.0.0/8", "https://10.1.2.3/", true],
      ["10.0.0.0/8", "https://11.1.2.3/", false],
      ["10.0.0.0/99", "https://10.1.2.3/", false],
      ["192.0.2.1", "https://192.0.2.1:8443/", true],
      ["2001:db8::/32", "https://[2001:db8::1]/", true],
      ["[2001:db8::1]:443", "https://[2001:db8::1]/", true],
      ["", `https://${HOST}/`, false],
    ];
    for (const [list, url, direct] of cases) {
      assert.equal(
        at(url, { HTTPS_PROXY: "http://a.example:1", no_proxy: list }) === undefined,
        direct,
        `${list} ${url}`,
      );
    }
  });

  it("are refused where they are no address, by the variable's name and without the value", async () => {
    for (const address of [
      "socks5://user:secret@proxy.example:1080",
      "http://user:secret@",
      "http://[broken",
      "http://user:secret%@proxy.example:3128",
      "http://user:12/secret@proxy.example:3128",
      "user:12#secret@proxy.example:3128",
      "http://user?secret@proxy.example:3128",
    ]) {
      const fault = await faultOf(ask(`https://${HOST}/`, { proxies: through(address) }));
      assert.equal(fault.place, "proxy");
      assert.match(fault.message, /HTTPS_PROXY/);
      assert.doesNotMatch(`${fault.message} ${fault.hint}`, /secret/);
    }
  });
});

describe("a request through a proxy", () => {
  const open = async (options: Omit<ProxyOptions, "routes"> & { readonly reached?: boolean } = {}) => {
    const leaf = CA.issue({ commonName: HOST, hosts: [HOST] });
    const server = await openTlsServer(leaf, (request, response) => {
      response.end(`${request.url} ${request.headers["proxy-authorization"] ?? "nothing"}`);
    });
    const routes = options.reached === false ? {} : { [`${HOST}:443`]: server.port };
    const proxy = await openProxy({ ...options, routes });
    const close = async () => {
      await proxy.close();
      await server.close();
    };
    return { proxy, close };
  };

  it("goes to the host itself, over TLS, and one connection serves many", async () => {
    const { proxy, close } = await open({ login: "user:p@ss" });
    const proxies = through(`http://user:p%40ss@127.0.0.1:${proxy.port}`);
    for (const path of ["/a", "/b"]) {
      assert.equal(String((await ask(`https://${HOST}${path}`, { ca: CA.cert, proxies })).body), `${path} nothing`);
    }
    assert.deepEqual(proxy.asked, [`CONNECT ${HOST}:443`]);
    await close();
  });

  it("still refuses a certificate that does not hold", async () => {
    const { proxy, close } = await open();
    const fault = await faultOf(ask(`https://${HOST}/`, { proxies: through(proxy.url) }));
    assert.equal(fault.place, "tls");
    assert.match(fault.message, /"Test CA"/);
    await close();
  });

  for (const [status, options] of [
    [407, { login: "user:secret" }],
    [403, { status: 403 }],
    [502, { reached: false }],
    [503, { status: 503 }],
  ] as const) {
    it(`is told as refused by the proxy: ${status}`, async () => {
      const { proxy, close } = await open(options);
      const proxies = through(`http://other:wrong-secret@127.0.0.1:${proxy.port}`);
      const fault = await faultOf(ask(`https://${HOST}/`, { ca: CA.cert, proxies }));
      assert.equal(fault.place, "proxy");
      assert.match(fault.message, new RegExp(`http://127\\.0\\.0\\.1:${proxy.port}.*${status}`));
      assert.match(fault.hint ?? "", status === 407 ? /HTTPS_PROXY/ : /NO_PROXY/);
      assert.doesNotMatch(`${fault.message} ${fault.hint}`, /secret|says no/);
      await close();
    });
  }

  it("is told as refused by the proxy, of plain http too", async () => {
    const { proxy, close } = await open({ login: "user:secret" });
    const fault = await faultOf(ask(`http://${HOST}/`, { proxies: through(proxy.url) }));
    assert.equal(fault.place, "proxy");
    assert.deepEqual(proxy.asked, [`GET http://${HOST}/`]);
    await close();
  });

  it("is told as without a connection where no proxy listens, by either scheme", async () => {
    const { proxy, close } = await open();
    await close();
    for (const scheme of ["http", "https"]) {
      const fault = await faultOf(
        ask(`${scheme}://${HOST}/`, { proxies: through(`http://user:secret@127.0.0.1:${proxy.port}`) }),
      );
      assert.equal(fault.place, "proxy");
      assert.match(fault.message, /ECONNREFUSED/);
      assert.doesNotMatch(`${fault.message} ${fault.hint}`, /secret/);
    }
  });

  it("is told as without a connection where the proxy speaks no HTTP", async () => {
    const server = createPlain((socket) => {
      socket.on("error", () => undefined);
      socket.end("220 mail.example.com ESMTP\r\n\r\n");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");
    const fault = await faultOf(ask(`https://${HOST}/`, { proxies: through(`127.0.0.1:${address.port}`) }));
    assert.equal(fault.place, "proxy", fault.message);
    server.close();
  });

  for (const scheme of ["http", "https"]) {
    it(`ends in time, and leaves no connection to a proxy that is silent: ${scheme}`, async () => {
      const { proxy, close } = await open({ silent: true });
      const fault = await faultOf(ask(`${scheme}://${HOST}/`, { proxies: through(proxy.url) }, 200));
      if (scheme === "https") assert.equal(fault.place, "proxy");
      assert.match(fault.message, /within 0\.2 s/);
      await until(() => proxy.open === 0);
      await close();
    });
  }
});
