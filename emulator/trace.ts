import { debuglog } from "node:util";

const log = debuglog("sesdomain-emulator");

/** Writes an unexpected error with its stack to stderr where NODE_DEBUG=sesdomain-emulator asks for it. */
export function trace(error: unknown): void {
  log("%s", error instanceof Error ? (error.stack ?? error.message) : String(error));
}
