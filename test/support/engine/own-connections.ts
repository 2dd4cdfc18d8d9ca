import { runtime } from "@pulumi/pulumi";

/**
 * Gives each client of Pulumi's runtime connections of its own.
 *
 * grpc-js keeps one connection for each address of a process. After an engine was killed, it goes on trying that engine's port.
 * When a later engine listens there, a call to it fails at once with UNAVAILABLE, for as long as the back-off lasts. The runtime
 * takes this for an engine that is shutting down: it leaves registrations out, without an error.
 */
export function useOwnConnections(): void {
  // Internal objects of the runtime, which it passes to every client.
  const { grpcClientOptions, grpcChannelOptions } = runtime as unknown as Record<string, Record<string, unknown>>;
  for (const options of [grpcClientOptions, grpcChannelOptions]) {
    if (options) options["grpc.use_local_subchannel_pool"] = 1;
  }
}
