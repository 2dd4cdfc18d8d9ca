// A provider plugin that does nothing, on the modules that any plugin in JavaScript needs: the SDK's protobuf files, grpc-js and
// google-protobuf. It is the floor of `startup`, and of `preview` where `door` is `plugin`. Plain JavaScript, since a compiler in
// its process would be measured too.
const { createRequire } = require("node:module");

// grpc-js and google-protobuf are Pulumi's dependencies.
const fromPulumi = createRequire(require.resolve("@pulumi/pulumi"));
const grpc = fromPulumi("@grpc/grpc-js");
const { Empty } = fromPulumi("google-protobuf/google/protobuf/empty_pb");
const { Struct } = fromPulumi("google-protobuf/google/protobuf/struct_pb");
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb");
const pb = require("@pulumi/pulumi/proto/provider_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");

const MESSAGE_BYTES = 400 * 1_024 * 1_024;
const NAME = "sesdomain";

/** The answer to each call of the engine, by its request. */
const ANSWERS = {
  handshake() {
    const answer = new pb.ProviderHandshakeResponse();
    answer.setAcceptSecrets(true);
    answer.setAcceptResources(true);
    answer.setAcceptOutputs(true);
    return answer;
  },
  attach: () => new Empty(),
  cancel: () => new Empty(),
  getPluginInfo() {
    const answer = new PluginInfo();
    answer.setVersion("0.0.0");
    return answer;
  },
  getSchema() {
    const answer = new pb.GetSchemaResponse();
    answer.setSchema(JSON.stringify({ name: NAME, version: "0.0.0" }));
    return answer;
  },
  checkConfig(request) {
    const answer = new pb.CheckResponse();
    answer.setInputs(request.getNews());
    return answer;
  },
  diffConfig: same,
  configure() {
    const answer = new pb.ConfigureResponse();
    answer.setAcceptsecrets(true);
    answer.setSupportspreview(true);
    answer.setAcceptresources(true);
    answer.setAcceptoutputs(true);
    return answer;
  },
  // What the state holds stays, as for a resource whose inputs did not change.
  check(request) {
    const answer = new pb.CheckResponse();
    const inputs = { ...request.getOlds()?.toJavaScript(), ...request.getNews()?.toJavaScript() };
    answer.setInputs(Struct.fromJavaScript(inputs));
    return answer;
  },
  diff: same,
  // With the flag the engine reads a resource before each preview and `up`.
  read(request) {
    const answer = new pb.ReadResponse();
    answer.setId(request.getId());
    answer.setProperties(Struct.fromJavaScript(request.getProperties()?.toJavaScript() ?? {}));
    answer.setInputs(Struct.fromJavaScript(request.getInputs()?.toJavaScript() ?? {}));
    answer.setRefreshBeforeUpdate(true);
    return answer;
  },
  create(request) {
    const answer = new pb.CreateResponse();
    const properties = request.getProperties()?.toJavaScript() ?? {};
    answer.setId(String(properties.domain));
    answer.setProperties(Struct.fromJavaScript(properties));
    answer.setRefreshBeforeUpdate(true);
    return answer;
  },
  delete: () => new Empty(),
};

function same() {
  const answer = new pb.DiffResponse();
  answer.setChanges(pb.DiffResponse.DiffChanges.DIFF_NONE);
  return answer;
}

const unary = (answer) => (call, callback) => callback(undefined, answer(call.request));
const server = new grpc.Server({
  "grpc.max_receive_message_length": MESSAGE_BYTES,
  "grpc.max_send_message_length": MESSAGE_BYTES,
});
server.addService(
  ResourceProviderService,
  Object.fromEntries(Object.entries(ANSWERS).map(([name, answer]) => [name, unary(answer)])),
);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
process.on("SIGINT", () => process.exit(0));
