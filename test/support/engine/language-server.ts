import { createRequire } from "node:module";
import type { PulumiFn } from "@pulumi/pulumi/automation";

/** Runs a program for any `pulumi` that is told `--client=ADDRESS`: without a language host, and without the Automation API. */
export async function serveProgram(program: PulumiFn): Promise<{ readonly address: string; close(): void }> {
  const fromPulumi = createRequire(require.resolve("@pulumi/pulumi"));
  const grpc = fromPulumi("@grpc/grpc-js");
  const { LanguageRuntimeService } = fromPulumi("./proto/language_grpc_pb");
  const { LanguageServer } = fromPulumi("./automation/server");
  const server = new grpc.Server();
  server.addService(LanguageRuntimeService, new LanguageServer(program));
  const port = await new Promise<number>((resolve, reject) => {
    const bound = (error: Error | null, port: number) => (error === null ? resolve(port) : reject(error));
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), bound);
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}
