import type { Log, StatusKind } from "../core/ctx";
import { clip, LONGEST_LINE, printable } from "../core/text";
import { ENGINE_ADDRESS } from "./engine-address";

export type Send = (
  severity: "debug" | "info" | "warning" | "error",
  message: string,
  urn: string,
  ephemeral: boolean,
) => void;

/** Loaded on first use: the process that serves dynamic resources has these modules in memory already. */
function connect(address: string): Send {
  const { grpc }: typeof import("./grpc") = require("./grpc");
  const rpc: typeof import("@pulumi/pulumi/proto/engine_grpc_pb") = require("@pulumi/pulumi/proto/engine_grpc_pb");
  const pb: typeof import("@pulumi/pulumi/proto/engine_pb") = require("@pulumi/pulumi/proto/engine_pb");
  const client = new rpc.EngineClient(address, grpc.credentials.createInsecure());
  const severities = {
    debug: pb.LogSeverity.DEBUG,
    info: pb.LogSeverity.INFO,
    warning: pb.LogSeverity.WARNING,
    error: pb.LogSeverity.ERROR,
  };
  let told: Promise<unknown> = Promise.resolve();
  return (severity, message, urn, ephemeral) => {
    const request = new pb.LogRequest();
    request.setSeverity(severities[severity]);
    request.setMessage(message);
    request.setUrn(urn);
    request.setEphemeral(ephemeral);
    // The engine goes away when it likes; a line that it no longer takes is no fault of ours.
    const tell = () => new Promise<void>((resolve) => client.log(request, () => resolve()));
    // The engine takes in what comes together in any order. What stays is sent at once: nothing waits for it at the end.
    told = ephemeral ? told.then(tell) : Promise.all([told, tell()]);
  };
}

/** To the engine at an address that is looked up with the first line; without one it says nothing. */
export function openSend(address: () => string | undefined): Send {
  let connected: { readonly to: string; readonly send: Send } | undefined;
  return (...line) => {
    const to = address();
    if (to === undefined) return;
    if (connected?.to !== to) connected = { to, send: connect(to) };
    connected.send(...line);
  };
}

const sendToEngine = openSend(() => ENGINE_ADDRESS);

/** How often a CI log gets a line that tells only that time has gone by. */
const QUIET_PACE_MS = 60_000;

/** Most CI systems set `CI`; these do not. */
const CI_VARIABLES = ["CI", "CODEBUILD_BUILD_ARN", "JENKINS_URL", "TEAMCITY_VERSION", "TF_BUILD"];

/** Whether Pulumi runs in CI, where it never draws over a line. Its own test is the same, with a longer list. */
export function isCi(env: NodeJS.ProcessEnv): boolean {
  if ((env.PULUMI_DISABLE_CI_DETECTION ?? "") !== "") return false;
  return CI_VARIABLES.some((name) => !["", "0", "false", undefined].includes(env[name]?.toLowerCase()));
}

/**
 * A log whose lines stand on the resource's line in Pulumi's display. All that goes to the display goes through here, and
 * is made printable (core/text.ts).
 */
export function openEngineLog(urn: string, to: Send = sendToEngine, quiet = isCi(process.env), now = Date.now): Log {
  const send: Send = (severity, text, ...rest) => to(severity, printable(text), ...rest);
  let lastMs = 0;
  const status = (text: string, kind?: StatusKind) => {
    // There every message is a line of its own, and none replaces another.
    if (quiet && kind === "tick" && now() - lastMs < QUIET_PACE_MS) return;
    lastMs = now();
    send("info", clip(text, LONGEST_LINE), urn, true);
  };
  return {
    status,
    info(text) {
      send("info", text, urn, false);
      // While the resource is at work the display shows a message's first line only; the whole of it comes at the end.
      for (const line of text.split("\n").slice(1)) if (line !== "") status(line);
    },
    warn: (text) => send("warning", text, urn, false),
    debug: (text) => send("debug", text, urn, false),
  };
}
