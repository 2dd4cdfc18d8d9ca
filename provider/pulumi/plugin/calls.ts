import type { handleUnaryCall, ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type { Ctx } from "../../core/ctx";
import type { Props } from "../../lifecycle/lifecycle";
import type { Process } from "../process";
import type { Secrets } from "../secrets";
import { faultOf } from "./answers";
import { type Given, secretsIn, worded } from "./given";
import type { PluginProvider } from "./provider";
import type { PluginResource } from "./resource";
import { wrap } from "./values";

export type Method<Request, Response> = (request: Request) => Promise<Response>;

/** What one call on a resource works with. */
interface Call {
  readonly resource: PluginResource;
  readonly process: Process;
  readonly ctx: Ctx;
  readonly secrets: Secrets;
  /** Each once in a run. */
  readonly warn: (warnings: readonly string[]) => void;
}

interface OnResource {
  readonly urn: string;
  /** What may hold secrets, the program's arguments first. */
  readonly given: readonly Given[];
  /** Nothing is left behind, so that the call ends with its signal. */
  readonly quick?: boolean;
  readonly timeoutMs?: number | undefined;
}

export type OnResourceCall = <T>(on: OnResource, work: (call: Call) => Promise<T>) => Promise<T>;

/** Calls on one resource: each with a signal, the secrets that came with it, and a log that quotes none of them. */
export function openResourceCalls(host: PluginProvider): OnResourceCall {
  const { operations } = host;
  return async ({ urn, given, quick = false, timeoutMs }, work) => {
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
  };
}

/** A fault that is written for the engine already. */
export class Refused extends Error {
  constructor(readonly fault: ReturnType<typeof faultOf>) {
    super(fault.details);
  }
}

/** As gRPC calls it. */
export function served<Request, Response>(method: Method<Request, Response>): handleUnaryCall<Request, Response> {
  return (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>) => {
    // What a method throws before it waits is a rejection too.
    Promise.resolve(call.request)
      .then(method)
      .then(
        (response) => answer(null, response),
        (error: unknown) => answer(error instanceof Refused ? error.fault : faultOf(error, same, same)),
      );
  };
}

function same<T>(value: T): T {
  return value;
}
