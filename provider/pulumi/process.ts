import { setMaxListeners } from "node:events";
import type { Reader } from "../aws/hints";
import { type Clock, systemClock } from "../core/clock";
import type { Ctx } from "../core/ctx";
import { SesError } from "../core/errors";
import { oneOf } from "../core/suggest";
import { clip } from "../core/text";
import { PREVIEW_CHECKS, type PreviewCheck } from "../lifecycle/arguments/types";
import { openRun } from "../lifecycle/identity/run";
import type { Caller, Ports } from "../lifecycle/lifecycle";
import { openPreviewCache } from "../lifecycle/observation/preview-cache";
import { openClients } from "./clients";
import { ENGINE_ADDRESS } from "./engine-address";
import { openEngineLog, type Send } from "./engine-log";
import { watchEngine } from "./engine-watch";
import { type InterruptNote, openInterruptNote } from "./interrupt-note";
import { openSlots, type Slots, slotsOf } from "./slots";
import { openStop, type Stop } from "./stop";
import { formerMarkOf, stackOf, userOf } from "./urn";

/** What all resources of one provider process share. */
export interface Process {
  /** Every operation runs in it. */
  readonly during: Stop["during"];
  readonly ports: Ports;
  /** AWS and DNS, for what is asked outside of resources. */
  readonly opened: ReturnType<typeof openClients>;
  readonly interrupts: InterruptNote;
  readonly slots: Slots;
  /** `signal`: of the operation; default: of the process. */
  ctxFor(urn: string, signal?: AbortSignal): Ctx;
  /** `formerUrn`: the one in the state, where there is a state. */
  whoIs(urn: string, formerUrn?: string): Caller;
}

export interface ProcessOptions {
  /** Default: one that ends this process as its engine does. */
  readonly stop?: Stop;
  /** Default: to the engine of this process. */
  readonly send?: Send;
  /** Where faults are read; default: at a program whose stack config arrives here as a whole. */
  readonly reader?: Reader;
  /** Default: of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** Stack config, by full key. Read when it is needed: Pulumi has one provider process configure several kinds of resources at once. */
export function openProcess(
  get: (key: string) => string | undefined,
  { stop = openWatchedStop(), send, reader, env = process.env, clock = systemClock }: ProcessOptions = {},
): Process {
  const opened = openClients(get, env, reader);
  const { clients, defaults } = opened;
  const { signal, during } = stop;
  // One signal for all that runs at once: a thousand waiting domains are no leak.
  setMaxListeners(0, signal);
  const run = openRun();
  return {
    during,
    opened,
    interrupts: openInterruptNote(clock),
    slots: openSlots(slotsOf(env)),
    ports: {
      clients,
      cache: openPreviewCache(),
      defaults,
      previewCheck: previewCheckOf(get("sesdomain:previewCheck")),
    },
    ctxFor(urn, own = signal) {
      return { clock, log: openEngineLog(urn, send), signal: own, owner: stackOf(urn) };
    },
    whoIs: (urn, formerUrn = urn) => ({
      user: userOf(urn).user,
      formerMark: formerMarkOf(formerUrn),
      claim: (arn) => run.declare(arn, urn),
      hold: run.hold,
      keeps: run.keeps,
      meet: run.meet,
      hasMet: run.hasMet,
      settling: run.settling,
    }),
  };
}

/** Ends also where the engine is killed, which interrupts nothing. */
function openWatchedStop(): Stop {
  const stop = openStop();
  if (ENGINE_ADDRESS !== undefined) watchEngine(ENGINE_ADDRESS, () => stop.end("The engine has ended."));
  return stop;
}

/** Throws `SesError` `config-invalid`: a watch that is misspelt would watch nothing. */
function previewCheckOf(text: string | undefined): PreviewCheck | undefined {
  const mode = PREVIEW_CHECKS.find((one) => one === text?.trim());
  if (mode !== undefined || text === undefined) return mode;
  throw new SesError("config-invalid", `The config key sesdomain:previewCheck is "${clip(text, 40)}".`, {
    hint: `It must be ${oneOf(PREVIEW_CHECKS)}: pulumi config set sesdomain:previewCheck strict`,
  });
}
