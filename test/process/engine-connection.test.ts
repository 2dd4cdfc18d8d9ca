import assert from "node:assert/strict";
import { credentials, Server, ServerCredentials, status } from "@grpc/grpc-js";
import { runtime } from "@pulumi/pulumi";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { GetRootResourceRequest } from "@pulumi/pulumi/proto/engine_pb";
import { useOwnConnections } from "../support/engine/own-connections";

describe("an inline program's connection to the engine", () => {
  useOwnConnections();

  it("reaches an engine at a port where an engine before it was killed", async () => {
    const first = await listening(0);
    const stale = client(first.port);
    const fresh = client(first.port);
    let second: typeof first | undefined;
    try {
      assert.equal(await called(stale), status.UNIMPLEMENTED);
      first.server.forceShutdown();
      assert.equal(await called(stale), status.UNAVAILABLE);
      second = await listening(first.port);
      assert.equal(await called(fresh), status.UNIMPLEMENTED);
    } finally {
      for (const one of [stale, fresh]) one.close();
      second?.server.forceShutdown();
    }
  });
});

async function listening(wanted: number): Promise<{ readonly server: Server; readonly port: number }> {
  const server = new Server();
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${wanted}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { server, port };
}

/** As the runtime makes it. */
function client(port: number): EngineClient {
  const { grpcClientOptions } = runtime as unknown as Record<string, Record<string, unknown>>;
  return new EngineClient(`127.0.0.1:${port}`, credentials.createInsecure(), grpcClientOptions);
}

function called(of: EngineClient): Promise<number | undefined> {
  return new Promise((resolve) =>
    of.getRootResource(new GetRootResourceRequest(), (error: { readonly code: number } | null) => resolve(error?.code)),
  );
}
