import { connect } from "node:net";

const AGAIN_MS = 1_000;

/**
 * Calls `gone` once the engine, which has been reached at `address` before, cannot be reached any more: one that is killed
 * ends none of its providers. Keeps no process alive.
 */
export function watchEngine(address: string, gone: () => void): void {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[|\]$/g, "");
  const port = Number(address.slice(colon + 1));
  let reached = false;

  function look(): void {
    let refused = false;
    // An idle connection: the system closes it with the engine. One that says nothing is closed by the engine after minutes.
    const socket = connect({ host, port });
    socket.unref();
    socket.on("connect", () => {
      reached = true;
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      refused = error.code === "ECONNREFUSED";
    });
    socket.on("close", () => {
      if (refused && reached) return gone();
      setTimeout(look, AGAIN_MS).unref();
    });
    socket.resume();
  }
  look();
}
