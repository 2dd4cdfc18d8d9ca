import { Socket } from "node:dgram";

/** The bit of a DNS header that makes it a response (RFC 1035 section 4.1.1). */
const RESPONSE = 0x80;

/**
 * Runs `ask` and counts the DNS questions that this process sends over UDP meanwhile, those of an emulated recursive
 * resolver among them.
 */
export async function countQuestions<T>(
  ask: () => Promise<T>,
): Promise<{ readonly result: T; readonly questions: number }> {
  let questions = 0;
  const { send } = Socket.prototype;
  Socket.prototype.send = new Proxy(send, {
    apply(target, socket, args: unknown[]) {
      const [message] = args;
      if (Buffer.isBuffer(message) && ((message[2] ?? 0) & RESPONSE) === 0) questions += 1;
      Reflect.apply(target, socket, args);
    },
  });
  try {
    return { result: await ask(), questions };
  } finally {
    Socket.prototype.send = send;
  }
}
