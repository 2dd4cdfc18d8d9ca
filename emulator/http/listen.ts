import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { trace } from "../trace";
import { readBody } from "./body";
import { type HttpReply, type HttpRequest, parseTarget } from "./message";

/** The connection is to be cut: there is no reply. */
export const CUT = Symbol("cut");

export type Answer = (request: HttpRequest, requestId: string) => Promise<HttpReply | typeof CUT>;

export interface HttpServer {
  /** `http://ADDRESS:PORT`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves HTTP until it is closed. Whatever fails ends in a reply or a broken connection, never in the process. */
export async function openHttpServer(address: string, port: number, answer: Answer): Promise<HttpServer> {
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { socket } = incoming;
    const requestId = randomUUID();
    outgoing.on("error", trace);
    try {
      const reply = await answer(await readRequest(incoming), requestId);
      if (reply === CUT) socket.destroy();
      else send(outgoing, reply, requestId);
    } catch (error) {
      trace(error);
      if (outgoing.headersSent) socket.destroy();
      else send(outgoing, { status: 500, body: "The emulator failed.\n" }, requestId);
    }
  };
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });
  server.on("error", trace);
  return {
    url: `http://${address}:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<HttpRequest> {
  const body = await readBody(incoming);
  return {
    ...parseTarget(incoming.url ?? "/"),
    method: incoming.method ?? "GET",
    headers: incoming.headers,
    body: body === "too large" ? Buffer.alloc(0) : body,
    tooLarge: body === "too large",
  };
}

function send(outgoing: ServerResponse, reply: HttpReply, requestId: string): void {
  const body = Buffer.from(reply.body, "utf8");
  outgoing.writeHead(reply.status, {
    ...reply.headers,
    "content-length": body.length,
    "x-amzn-requestid": requestId,
  });
  outgoing.end(body);
}
