import { createSocket } from "node:dgram";
import { createConnection, isIPv6 } from "node:net";

const PATIENCE_MS = 3_000;

/** The datagram's answer as it came; undefined where none comes. */
export function exchangeUdp(address: string, port: number, bytes: Buffer): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    const end = (reply?: Buffer) => {
      clearTimeout(timer);
      socket.close(() => resolve(reply));
    };
    const timer = setTimeout(end, PATIENCE_MS);
    socket.once("error", () => end());
    socket.once("message", end);
    socket.send(bytes, port, address);
  });
}

/** The first answer over a connection of its own; undefined where it ends without one. */
export function exchangeTcp(address: string, port: number, bytes: Buffer): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: address, port });
    let received = Buffer.alloc(0);
    let reply: Buffer | undefined;
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(reply));
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      reply = received.subarray(2, 2 + received.readUInt16BE(0));
      socket.destroy();
    });
    socket.write(Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]));
  });
}
