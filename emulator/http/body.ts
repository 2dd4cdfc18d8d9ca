import type { IncomingMessage } from "node:http";

const LARGEST_BODY = 1 << 20;
/** A sender that is still at it after so much is cut off; up to there it is read, since many read no answer before. */
const LARGEST_DRAINED = 1 << 26;

/** A body of at most 1 MiB, or that it is larger; resolves once the sender is done. Rejects where the connection breaks. */
export function readBody(incoming: IncomingMessage): Promise<Buffer | "too large"> {
  return new Promise((resolve, reject) => {
    const { socket } = incoming;
    let chunks: Buffer[] = [];
    let size = 0;
    incoming.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LARGEST_BODY) chunks.push(chunk);
      else chunks = [];
      if (size > LARGEST_DRAINED) socket.destroy();
    });
    incoming.on("end", () => resolve(size > LARGEST_BODY ? "too large" : Buffer.concat(chunks)));
    incoming.on("error", reject);
    incoming.on("close", () => reject(new RangeError("the connection closed before the request was whole")));
  });
}
