// Stands in for `pulumi-language-nodejs` where the Pulumi CLI was built without it: the engine starts this program by that
// name, and it runs a program as Pulumi's own host does, by `@pulumi/pulumi/cmd/run` of the program's own packages.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

const load = createRequire(import.meta.url);
const grpc = load("@grpc/grpc-js");
const { LanguageRuntimeService } = load("@pulumi/pulumi/proto/language_grpc_pb");
const messages = load("@pulumi/pulumi/proto/language_pb");
const { PluginInfo } = load("@pulumi/pulumi/proto/plugin_pb");
const [engine] = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));

const answers = {
  getPluginInfo: () => new PluginInfo(),
  getRequiredPlugins: () => new messages.GetRequiredPluginsResponse(),
  getRequiredPackages: () => new messages.GetRequiredPackagesResponse(),
  getProgramDependencies: () => new messages.GetProgramDependenciesResponse(),
  runtimeOptionsPrompts: () => new messages.RuntimeOptionsResponse(),
  about: () => new messages.AboutResponse(),
  run,
};

async function run(request) {
  const { programDirectory = request.getPwd(), entryPoint = request.getProgram(), options = {} } = placed(request);
  const given = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
  };
  const flags = Object.entries(given).flatMap(([name, value]) => (value ? [`--${name}`, value] : []));
  if (request.getDryrun()) flags.push("--dry-run");
  const entry = entryPoint === "" ? "." : entryPoint;
  const cmdRun = createRequire(join(programDirectory, "/")).resolve("@pulumi/pulumi/cmd/run");
  const nodeArgs = String(options.nodeargs ?? "")
    .split(/\s+/)
    .filter(Boolean);
  const child = spawn(process.execPath, [...nodeArgs, cmdRun, ...flags, entry, ...request.getArgsList()], {
    cwd: programDirectory,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      PULUMI_NODEJS_TYPESCRIPT: String(options.typescript ?? true),
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap()?.entries() ?? [])),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  });
  const code = await new Promise((resolve) => child.on("error", () => resolve(-1)).on("close", resolve));
  const response = new messages.RunResponse();
  // 32: the program has told the engine itself what is wrong.
  if (code === 32) response.setBail(true);
  else if (code !== 0) response.setError(`the program ended with ${code}`);
  return response;
}

function placed(request) {
  const info = request.getInfo();
  if (!info) return {};
  return {
    programDirectory: info.getProgramDirectory(),
    entryPoint: info.getEntryPoint(),
    options: info.getOptions()?.toJavaScript() ?? {},
  };
}

const server = new grpc.Server();
server.addService(
  LanguageRuntimeService,
  Object.fromEntries(
    Object.entries(LanguageRuntimeService).map(([name, { responseStream }]) => [
      name,
      responseStream
        ? (call) => call.end()
        : async (call, reply) => {
            const answer = answers[name];
            if (!answer) return reply({ code: grpc.status.UNIMPLEMENTED, details: name });
            try {
              reply(null, await answer(call.request));
            } catch (error) {
              reply({ code: grpc.status.INTERNAL, details: error.message });
            }
          },
    ]),
  ),
);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
// The engine that started it may be killed.
process.stdin.on("end", () => process.exit()).resume();
