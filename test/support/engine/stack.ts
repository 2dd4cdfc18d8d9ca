import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  type Deployment,
  type DiagnosticEvent,
  type EngineEvent,
  LocalWorkspace,
  type LocalWorkspaceOptions,
  type OpMap,
  type ProjectSettings,
  type PulumiCommand,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation";
import { type Leader, lead, type Ran, type Target } from "./process";
import { cleanEnvironment, engine, fileUrl, root } from "./setup";

const OWN_PLUGIN = join(__dirname, "plugin", "bin");
const QUICK_CLOCK = join(__dirname, "quick-clock.cjs");
const passphrase = "not-a-secret";

export type Operation = "up" | "preview" | "refresh" | "destroy";
export type Config = Readonly<Record<string, string | { readonly secret: string }>>;

export interface StackSettings {
  readonly program: PulumiFn;
  readonly config?: Config;
  /** For the engine and the provider, over what `cleanEnvironment` leaves; the program itself runs in this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly project?: string;
  readonly stack?: string;
  /** The folder with the plugin that Pulumi.yaml names; null: it names none. Default: one that runs the compiled sources. */
  readonly pluginFolder?: string | null;
  /** The stack stands next to this one: in its backend, folder and project. */
  readonly sameFolderAs?: EngineStack;
  /** The provider's pauses last as long as they do for a user. */
  readonly realTime?: boolean;
  /** Names the config as the provider of the run gets it. */
  readonly toConfig?: (config: Config) => Config;
}

export interface OperationOptions {
  /** Shows each property that changes. */
  readonly diff?: boolean;
  /** `stdout` has colours, as on a terminal. */
  readonly colours?: boolean;
  /** Exits 7 where anything would change. `up` and `preview`. */
  readonly expectNoChanges?: boolean;
  /** Reads every resource first. `up` and `preview`. */
  readonly refresh?: boolean;
  readonly parallel?: number;
  /** URNs of resources to replace. `up` and `preview`. */
  readonly replace?: string[];
  /** URNs of the only resources to touch. */
  readonly target?: string[];
  /** Runs the program too. `destroy`; `refresh`. */
  readonly runProgram?: boolean;
  /**
   * What the engine, the program and the provider log, up to this verbosity, comes to `stderr`, and debug messages to the
   * display. From 9 on the engine writes the stack's config into its log, secrets in the clear.
   */
  readonly debug?: number;
  /** Forgets creations that were interrupted. `refresh` only. */
  readonly clearPendingCreates?: boolean;
}

/** How an operation went. It also comes of one that failed: then `failed` is true and `stdout` says why. */
export interface EngineRun {
  readonly failed: boolean;
  /** null where it was killed. */
  readonly exitCode: number | null;
  /** What a person reads, without colours. */
  readonly stdout: string;
  readonly stderr: string;
  /** Steps by kind, such as `{ create: 2, same: 1 }`; the stack itself counts as one. Empty where it ended early. */
  readonly changes: OpMap;
  /** The stack's outputs after `up`, secrets in the clear; empty after the others and after a failure. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly events: readonly EngineEvent[];
  /** Messages of the engine, the program and the provider, also those that only a terminal's status line shows. */
  readonly diagnostics: readonly DiagnosticEvent[];
}

/** An operation on its way. */
export interface Running {
  /** Process id of the `pulumi` program. */
  readonly pid: number;
  /** Standard output and error so far. */
  output(): string;
  events(): readonly EngineEvent[];
  /** SIGKILL, to the engine and the provider at once. The stack then holds a lock: `cancel` removes it. */
  kill(): void;
  /** Another signal to the engine, to its plugins or to both. The program runs in this process and gets none. */
  signal(name: NodeJS.Signals, target: Target): void;
  /** What still runs of what the engine has started; see `Leader`. */
  left(): readonly string[];
  readonly done: Promise<EngineRun>;
}

export interface EngineStack {
  /** The folder that the provider runs in: inside the tree, removed by `close`. */
  readonly workDir: string;
  up(options?: OperationOptions): Promise<EngineRun>;
  preview(options?: OperationOptions): Promise<EngineRun>;
  refresh(options?: OperationOptions): Promise<EngineRun>;
  destroy(options?: OperationOptions): Promise<EngineRun>;
  /** Starts an operation; resolves once its `pulumi` runs. One at a time for a stack. */
  spawn(operation: Operation, options?: OperationOptions): Promise<Running>;
  spawnUp(options?: OperationOptions): Promise<Running>;
  changeProgram(program: PulumiFn): void;
  /** Replaces environment values for the operations that follow; undefined removes one. */
  changeEnv(env: Readonly<Record<string, string | undefined>>): void;
  changeConfig(config: Config): Promise<void>;
  /** `pulumi stack rename`: what is left out stays. With another project the program's project is another one from then on. */
  rename(to: { readonly stack?: string; readonly project?: string }): Promise<void>;
  /** Any other command, such as `state taint URN --yes`, in the stack's folder. Throws where it fails. */
  command(...args: readonly string[]): Promise<Ran>;
  /** What a shell would run for the stack, such as `pulumi up`: with a terminal, since `--non-interactive` is left out. */
  inShell(...args: readonly string[]): ShellCommand;
  outputs(): Promise<Readonly<Record<string, unknown>>>;
  /** The state as a file of it would be; `deployment.resources` and, after a kill, `deployment.pending_operations`. */
  exportState(): Promise<Deployment>;
  importState(state: Deployment): Promise<void>;
  /** Removes the lock of an operation that was killed (`pulumi cancel`). */
  cancel(): Promise<void>;
  /** Ends what still runs and removes every file. */
  close(): Promise<void>;
}

export interface ShellCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * A stack of its own on the real engine: its own state, its own `PULUMI_HOME`, so that several can work at once, also
 * in several processes. The engine is looked for, and got where it is missing, by `scripts/engine.mjs`.
 */
export async function openStack(settings: StackSettings): Promise<EngineStack> {
  const base = await engine();
  mkdirSync(join(root, ".tmp"), { recursive: true });
  const workDir = settings.sameFolderAs?.workDir ?? mkdtempSync(join(root, ".tmp", "stack-"));
  const home = join(workDir, "home");
  const state = join(workDir, "state");
  for (const folder of [home, state]) mkdirSync(folder, { recursive: true });

  let project = settings.project ?? "sesdomain-test";
  let stackName = settings.stack ?? "test";
  const ownEnv = new Map<string, string>(Object.entries(settings.env ?? {}));
  let program = settings.program;
  let running: Leader | undefined;
  let onLeader: ((leader: Leader) => void) | undefined;
  const operations: Ran[] = [];
  const quickened = settings.realTime ? {} : { NODE_OPTIONS: `--require ${JSON.stringify(QUICK_CLOCK)}` };

  const run = async (args: readonly string[], cwd: string, env: Env, onOut?: Sink, onErr?: Sink) => {
    running = lead(base.command, [...args, "--non-interactive"], {
      cwd,
      env: {
        ...cleanEnvironment(workDir),
        ...quickened,
        ...env,
        ...Object.fromEntries(ownEnv),
        PULUMI_AUTOMATION_API: "true",
      },
      ...(onOut && { onStdout: onOut }),
      ...(onErr && { onStderr: onErr }),
    });
    onLeader?.(running);
    const result = await running.ended;
    running = undefined;
    if (isOperation(args[0])) operations.push(result);
    if (result.exitCode !== 0) throw new PulumiFailed(args, result);
    return { ...result, code: 0 };
  };
  const command: PulumiCommand = Object.create(base, { run: { value: run } });
  const environment = { PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_BACKEND_URL: fileUrl(state) };
  const named = () => ({ stackName, projectName: project, program: () => program() });
  const placed = (): LocalWorkspaceOptions => ({
    workDir,
    pulumiHome: home,
    pulumiCommand: command,
    projectSettings: projectFile(project, fileUrl(state), settings.pluginFolder),
    envVars: environment,
  });
  let stack = await LocalWorkspace.createStack(named(), placed());
  const setConfig = (config: Config) => configure(stack, settings.toConfig?.(config) ?? config);
  if (settings.config) await setConfig(settings.config);

  async function operate(operation: Operation, options: OperationOptions, events: EngineEvent[]): Promise<EngineRun> {
    const before = operations.length;
    const given = {
      ...options,
      debug: options.debug !== undefined,
      ...(options.debug !== undefined && { logVerbosity: options.debug, logFlow: true, logToStdErr: true }),
      color: options.colours ? ("always" as const) : ("never" as const),
      onEvent: (event: EngineEvent) => void events.push(event),
    };
    let outputs: Record<string, unknown> = {};
    try {
      if (operation === "up") outputs = plain((await stack.up(given)).outputs);
      else await stack[operation](given);
    } catch (error) {
      // What failed before or after the operation itself is a fault of this file or of the machine.
      if (!(error instanceof PulumiFailed) || !isOperation(error.args[0])) throw error;
    }
    const end = operations[before];
    if (end === undefined) throw new Error(`pulumi ${operation} did not run`);
    return {
      failed: end.exitCode !== 0,
      exitCode: end.exitCode,
      stdout: end.stdout,
      stderr: end.stderr,
      changes: events.find((event) => event.summaryEvent)?.summaryEvent?.resourceChanges ?? {},
      outputs,
      events,
      diagnostics: events.flatMap((event) => event.diagnosticEvent ?? []),
    };
  }

  async function spawn(operation: Operation, options: OperationOptions = {}): Promise<Running> {
    const events: EngineEvent[] = [];
    const started = new Promise<Leader>((resolve) => {
      onLeader = (leader) => {
        onLeader = undefined;
        resolve(leader);
      };
    });
    const done = operate(operation, options, events);
    const leader = await Promise.race([started, done.then(() => undefined)]);
    if (leader === undefined) throw new Error(`pulumi ${operation} did not start`);
    const { pid, output, kill, signal, left } = leader;
    return { pid, output, kill, signal, left, events: () => events, done };
  }

  const runCommand = (...args: readonly string[]): Promise<Ran> =>
    run(args, workDir, { PULUMI_HOME: home, ...environment });

  return {
    workDir,
    up: (options = {}) => operate("up", options, []),
    preview: (options = {}) => operate("preview", options, []),
    refresh: (options = {}) => operate("refresh", options, []),
    destroy: (options = {}) => operate("destroy", options, []),
    spawn,
    spawnUp: (options) => spawn("up", options),
    changeProgram(next) {
      program = next;
    },
    changeEnv(env) {
      for (const [name, value] of Object.entries(env)) {
        if (value === undefined) ownEnv.delete(name);
        else ownEnv.set(name, value);
      }
    },
    changeConfig: setConfig,
    outputs: async () => plain(await stack.outputs()),
    async rename(to) {
      const before = stackName;
      project = to.project ?? project;
      stackName = to.stack ?? stackName;
      await runCommand("stack", "rename", `organization/${project}/${stackName}`, "--stack", before);
      stack = await LocalWorkspace.selectStack(named(), placed());
    },
    command: runCommand,
    inShell: (...args) => ({
      command: base.command,
      args: [...args, "--stack", stackName],
      cwd: workDir,
      env: {
        ...cleanEnvironment(workDir),
        PULUMI_HOME: home,
        PULUMI_DISABLE_CI_DETECTION: "true",
        ...environment,
        ...Object.fromEntries(ownEnv),
      },
    }),
    exportState: () => stack.exportStack(),
    importState: (deployment) => stack.importStack(deployment),
    cancel: () => stack.cancel(),
    async close() {
      const left = running;
      left?.kill();
      await left?.ended;
      rmSync(workDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Pulumi.yaml. The plugin is named there by its folder: found on PATH instead, the engine says so in each run. */
function projectFile(name: string, url: string, plugin: string | null = OWN_PLUGIN): ProjectSettings {
  const providers = plugin === null ? [] : [{ name: "sesdomain", path: plugin }];
  return Object.assign({ name, runtime: "nodejs" as const, backend: { url } }, { plugins: { providers } });
}

type Sink = (text: string) => void;
type Env = Readonly<Record<string, string>>;

class PulumiFailed extends Error {
  override readonly name = "PulumiFailed";
  constructor(
    readonly args: readonly string[],
    ran: Ran,
  ) {
    super(`pulumi ${args.join(" ")}: exit ${ran.exitCode}\n${ran.stdout}\n${ran.stderr}`);
  }
}

function isOperation(word: string | undefined): boolean {
  return word === "up" || word === "preview" || word === "refresh" || word === "destroy";
}

async function configure(stack: Stack, config: Config): Promise<void> {
  const entries = Object.entries(config).map(
    ([key, value]) => [key, typeof value === "string" ? { value } : { value: value.secret, secret: true }] as const,
  );
  await stack.setAllConfig(Object.fromEntries(entries));
}

function plain(outputs: Readonly<Record<string, { readonly value: unknown }>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}
