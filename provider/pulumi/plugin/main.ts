#!/usr/bin/env node
import { ENGINE_ADDRESS } from "../engine-address";
import { watchEngine } from "../engine-watch";
import { grpc } from "../grpc";
import { openStop } from "../stop";
import { openProvider } from "./provider";
import { readVersion } from "./schema";
import { openService } from "./server";

/*
 * The process `pulumi-resource-sesdomain`: the engine starts it with its own address as the last argument, and reads the port
 * from the first line of standard output.
 */

const { ResourceProviderService }: typeof import("@pulumi/pulumi/proto/provider_grpc_pb") =
  require("@pulumi/pulumi/proto/provider_grpc_pb");

/** As the engine's own. */
const MOST_BYTES = 400 * 1024 * 1024;

const stop = openStop();
if (ENGINE_ADDRESS !== undefined) watchEngine(ENGINE_ADDRESS, () => stop.end("The engine has ended."));
const env = { ...process.env };
// It holds the stack's secrets, and a credential_process would inherit it.
delete process.env.PULUMI_CONFIG;
const provider = openProvider({ stop, env, engineAddress: ENGINE_ADDRESS });
const server = new grpc.Server({
  "grpc.max_receive_message_length": MOST_BYTES,
  "grpc.max_send_message_length": MOST_BYTES,
});
server.addService(ResourceProviderService, openService(provider, readVersion()));
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) {
    process.stderr.write(`pulumi-resource-sesdomain cannot listen on 127.0.0.1: ${error.message}\n`);
    process.exit(1);
  }
  process.stdout.write(`${port}\n`);
});
