import { once } from "node:events";
import { createServer, request as send } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface ProxyOptions {
  /** To which port on this machine a connection to `host:port` leads; left out: 502. */
  readonly routes?: Readonly<Record<string, number>>;
  /** `user:password`; without it in a request, 407. */
  readonly login?: string;
  /** Answers each request with this status instead. */
  readonly status?: number;
  /** Takes connections, and never answers. */
  readonly silent?: boolean;
}

export interface TestProxy {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** What it was asked for: `CONNECT host:443`, `GET http://host/path`. */
  readonly asked: readonly string[];
  /** Connections that are open now. */
  readonly open: number;
  close(): Promise<void>;
}

/** An HTTP proxy on loopback, which connects nowhere but to this machine. */
export async function openProxy({ routes = {}, login, status, silent = false }: ProxyOptions = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const refusal = (given: string | undefined, target: string): number | undefined => {
    if (login !== undefined && given !== `Basic ${Buffer.from(login).toString("base64")}`) return 407;
    return status ?? (routes[target] === undefined ? 502 : undefined);
  };
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (silent) return;
    const url = new URL(request.url ?? "");
    const target = `${url.hostname}:${url.port || 80}`;
    const refused = refusal(request.headers["proxy-authorization"], target);
    if (refused !== undefined) {
      response.writeHead(refused, { "content-type": "text/html" }).end("<html>The proxy says no</html>");
      return;
    }
    const { method, headers } = request;
    const onward = send({ host: "127.0.0.1", port: routes[target], path: url.pathname, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  });
  server.on("connect", (request, socket: Socket, head: Buffer) => {
    asked.push(`CONNECT ${request.url}`);
    if (silent) {
      // Read on, or its end would never be seen.
      socket.on("end", () => socket.end()).resume();
      return;
    }
    const refused = refusal(request.headers["proxy-authorization"], request.url ?? "");
    if (refused !== undefined) {
      socket.end(`HTTP/1.1 ${refused} No\r\ncontent-type: text/html\r\n\r\n<html>The proxy says no</html>`);
      return;
    }
    const onward = connect(routes[request.url ?? ""] ?? 0, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("close", () => onward.destroy());
  });
  server.listen(0, "127.0.0.1");
  server.unref();
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    asked,
    get open() {
      return sockets.size;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
