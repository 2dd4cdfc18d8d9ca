import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TlsOptions } from "node:tls";

export interface TlsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** An HTTPS server on loopback. */
export async function openTlsServer(options: TlsOptions, answer: RequestListener): Promise<TlsServer> {
  const server = createServer(options, answer);
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  server.unref();
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
