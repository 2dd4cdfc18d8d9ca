import type { handleUnaryCall, ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from "@grpc/grpc-js";
import type * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import type * as provider from "@pulumi/pulumi/proto/provider_pb";
import type { Struct as StructMessage } from "google-protobuf/google/protobuf/struct_pb";
import type { Ctx } from "../../core/ctx";
import type { Props } from "../../lifecycle/lifecycle";
import { Empty } from "../grpc";
import type { Process } from "../process";
import { openSecrets, type Secrets } from "../secrets";
import { checkFailure, faultOf, propertyDiff, structOf } from "./answers";
import { checkConfig, diffConfig, isDefaultProvider } from "./config";
import type { PluginProvider } from "./provider";
import type { PluginResource } from "./resource";
import { readSchema } from "./schema";
import { unwrap, wrap } from "./values";

const pb: typeof provider = require("@pulumi/pulumi/proto/provider_pb");
const pluginPb: typeof plugin = require("@pulumi/pulumi/proto/plugin_pb");

/** After the end of an operation's time: the wait itself ends first, and says what is missing. */
const GRACE_MS = 10_000;

type Method<Request, Response> = (request: Request) => Promise<Response>;

/** Values that came from the engine: plain, with the paths of those that are secret. */
interface Given {
  readonly props: Props;
  readonly paths: readonly string[];
}

/** What one call on a resource works with. */
interface Call {
  readonly resource: PluginResource;
  readonly process: Process;
  readonly ctx: Ctx;
  readonly secrets: Secrets;
  /** Each once in a run. */
  readonly warn: (warnings: readonly string[]) => void;
}

/** The methods of `ResourceProvider` (pulumi/pulumi, proto/pulumi/provider.proto). */
export function openService(host: PluginProvider, version: string): UntypedServiceImplementation {
  const { operations } = host;

  /** `given`: what may hold secrets. `quick`: nothing is left behind, so that the call ends with its signal. */
  async function onResource<T>(
    { urn, given, quick = false, timeoutMs }: OnResource,
    work: (call: Call) => Promise<T>,
  ): Promise<T> {
    const secrets = worded(secretsIn(given), host.words);
    const wrapped = (outputs: Props) => wrap(outputs, secrets.repeatedIn(outputs));
    try {
      const { resource, process } = host.at(urn);
      const run = (signal: AbortSignal) => {
        const plain = process.ctxFor(urn, signal);
        const log = secrets.quiet(plain.log);
        const warn = (warnings: readonly string[]) => {
          for (const text of warnings) if (host.isNews(urn, text)) log.warn(text);
        };
        return work({ resource, process, ctx: { ...plain, log }, secrets, warn });
      };
      return await (quick ? operations.ask(run) : operations.run(run, timeoutMs));
    } catch (error) {
      throw new Refused(faultOf(error, secrets.hide, wrapped));
    }
  }

  const methods = {
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

    async checkConfig(request: provider.CheckRequest) {
      const { props, paths } = givenIn(request.getNews());
      const secrets = openSecrets(paths, props);
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
      const { changed } = diffConfig(olds.props, givenIn(request.getNews()).props);
      const response = new pb.DiffResponse();
      const { DIFF_SOME, DIFF_NONE } = pb.DiffResponse.DiffChanges;
      // Without a difference the engine would configure this run with the values of the last one.
      response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setDiffsList([...changed]);
      return response;
    },

    async configure(request: provider.ConfigureRequest) {
      // An engine that tells no URN may have any provider: what it hands over stands.
      host.configure(givenIn(request.getArgs()).props, isDefaultProvider(request.getUrn() ?? ""));
      const response = new pb.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      response.setAcceptresources(false);
      response.setAcceptoutputs(true);
      return response;
    },

    check(request: provider.CheckRequest) {
      const urn = request.getUrn();
      const news = givenIn(request.getNews());
      const olds = givenIn(request.getOlds());
      return onResource(
        { urn, given: [news, olds], quick: true },
        async ({ resource, process, ctx, secrets, warn }) => {
          const answer = await resource.check(news.props, olds.props, process.whoIs(urn), ctx);
          warn(answer.warnings);
          const response = new pb.CheckResponse();
          const repeated = secrets.repeatedIn(answer.inputs).filter((name) => !(name in news.props));
          response.setInputs(structOf(wrap(answer.inputs, [...news.paths, ...repeated])));
          response.setFailuresList(answer.failures.map((one) => checkFailure(secrets.shown(one))));
          return response;
        },
      );
    },

    diff(request: provider.DiffRequest) {
      const urn = request.getUrn();
      const olds = givenIn(request.getOlds());
      const oldInputs = givenIn(request.getOldInputs());
      const news = givenIn(request.getNews());
      const given = [news, olds, oldInputs];
      return onResource({ urn, given, quick: true }, async ({ resource, ctx, secrets, warn }) => {
        const question = {
          outputs: olds.props,
          oldInputs: oldInputs.props,
          inputs: news.props,
          ignored: request.getIgnorechangesList(),
        };
        const { changes, properties, failures, warnings } = await resource.diff(question, ctx);
        warn(warnings);
        if (failures.length > 0) throw new Error(failures.map((one) => secrets.shown(one).reason).join("\n"));
        const response = new pb.DiffResponse();
        const { DIFF_SOME, DIFF_NONE } = pb.DiffResponse.DiffChanges;
        response.setChanges(changes ? DIFF_SOME : DIFF_NONE);
        response.setHasdetaileddiff(true);
        for (const [path, change] of properties) response.getDetaileddiffMap().set(path, propertyDiff(change));
        const roots = [...properties.keys()].map((path) => /^[^.[]*/.exec(path)?.[0] ?? path);
        response.setDiffsList([...new Set(roots)]);
        response.setReplacesList([...properties].flatMap(([path, { replaces }]) => (replaces ? [path] : [])));
        return response;
      });
    },

    create(request: provider.CreateRequest) {
      const urn = request.getUrn();
      const news = givenIn(request.getProperties());
      const isPreview = request.getPreview();
      const timeoutMs = isPreview ? undefined : timeoutOf(request.getTimeout());
      return onResource(
        { urn, given: [news], quick: isPreview, timeoutMs: withGrace(timeoutMs) },
        async ({ resource, process, ctx, secrets }) => {
          const response = new pb.CreateResponse();
          if (isPreview) {
            const outputs = await resource.foresee(news.props, undefined, ctx);
            response.setProperties(structOf(wrap(outputs, secrets.repeatedIn(outputs))));
            return response;
          }
          const made = await resource.apply(news.props, undefined, timeoutMs, process.whoIs(urn), ctx);
          response.setId(made.id);
          response.setProperties(structOf(wrap(made.outputs, secrets.repeatedIn(made.outputs))));
          response.setRefreshBeforeUpdate(made.watched);
          return response;
        },
      );
    },

    update(request: provider.UpdateRequest) {
      const urn = request.getUrn();
      const news = givenIn(request.getNews());
      const olds = givenIn(request.getOlds());
      const isPreview = request.getPreview();
      const timeoutMs = isPreview ? undefined : timeoutOf(request.getTimeout());
      return onResource(
        { urn, given: [news, olds], quick: isPreview, timeoutMs: withGrace(timeoutMs) },
        async ({ resource, process, ctx, secrets }) => {
          const response = new pb.UpdateResponse();
          if (isPreview) {
            const outputs = await resource.foresee(news.props, olds.props, ctx);
            response.setProperties(structOf(wrap(outputs, secrets.repeatedIn(outputs))));
            return response;
          }
          const former = typeof olds.props.__urn === "string" ? olds.props.__urn : urn;
          const made = await resource.apply(news.props, olds.props, timeoutMs, process.whoIs(urn, former), ctx);
          response.setProperties(structOf(wrap(made.outputs, secrets.repeatedIn(made.outputs))));
          response.setRefreshBeforeUpdate(made.watched);
          return response;
        },
      );
    },

    read(request: provider.ReadRequest) {
      const urn = request.getUrn();
      const id = request.getId();
      const olds = givenIn(request.getProperties());
      const inputs = givenIn(request.getInputs());
      const isImport = !request.hasProperties() && !request.hasInputs();
      const timeoutMs = timeoutOf(request.getTimeout());
      return onResource(
        { urn, given: [olds, inputs], quick: true, timeoutMs },
        async ({ resource, process, ctx, secrets, warn }) => {
          const answer = isImport
            ? await resource.adopt(id, process.whoIs(urn), ctx)
            : await resource.read(id, olds.props, inputs.props, ctx);
          const response = new pb.ReadResponse();
          if (answer === undefined) return response;
          warn(answer.warnings);
          response.setId(answer.id);
          response.setProperties(structOf(wrap(answer.outputs, secrets.repeatedIn(answer.outputs))));
          response.setInputs(structOf(wrap(answer.inputs, inputs.paths)));
          response.setRefreshBeforeUpdate(answer.watched);
          return response;
        },
      );
    },

    delete(request: provider.DeleteRequest) {
      const urn = request.getUrn();
      const olds = givenIn(request.getProperties());
      const given = [olds, givenIn(request.getOldInputs())];
      return onResource(
        { urn, given, timeoutMs: withGrace(timeoutOf(request.getTimeout())) },
        async ({ resource, process, ctx }) => {
          const former = typeof olds.props.__urn === "string" ? olds.props.__urn : urn;
          await resource.remove(olds.props, process.whoIs(urn, former), ctx);
          return new Empty();
        },
      );
    },

    async cancel() {
      operations.cancel();
      return new Empty();
    },
  };

  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [name, served(method as Method<unknown, unknown>)]),
  );
}

interface OnResource {
  readonly urn: string;
  readonly given: readonly Given[];
  readonly quick?: boolean;
  readonly timeoutMs?: number | undefined;
}

/** A fault that is written for the engine already. */
class Refused extends Error {
  constructor(readonly fault: ReturnType<typeof faultOf>) {
    super(fault.details);
  }
}

function served<Request, Response>(method: Method<Request, Response>): handleUnaryCall<Request, Response> {
  return (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>) => {
    method(call.request).then(
      (response) => answer(null, response),
      (error: unknown) => answer(error instanceof Refused ? error.fault : faultOf(error, same, same)),
    );
  };
}

function same<T>(value: T): T {
  return value;
}

function givenIn(struct: StructMessage | undefined): Given {
  const { props, secrets } = unwrap((struct?.toJavaScript() ?? {}) as Props);
  return { props, paths: secrets };
}

/** The secrets of all that came with a call. */
function secretsIn(given: readonly Given[]): Secrets {
  const named = given.flatMap(({ props, paths }) => (paths.length === 0 ? [] : [{ props, paths }]));
  const [only] = named;
  if (named.length <= 1) return openSecrets(only?.paths ?? [], only?.props ?? {});
  // The first ones are the program's: their paths are those of the arguments.
  const [first, ...others] = named.map(({ props, paths }) => openSecrets(paths, props));
  return others.reduce((all, one) => also(all, one), first ?? openSecrets([], {}));
}

/** The same, and texts name settings as a user of this provider knows them. */
function worded(secrets: Secrets, words: (text: string) => string): Secrets {
  const hide = (text: string) => words(secrets.hide(text));
  return {
    ...secrets,
    hide,
    quiet: (log) => ({
      status: (text, kind) => log.status(hide(text), kind),
      info: (text) => log.info(hide(text)),
      warn: (text) => log.warn(hide(text)),
      debug: (text) => log.debug(hide(text)),
    }),
    shown(failure) {
      const { property, reason } = secrets.shown(failure);
      return { property, reason: words(reason) };
    },
  };
}

function also(one: Secrets, other: Secrets): Secrets {
  return {
    hide: (text) => other.hide(one.hide(text)),
    repeatedIn: (props) => [...new Set([...one.repeatedIn(props), ...other.repeatedIn(props)])],
    quiet: (log) => other.quiet(one.quiet(log)),
    shown(failure) {
      const { property, reason } = one.shown(failure);
      return { property, reason: other.hide(reason) };
    },
  };
}

/** Seconds; 0 stands for none. */
function timeoutOf(seconds: number): number | undefined {
  return seconds > 0 ? seconds * 1_000 : undefined;
}

function withGrace(timeoutMs: number | undefined): number | undefined {
  return timeoutMs === undefined ? undefined : timeoutMs + GRACE_MS;
}
