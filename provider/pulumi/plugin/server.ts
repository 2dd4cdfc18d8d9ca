import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import type * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import type * as provider from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "../grpc";
import { callFailure, faultOf, structOf } from "./answers";
import { type Method, Refused, served } from "./calls";
import { openConfigMethods } from "./config-methods";
import { invokeFunction } from "./functions";
import { givenIn, secretsIn, worded } from "./given";
import type { PluginProvider } from "./provider";
import { openResourceMethods } from "./resource-methods";
import { readSchema } from "./schema";
import { wrap } from "./values";

const pb: typeof provider = require("@pulumi/pulumi/proto/provider_pb");
const pluginPb: typeof plugin = require("@pulumi/pulumi/proto/plugin_pb");

/** The methods of `ResourceProvider` (pulumi/pulumi, proto/pulumi/provider.proto). */
export function openService(host: PluginProvider, version: string): UntypedServiceImplementation {
  const methods = {
    ...openConfigMethods(host),
    ...openResourceMethods(host),

    async handshake(request: provider.ProviderHandshakeRequest) {
      host.greet({ address: request.getEngineAddress(), canWatch: request.getSupportsRefreshBeforeUpdate() });
      const response = new pb.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setAcceptResources(false);
      response.setAcceptOutputs(true);
      return response;
    },

    async attach(request: plugin.PluginAttach) {
      host.greet({ address: request.getAddress() });
      return new Empty();
    },

    async getPluginInfo() {
      const info = new pluginPb.PluginInfo();
      info.setVersion(version);
      return info;
    },

    async getSchema() {
      const response = new pb.GetSchemaResponse();
      response.setSchema(readSchema());
      return response;
    },

    async invoke(request: provider.InvokeRequest) {
      const given = givenIn(request.getArgs());
      const secrets = worded(secretsIn([given]), host.words);
      try {
        const invoked = await host.operations.ask((signal) => {
          const ctx = host.ctx(signal);
          const quiet = { ...ctx, log: secrets.quiet(ctx.log) };
          return invokeFunction(request.getTok(), given.props, host.functions, quiet);
        });
        const response = new pb.InvokeResponse();
        if ("failures" in invoked) {
          response.setFailuresList(invoked.failures.map((one) => callFailure(one, secrets.shown(one).reason)));
          return response;
        }
        response.setReturn(structOf(wrap(invoked.result, secrets.repeatedIn(invoked.result))));
        return response;
      } catch (error) {
        throw new Refused(faultOf(error, secrets.hide, (outputs) => outputs));
      }
    },

    async cancel() {
      host.operations.cancel();
      return new Empty();
    },
  };

  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [name, served(method as Method<unknown, unknown>)]),
  );
}
