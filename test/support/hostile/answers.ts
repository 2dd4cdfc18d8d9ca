import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { selfSigned } from "../tls/certificates";

/** What comes in place of an API's answer. */
export const HOSTILITIES = [
  "HTML",
  "empty",
  "{}",
  "wrong JSON",
  "success: false",
  "HTML with 404",
  "JSON with 404",
  "cut",
  "stalled headers",
  "stalled body",
  "dripping",
  "endless",
  "redirect",
  "redirect 301",
  "redirect 307",
  "redirect 308",
  "HTML with 403",
  "HTML with 502",
  "nested JSON",
  "nested XML",
  "TLS fault",
  "intercepted TLS",
] as const;
export type Hostility = (typeof HOSTILITIES)[number];

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}
export interface Reply {
  readonly status?: number;
  readonly type?: string;
  readonly body: string | Buffer;
}

/** An HTTP server on loopback that answers some requests well, and the others with one hostility. */
export interface HostileServer {
  /** `https` for the faults of TLS, else `http`. Without a final slash. */
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Requests that followed the redirect. */
  readonly followed: readonly Seen[];
  /** Connections that are open now. */
  readonly open: number;
  /** Resolves when a hostile answer has begun. */
  readonly begun: Promise<void>;
  close(): Promise<void>;
}

const PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to go on</body></html>";
const DRIP_MS = 40;
/** Far more than a reader that calls itself has room for. */
const DEPTH = 20_000;
const CHUNK = Buffer.alloc(65_536, " ");

/** `well` gives the answer to a request that goes well; `undefined`: the hostility. */
export async function openHostileServer(
  hostility: Hostility,
  well: (request: Seen) => Reply | undefined = () => undefined,
): Promise<HostileServer> {
  const seen: Seen[] = [];
  const followed: Seen[] = [];
  const sockets = new Set<Socket>();
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const track = (server: Server | TlsServer) =>
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => undefined);
    });
  const elsewhere = createServer(async (request, response) => {
    followed.push(await read(request));
    response.end("{}");
  });
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    response.on("error", () => undefined);
    const asked = await read(request);
    seen.push(asked);
    const reply = well(asked);
    if (reply === undefined) {
      begin();
      answer(hostility, response, portOf(elsewhere));
      return;
    }
    response.writeHead(reply.status ?? 200, { "content-type": reply.type ?? "application/json" }).end(reply.body);
  };
  const server = hostility === "intercepted TLS" ? createTlsServer(untrusted(), respond) : createServer(respond);
  for (const each of [track(server), track(elsewhere)]) {
    each.listen(0, "127.0.0.1");
    // A test that fails before it closes the server must not keep the process.
    each.unref();
    await once(each, "listening");
  }
  return {
    url: `${hostility.endsWith("TLS") || hostility === "TLS fault" ? "https" : "http"}://127.0.0.1:${portOf(server)}`,
    seen,
    followed,
    get open() {
      return sockets.size;
    },
    begun,
    async close() {
      for (const each of [server, elsewhere]) {
        each.closeAllConnections();
        await new Promise((resolve) => each.close(resolve));
      }
    },
  };
}

/** As a proxy that opens TLS shows one: for the right host, by a CA that is not trusted here. */
function untrusted(): { readonly cert: string; readonly key: string } {
  return selfSigned({ commonName: "Test CA", ca: true }).issue({ commonName: "leaf", hosts: ["127.0.0.1"] });
}

function answer(hostility: Hostility, response: ServerResponse, elsewhere: number): void {
  const json = { "content-type": "application/json" };
  switch (hostility) {
    case "HTML":
      response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
      return;
    case "empty":
      response.writeHead(200).end();
      return;
    case "{}":
      response.writeHead(200, json).end("{}");
      return;
    case "wrong JSON":
      response.writeHead(200, json).end('{"message":"hello","items":[]}');
      return;
    case "success: false":
      response.writeHead(200, json).end('{"success":false,"errors":[],"messages":[],"result":null}');
      return;
    case "HTML with 404":
      response.writeHead(404, { "content-type": "text/html" }).end(PAGE);
      return;
    case "JSON with 404":
      response.writeHead(404, json).end('{"message":"no route"}');
      return;
    case "cut":
      response.writeHead(200, { ...json, "content-length": "400" });
      response.write('{"success": true, ', () => response.destroy());
      return;
    case "stalled headers":
      return;
    case "stalled body":
      response.writeHead(200, json);
      response.flushHeaders();
      return;
    case "dripping": {
      response.writeHead(200, json);
      const timer = setInterval(() => response.write(" "), DRIP_MS);
      response.on("close", () => clearInterval(timer));
      return;
    }
    case "endless": {
      response.writeHead(200, json);
      const more = () => {
        while (!response.destroyed && response.write(CHUNK));
      };
      response.on("drain", more);
      more();
      return;
    }
    case "HTML with 403":
    case "HTML with 502":
      response.writeHead(Number(hostility.slice(-3)), { "content-type": "text/html" }).end(PAGE);
      return;
    case "nested JSON":
      response.writeHead(200, json).end(`${'{"a":'.repeat(DEPTH)}1${"}".repeat(DEPTH)}`);
      return;
    case "nested XML":
      response.writeHead(200, { "content-type": "text/xml" }).end("<a>".repeat(DEPTH) + "</a>".repeat(DEPTH));
      return;
    case "redirect":
    case "redirect 301":
    case "redirect 307":
    case "redirect 308":
      response
        .writeHead(Number(/\d+/.exec(hostility)?.[0] ?? 302), { location: `http://127.0.0.1:${elsewhere}/` })
        .end();
      return;
    case "TLS fault":
    case "intercepted TLS":
      // No TLS is agreed on: nothing comes this far.
      response.destroy();
  }
}

async function read(request: IncomingMessage): Promise<Seen> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return { method: request.method ?? "", path: request.url ?? "", body };
}

function portOf(server: Server | TlsServer): number {
  return (server.address() as AddressInfo).port;
}

/** Waits for what a server sees a moment later. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !holds(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  if (!holds()) throw new Error("it did not come to it");
}

/** Collects garbage several times, with turns of the event loop between, as a long run does by itself. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < 5; round += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
