import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

/** @typedef {{ type: string, name: string, inputs: Record<string, unknown> }} Declared */

/**
 * Runs a program as Pulumi's Node.js language host does, against an engine that only writes down what is declared: that host
 * comes with the CLI, and not from npm.
 *
 * @param {string} folder the program's, with `@pulumi/pulumi` installed
 * @param {{ typescript?: boolean, nodeargs?: readonly string[] }} [options] those of `runtime.options`
 * @returns {Promise<readonly Declared[]>} throws with what the program and Pulumi said where it fails
 */
export async function runProgram(folder, { typescript = true, nodeargs = [] } = {}) {
  const load = createRequire(createRequire(join(folder, "/")).resolve("@pulumi/pulumi"));
  const grpc = load("@grpc/grpc-js");
  const declared = [];
  const said = [];
  const server = new grpc.Server();
  const empty = () => new (load("google-protobuf/google/protobuf/empty_pb").Empty)();
  const { ResourceMonitorService } = load("@pulumi/pulumi/proto/resource_grpc_pb");
  const { EngineService } = load("@pulumi/pulumi/proto/engine_grpc_pb");
  const { RegisterResourceResponse, SupportsFeatureResponse } = load("@pulumi/pulumi/proto/resource_pb");
  const { GetRootResourceResponse, SetRootResourceResponse } = load("@pulumi/pulumi/proto/engine_pb");
  serve(ResourceMonitorService, {
    supportsFeature: () => new SupportsFeatureResponse(),
    registerResourceOutputs: empty,
    registerResource(request) {
      const [type, name, object] = [request.getType(), request.getName(), request.getObject()];
      declared.push({ type, name, inputs: object?.toJavaScript() ?? {} });
      const answer = new RegisterResourceResponse();
      answer.setUrn(`urn:pulumi:stack::project::${type}::${name}`);
      answer.setId("id");
      answer.setObject(object);
      return answer;
    },
  });
  serve(EngineService, {
    getRootResource: () => new GetRootResourceResponse(),
    setRootResource: () => new SetRootResourceResponse(),
    log(request) {
      if (request.getSeverity() > 1) said.push(request.getMessage());
      return empty();
    },
  });
  const port = await new Promise((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  const address = `127.0.0.1:${port}`;
  const flags = [
    "--monitor",
    address,
    "--engine",
    address,
    "--project",
    "project",
    "--stack",
    "stack",
    "--pwd",
    folder,
  ];
  const child = spawn(process.execPath, [...nodeargs, load.resolve("@pulumi/pulumi/cmd/run"), ...flags, "."], {
    cwd: folder,
    env: { ...process.env, PULUMI_NODEJS_TYPESCRIPT: String(typescript), PULUMI_CONFIG: "{}" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => said.push(text));
  const code = await new Promise((resolve) => child.on("error", () => resolve(-1)).on("close", resolve));
  server.forceShutdown();
  if (code !== 0) throw new Error(said.join("\n"));
  return declared;

  /** Calls without an answer here are refused. */
  function serve(service, answers) {
    const call = (name) => (request, reply) =>
      answers[name] ? reply(null, answers[name](request.request)) : reply({ code: grpc.status.UNIMPLEMENTED });
    server.addService(service, Object.fromEntries(Object.keys(service).map((name) => [name, call(name)])));
  }
}
