import type * as provider from "@pulumi/pulumi/proto/provider_pb";
import type { Props } from "../../lifecycle/lifecycle";
import { Empty } from "../grpc";
import { checkFailure, propertyDiff, structOf } from "./answers";
import { openResourceCalls } from "./calls";
import { givenIn } from "./given";
import type { PluginProvider } from "./provider";
import { wrap } from "./values";

const pb: typeof provider = require("@pulumi/pulumi/proto/provider_pb");

/** After the end of an operation's time: the wait itself ends first, and says what is missing. */
const GRACE_MS = 10_000;

/** The methods for one resource. */
export function openResourceMethods(host: PluginProvider) {
  const onResource = openResourceCalls(host);
  /** URNs of the resources that a program declares. */
  const declared = new Set<string>();
  return {
    check(request: provider.CheckRequest) {
      const urn = request.getUrn();
      declared.add(urn);
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
      const given = [news, oldInputs];
      return onResource({ urn, given, quick: true }, async ({ resource, ctx, secrets, warn }) => {
        const question = {
          id: request.getId(),
          outputs: olds.props,
          oldInputs: oldInputs.props,
          inputs: news.props,
          ignored: request.getIgnorechangesList(),
          declared: declared.has(urn),
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
      const oldInputs = givenIn(request.getOldInputs());
      const isPreview = request.getPreview();
      const timeoutMs = isPreview ? undefined : timeoutOf(request.getTimeout());
      return onResource(
        { urn, given: [news, oldInputs], quick: isPreview, timeoutMs: withGrace(timeoutMs) },
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
      // By a program's `get`, some properties may be given.
      const isImport = Object.keys(inputs.props).length === 0 && !isState(olds.props);
      const timeoutMs = timeoutOf(request.getTimeout());
      return onResource(
        { urn, given: [inputs], quick: true, ...(isImport && { timeoutMs }) },
        async ({ resource, process, ctx, secrets, warn }) => {
          const answer = isImport
            ? await resource.adopt(id, process.whoIs(urn), ctx)
            : await resource.read(id, olds.props, inputs.props, timeoutMs, ctx);
          const response = new pb.ReadResponse();
          if (answer === undefined) return response;
          warn(answer.warnings);
          response.setId(answer.id);
          // What the engine keeps as a secret for another reason stays one.
          const kept = olds.paths.filter((path) => path in answer.outputs);
          response.setProperties(structOf(wrap(answer.outputs, [...secrets.repeatedIn(answer.outputs), ...kept])));
          response.setInputs(structOf(wrap(answer.inputs, inputs.paths)));
          response.setRefreshBeforeUpdate(answer.watched);
          return response;
        },
      );
    },

    delete(request: provider.DeleteRequest) {
      const urn = request.getUrn();
      const olds = givenIn(request.getProperties());
      const given = [request.hasOldInputs() ? givenIn(request.getOldInputs()) : olds];
      return onResource(
        { urn, given, timeoutMs: withGrace(timeoutOf(request.getTimeout())) },
        async ({ resource, process, ctx }) => {
          const former = typeof olds.props.__urn === "string" ? olds.props.__urn : urn;
          await resource.remove(olds.props, process.whoIs(urn, former), ctx);
          return new Empty();
        },
      );
    },
  };
}

/** Whether the outputs were written by this package. */
function isState(outputs: Props): boolean {
  return outputs.__state !== undefined || outputs.domains !== undefined;
}

/** Seconds; 0 stands for none. */
function timeoutOf(seconds: number): number | undefined {
  return seconds > 0 ? seconds * 1_000 : undefined;
}

function withGrace(timeoutMs: number | undefined): number | undefined {
  return timeoutMs === undefined ? undefined : timeoutMs + GRACE_MS;
}
