import type * as provider from "@pulumi/pulumi/proto/provider_pb";
import { openSecrets } from "../secrets";
import { checkFailure, structOf } from "./answers";
import { givenIn } from "./given";
import type { PluginProvider } from "./provider";
import { wrap } from "./values";

const pb: typeof provider = require("@pulumi/pulumi/proto/provider_pb");

// Loaded with the first of these calls: a process that only tells the schema has none.
const loadConfig = (): typeof import("./config") => require("./config");

/** The methods for the provider's own configuration. */
export function openConfigMethods(host: PluginProvider) {
  return {
    async checkConfig(request: provider.CheckRequest) {
      const { props, paths } = givenIn(request.getNews());
      const secrets = openSecrets(paths, props);
      const { checkConfig, isDefaultProvider } = loadConfig();
      const isDefault = isDefaultProvider(request.getUrn());
      const { inputs, secrets: declared, failures, warnings } = checkConfig(props, { isDefault });
      const { log } = host.ctx(new AbortController().signal);
      for (const warning of warnings) secrets.quiet(log).warn(warning);
      const response = new pb.CheckResponse();
      response.setInputs(structOf(wrap(inputs, [...paths, ...declared])));
      response.setFailuresList(failures.map((one) => checkFailure(secrets.shown(one))));
      return response;
    },

    async diffConfig(request: provider.DiffRequest) {
      const olds = givenIn(request.getOldInputs() ?? request.getOlds());
      const { changed } = loadConfig().diffConfig(olds.props, givenIn(request.getNews()).props);
      const response = new pb.DiffResponse();
      const { DIFF_SOME, DIFF_NONE } = pb.DiffResponse.DiffChanges;
      // Without a difference the engine would configure this run with the values of the last one.
      response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setDiffsList([...changed]);
      return response;
    },

    async configure(request: provider.ConfigureRequest) {
      const { isDefaultProvider } = loadConfig();
      // An engine that tells no URN may have any provider: what it hands over stands.
      host.configure(givenIn(request.getArgs()).props, isDefaultProvider(request.getUrn() ?? ""));
      const response = new pb.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      response.setAcceptresources(false);
      response.setAcceptoutputs(true);
      return response;
    },
  };
}
