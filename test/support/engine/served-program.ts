import { createRequire } from "node:module";
import type { PulumiFn } from "@pulumi/pulumi/automation";

/**
 * Serves a program to `pulumi OPERATION --client=ADDRESS`, as the Automation API does for its own operations. It serves one
 * operation after another until `stop`.
 */
export async function servePrograms(program: PulumiFn): Promise<{ address: string; stop(): Promise<void> }> {
  const own = createRequire(require.resolve("@pulumi/pulumi"));
  const grpc = own("@grpc/grpc-js");
  // Pulumi marks it as internal: its declarations leave it out.
  const { LanguageServer } = own("@pulumi/pulumi/automation/server");
  const { LanguageRuntimeService } = own("@pulumi/pulumi/proto/language_grpc_pb");
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  server.addService(LanguageRuntimeService, new LanguageServer(program));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error: Error | null, bound: number) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => server.tryShutdown(() => resolve())),
  };
}
