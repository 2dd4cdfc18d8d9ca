import type { ReadConfig } from "../../aws/settings";
import { openVerifiedEmailAddress } from "../../lifecycle/address/address";
import { openDomainIdentity, openVerifiedDomain } from "../../lifecycle/domain/domain";
import { openDomainVerification } from "../../lifecycle/domain-verification/domain-verification";
import type { Lifecycle, Ports, Props } from "../../lifecycle/lifecycle";
import { previewClients } from "../../lifecycle/observation/preview-clients";
import { readable } from "../errors";
import { openProcess, type Process } from "../process";
import { openSecrets } from "../secrets";
import { urnOf } from "../urn";
import { asEngineError, toldOnce, withUrn } from "./errors";
import { type DynamicResource, openDynamicResource } from "./resource";

/** One a process: the limits of accounts and servers hold for all kinds of resources together. */
let shared: Process | undefined;
const sharedProcess = (get: ReadConfig): Process => {
  shared ??= openProcess(get);
  return shared;
};

/**
 * What Pulumi's process for dynamic resources calls, loaded there by the one-line shim in the state. The shapes are those
 * of `pulumi.dynamic.ResourceProvider`; everything that is decided is decided in `lifecycle/`.
 */
export function openResource<Args, State>(
  open: (ports: Ports) => Lifecycle<Args, State>,
  start: (get: ReadConfig) => Process = sharedProcess,
) {
  let get: ReadConfig | undefined;
  let resource: DynamicResource | undefined;

  /** Whatever is thrown leaves by `toEngine`. */
  async function operate<T>(
    work: (parts: Process & { readonly resource: DynamicResource }) => Promise<T>,
    toEngine: (error: unknown) => Error = readable,
  ): Promise<T> {
    try {
      if (get === undefined) throw new Error("Pulumi asked for a resource before it configured the provider.");
      const process = start(get);
      resource ??= openDynamicResource(open(process.ports), previewClients(process.ports.clients).tell, process.slots);
      const parts = { ...process, resource };
      return await parts.during(() => work(parts));
    } catch (error) {
      throw toEngine(error);
    }
  }

  return {
    /** Pulumi calls others before this resolves, so what it brings is kept at once. */
    configure({ config }: { readonly config: { get(key: string): string | undefined } }): Promise<void> {
      get = (key) => config.get(key);
      return Promise.resolve();
    },

    check(olds: Props, { __secrets, ...news }: Props) {
      const secrets = openSecrets(__secrets, news);
      return operate(
        async ({ resource, ctxFor, whoIs }) => {
          const urn = urnOf(news);
          const plain = ctxFor(urn);
          const ctx = { ...plain, log: secrets.quiet(plain.log) };
          const { inputs, failures, warnings } = await resource.check(news, olds, whoIs(urn), ctx);
          for (const warning of new Set(warnings)) ctx.log.warn(warning);
          return { inputs: { ...inputs, __urn: urn }, failures: failures.map(secrets.shown) };
        },
        (error) => new Error(secrets.hide(readable(error).message)),
      );
    },

    diff: (_id: string, olds: Props, news: Props) =>
      operate(async ({ resource, ctxFor }) => {
        const ctx = ctxFor(urnOf(news));
        const { changes, replaces, warnings } = await resource.diff(olds, news, ctx);
        for (const warning of warnings) ctx.log.warn(warning);
        // From the plugin: Pulumi's process for dynamic resources finds the code by what an update puts into the outputs.
        const isMoved = olds.__urn === undefined;
        return { changes: changes || isMoved, replaces: [...replaces], deleteBeforeReplace: false };
      }),

    async create(inputs: Props) {
      const { id, outputs } = await apply(inputs, undefined);
      return { id, outs: outputs };
    },

    async update(_id: string, olds: Props, news: Props) {
      return { outs: (await apply(news, olds)).outputs };
    },

    read: (id: string, props: Props) =>
      operate(async ({ resource, ctxFor, interrupts }) => {
        const ctx = ctxFor(urnOf(props));
        const outputs = await interrupts.during(ctx.log, (log) => resource.refresh(props, { ...ctx, log }));
        return outputs === undefined ? {} : { id, props: withUrn(outputs, props) };
      }),

    delete: (_id: string, props: Props) =>
      operate(async ({ resource, ctxFor, whoIs, interrupts }) => {
        const urn = urnOf(props);
        const ctx = ctxFor(urn);
        await interrupts.during(ctx.log, (log) => resource.remove(props, whoIs(urn), { ...ctx, log }));
      }),
  };

  function apply(inputs: Props, olds: Props | undefined) {
    return operate(
      async ({ resource, ctxFor, whoIs, interrupts }) => {
        const urn = urnOf(inputs);
        // The plugin's outputs hold no URN.
        const caller = whoIs(urn, olds?.__urn === undefined ? undefined : urnOf(olds));
        const ctx = ctxFor(urn);
        const made = await interrupts.during(ctx.log, (log) => resource.apply(inputs, olds, caller, { ...ctx, log }));
        return { id: made.id, outputs: withUrn(made.outputs, inputs) };
      },
      (error) => asEngineError(error, inputs),
    );
  }
}

/** A resource as Pulumi's process gets it. Of what a create or an update throws that process writes nothing by itself. */
function served<Args, State>(open: (ports: Ports) => Lifecycle<Args, State>) {
  const resource = openResource(open);
  return {
    ...resource,
    check: (olds: Props, news: Props) => toldOnce(resource.check(olds, news)),
    diff: (id: string, olds: Props, news: Props) => toldOnce(resource.diff(id, olds, news)),
    read: (id: string, props: Props) => toldOnce(resource.read(id, props)),
    delete: (id: string, props: Props) => toldOnce(resource.delete(id, props)),
  };
}

export const verifiedDomain = served(openVerifiedDomain);
export const domainIdentity = served(openDomainIdentity);
export const verifiedEmailAddress = served(openVerifiedEmailAddress);
export const domainVerification = served(openDomainVerification);
