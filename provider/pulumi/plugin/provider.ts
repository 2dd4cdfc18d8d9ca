import type { ReadConfig } from "../../aws/settings";
import { type Clock, systemClock } from "../../core/clock";
import type { Ctx } from "../../core/ctx";
import { SesError } from "../../core/errors";
import { clip } from "../../core/text";
import type { Props } from "../../lifecycle/lifecycle";
import { openSend, type Send } from "../engine-log";
import type { Process } from "../process";
import type { Stop } from "../stop";
import type { FunctionPorts } from "./functions/declaration";
import { type Operations, openOperations } from "./operations";
import type { PluginResource } from "./resource";

/*
 * Loaded with the first configuration, resource or function, since they bring all that one needs. A process that only tells the
 * schema starts without them, and YAML programs start one for that alone.
 */
const loadClients = (): typeof import("../clients") => require("../clients");
const loadConfig = (): typeof import("./config") => require("./config");
const loadConfigWords = (): typeof import("./config-words") => require("./config-words");
const loadKinds = (): typeof import("./kinds") => require("./kinds");
const loadPreviewClients = (): typeof import("../../lifecycle/observation/preview-clients") =>
  require("../../lifecycle/observation/preview-clients");
const loadProcess = (): typeof import("../process") => require("../process");

/** One process of the plugin: it serves one provider of one stack. */
export interface PluginProvider {
  readonly operations: Operations;
  /** Where the engine takes log lines, and whether it can read resources before a preview. */
  greet(engine: { readonly address?: string; readonly canWatch?: boolean }): void;
  /** `configured`: plain values. */
  configure(configured: Props, isDefault: boolean): void;
  /** The resource of that URN, and what it shares with the others. Throws where the plugin is not configured, or has no such type. */
  at(urn: string): { readonly resource: PluginResource; readonly process: Process };
  /** Whether a warning of that resource is told the first time in this run: several calls of the engine see the same. */
  isNews(urn: string, text: string): boolean;
  /** A text with settings named as this provider has them. */
  words(text: string): string;
  readonly functions: FunctionPorts;
  /** A context whose lines stand with the stack. */
  ctx(signal: AbortSignal): Ctx;
}

export interface ProviderOptions {
  readonly stop: Stop;
  readonly env: NodeJS.ProcessEnv;
  readonly engineAddress?: string | undefined;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: to the engine. */
  readonly send?: Send;
}

export function openProvider({
  stop,
  env,
  engineAddress,
  clock = systemClock,
  ...options
}: ProviderOptions): PluginProvider {
  const operations = openOperations(stop);
  const resources = new Map<string, PluginResource>();
  const told = new Set<string>();
  let address = engineAddress;
  let canWatch = false;
  let opened: Process | undefined;
  let reader: ReadConfig | undefined;
  let words: ((text: string) => string) | undefined;
  const send = options.send ?? openSend(() => address);

  function read(): ReadConfig {
    if (reader === undefined) throw new Error("Pulumi asked for a resource before it configured the provider.");
    return reader;
  }

  function process(): Process {
    opened ??= loadProcess().openProcess(read(), { stop, send, reader: "plugin", env, clock });
    return opened;
  }

  function resourceOf(type: string): PluginResource {
    const known = resources.get(type);
    if (known !== undefined) return known;
    const { KINDS } = loadKinds();
    const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
    if (kind === undefined) throw unknownType(type, Object.keys(KINDS));
    const { ports, slots } = process();
    const { tell } = loadPreviewClients().previewClients(ports.clients);
    const fresh = kind.open({ ports, slots, tell, canWatch: () => canWatch });
    resources.set(type, fresh);
    return fresh;
  }

  return {
    operations,
    greet(engine) {
      address = engine.address || address;
      canWatch = engine.canWatch ?? canWatch;
      operations.reopen();
    },
    configure(configured, isDefault) {
      reader = loadConfig().configReader(configured, { isDefault, env });
      words = loadConfigWords().openConfigWords({ isDefault });
      opened = undefined;
      resources.clear();
      told.clear();
    },
    at: (urn) => ({ resource: resourceOf(typeOf(urn)), process: process() }),
    isNews(urn, text) {
      const key = `${urn} ${text}`;
      const isFirst = !told.has(key);
      told.add(key);
      return isFirst;
    },
    words(text) {
      words ??= loadConfigWords().openConfigWords({ isDefault: true });
      return words(text);
    },
    // With the resources' connections and quotas: what is asked together travels together.
    functions: { open: () => loadClients().openForOneLook(process().opened), env },
    ctx: (signal) => ({
      clock,
      signal,
      log: {
        status() {},
        info: (text) => send("info", text, "", false),
        warn: (text) => send("warning", text, "", false),
        debug: (text) => send("debug", text, "", false),
      },
    }),
  };
}

/** Of a child of a component the type is the last of a chain, `parent$own`. */
function typeOf(urn: string): string {
  const [, , types = ""] = urn.replace(/^urn:pulumi:/, "").split("::");
  return types.split("$").at(-1) ?? "";
}

function unknownType(type: string, known: readonly string[]): SesError {
  return new SesError("unsupported", `pulumi-sesdomain has no resource of type "${clip(type, 80)}".`, {
    hint: `It has ${known.join(", ")}.`,
  });
}
