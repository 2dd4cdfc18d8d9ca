import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { onAbort } from "./abort";
import { Overdue, type TimeBounds, withDeadline } from "./deadline";

export interface HttpRequest {
  readonly method: string;
  /** http or https; without a user in it. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

export interface HttpBounds extends TimeBounds {
  /** For the connection alone, without TLS. Default: as long as the call may take. */
  readonly connectMs?: number;
}

/** Takes the body as it comes. What `write` and `end` throw ends the call, and the connection with it. */
export interface BodySink<T> {
  write(chunk: Buffer): void;
  end(): T;
}

/** `headers`: names in lower case. */
export interface HttpHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

export interface HttpAnswer<T = Buffer> extends HttpHead {
  readonly body: T;
}

/** The longest body that is kept whole, in octets. */
export const LONGEST_BODY = 16 * 1024 * 1024;

/**
 * No whole answer came. `reason` is a clause without anything that the other side sent; `code` is Node's, or ETIMEDOUT,
 * or `too-long`.
 */
export class HttpFault extends Error {
  override readonly name = "HttpFault";
  readonly code: string;

  constructor(code: string, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** Idle connections are closed after this time, and keep no process alive. */
const IDLE_MS = 5_000;
const kept = {
  keepAlive: true,
  scheduling: "lifo",
  timeout: IDLE_MS,
  ...proxyOptions(process.env, process.execArgv),
} as const;
const agents = { "http:": new Agent(kept), "https:": new TlsAgent(kept) } as const;

/**
 * What agents of our own need where Node is told to use the proxies of the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY):
 * its own agents take them by themselves. Node 24.5, and 22.21; older ones leave the option alone. Source:
 * nodejs.org/api/http.html, built-in proxy support.
 */
export function proxyOptions(
  env: NodeJS.ProcessEnv,
  execArgv: readonly string[],
): { readonly proxyEnv?: NodeJS.ProcessEnv } {
  const flags = [...execArgv, ...(env.NODE_OPTIONS ?? "").split(/\s+/)];
  const flagged = flags.findLast((flag) => /^--(no-)?use-env-proxy$/.test(flag));
  const wanted = flagged === undefined ? env.NODE_USE_ENV_PROXY === "1" : flagged === "--use-env-proxy";
  return wanted ? { proxyEnv: env } : {};
}

/**
 * One request and its whole answer, the body included, within the bounds. Follows no redirect. The socket is destroyed
 * when the call ends in any other way than with the answer's end. Throws `HttpFault`, what the sink throws, or the signal's
 * reason.
 */
export async function exchange<T>(
  request: HttpRequest,
  bounds: HttpBounds,
  signal: AbortSignal,
  open: (head: HttpHead) => BodySink<T>,
): Promise<HttpAnswer<T>> {
  try {
    return await withDeadline(bounds, signal, (inner, renew) => send(request, bounds, inner, renew, open));
  } catch (error) {
    throw error instanceof Overdue ? new HttpFault(error.code, error.message) : error;
  }
}

function send<T>(
  { method, url, headers, body }: HttpRequest,
  { connectMs }: HttpBounds,
  inner: AbortSignal,
  renew: () => void,
  open: (head: HttpHead) => BodySink<T>,
): Promise<HttpAnswer<T>> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === "https:";
    const agent = secure ? agents["https:"] : agents["http:"];
    // Whatever is set off by it comes later: `request` is there by then.
    const options = { method, agent, headers: { "accept-encoding": "identity", ...headers } };
    const request = (secure ? tlsRequest : plainRequest)(url, options);
    let connecting: NodeJS.Timeout | undefined;
    let ended = false;
    const end = () => {
      ended = true;
      clearTimeout(connecting);
      release();
    };
    const fail = (reason: unknown) => {
      // After its end, the connection may be another request's.
      if (ended) return;
      end();
      reject(reason);
      request.destroy();
    };
    const release = onAbort(inner, () => fail(inner.reason));
    const lost = (error: Error) => fail(networkFault(error));

    request.on("socket", (socket) => {
      if (connectMs === undefined || !socket.connecting) return;
      connecting = setTimeout(
        () => fail(new HttpFault("ETIMEDOUT", `no connection within ${connectMs / 1_000} s`)),
        connectMs,
      );
      socket.once("connect", () => clearTimeout(connecting));
    });
    request.on("error", lost);
    request.on("close", () => fail(cutFault()));
    request.on("upgrade", () => fail(new HttpFault("not-http", "it wants to speak another protocol")));
    request.on("response", (response) => {
      response.on("error", lost);
      try {
        const head = { status: response.statusCode ?? 0, headers: response.headers };
        receive(response, open(head), renew, fail, (body) => {
          end();
          resolve({ ...head, body });
        });
      } catch (error) {
        fail(error);
      }
    });
    request.end(body);
  });
}

/** For each so many octets, the time begins again. */
const PROGRESS = 1024 * 1024;

function receive<T>(
  response: IncomingMessage,
  sink: BodySink<T>,
  renew: () => void,
  fail: (reason: unknown) => void,
  done: (body: T) => void,
): void {
  let fresh = 0;
  response.on("data", (chunk: Buffer) => {
    fresh += chunk.length;
    if (fresh >= PROGRESS) {
      fresh = 0;
      renew();
    }
    try {
      sink.write(chunk);
    } catch (error) {
      fail(error);
    }
  });
  response.on("end", () => {
    // What ends before its length is an error of the request as well, which tells more.
    if (!response.complete) return;
    try {
      const coding = response.headers["content-encoding"] ?? "identity";
      if (coding !== "identity") throw new HttpFault("encoded", "its answer is compressed, which was not asked for");
      done(sink.end());
    } catch (error) {
      fail(error);
    }
  });
}

/** A part of a body, in octets, that tells that its sender has not gone silent. */
const PART = 64 * 1024;

/** The same sink; `heard` is called with each part that has come. */
export function inParts<T>(sink: BodySink<T>, heard: () => void): BodySink<T> {
  let fresh = 0;
  return {
    write(chunk) {
      fresh += chunk.length;
      if (fresh >= PART) {
        fresh = 0;
        heard();
      }
      sink.write(chunk);
    },
    end: () => sink.end(),
  };
}

/** Keeps the body whole, up to the limit. */
export function keepWhole(limit: number = LONGEST_BODY): BodySink<Buffer> {
  const chunks: Buffer[] = [];
  let octets = 0;
  return {
    write(chunk) {
      octets += chunk.length;
      if (octets > limit) throw tooLong(limit);
      chunks.push(chunk);
    },
    end: () => Buffer.concat(chunks),
  };
}

export function tooLong(limit: number): HttpFault {
  return new HttpFault("too-long", `its answer is longer than ${limit / 1024} KiB`);
}

function cutFault(): HttpFault {
  return new HttpFault("ECONNRESET", "the connection was cut (ECONNRESET)");
}

/** An error of several addresses holds one of each. */
function networkFault(error: Error): HttpFault {
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const code = (inner instanceof Error && (inner as NodeJS.ErrnoException).code) || "unknown error";
  if (code === "ECONNRESET") return cutFault();
  if (/CERT|SSL|TLS|SIGNATURE|SELF_SIGNED/.test(code)) {
    return new HttpFault(code, `its TLS certificate or connection does not hold (${code})`);
  }
  if (code.startsWith("HPE_")) return new HttpFault(code, `its answer is not HTTP (${code})`);
  return new HttpFault(code, `no connection (${code})`);
}

/** Whether what is sent to the URL leaves this machine in the clear. */
export function isPlainRemote(url: URL): boolean {
  return url.protocol === "http:" && !isLoopback(url.hostname);
}

/** `hostname` as in a URL: IPv6 in brackets. */
function isLoopback(hostname: string): boolean {
  return /^(127(\.\d{1,3}){3}|\[::1\]|(.+\.)?localhost)$/i.test(hostname);
}

/** Why a text may not be one segment of a URL's path, as a clause that fits after "it"; `undefined` where it may. */
export function segmentFault(text: string): string | undefined {
  if (text === "") return "is empty";
  if (text === "." || text === "..") return `is "${text}", which leads to another path`;
  if (/[/\\?#]/.test(text)) return "holds a character that separates the parts of a URL";
  // Printable ASCII; a blank or a control character has no place in an id.
  return /^[\x21-\x7e]+$/.test(text) ? undefined : "holds blanks or characters beyond ASCII";
}
