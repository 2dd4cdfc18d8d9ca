import { type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { onAbort } from "./abort";
import { type Network, type Route, routeTo, stopOf } from "./agents";
import { Overdue, type TimeBounds, withDeadline } from "./deadline";
import { cutFault, HttpFault, keepCertificate, networkFault } from "./http-fault";
import { isLoopback, proxyRefusal, proxySilence } from "./proxy";

export { HttpFault, httpFaultIn } from "./http-fault";

export interface HttpRequest {
  readonly method: string;
  /** http or https; without a user in it. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** Default: the proxies of the environment, and whom Node trusts. */
  readonly network?: Network | undefined;
}

export interface HttpBounds extends TimeBounds {
  /** For the connection alone, without TLS; twice as long for one by a proxy. Default: as long as the call may take. */
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
  const way: Way = { open: false };
  try {
    return await withDeadline(bounds, signal, async (inner, renew) => {
      way.route = await routeTo(request.url, request.network);
      return send(request, way.route, way, bounds, inner, renew, open);
    });
  } catch (error) {
    if (!(error instanceof Overdue)) throw error;
    const { proxy } = way.route ?? {};
    throw proxy !== undefined && !way.open
      ? proxySilence(proxy, `within ${error.ms / 1_000} s`)
      : new HttpFault(error.code, error.message);
  }
}

/** How far a request has come. */
interface Way {
  route?: Route;
  /** Whether there is a connection, by the proxy where there is one. */
  open: boolean;
}

function send<T>(
  { method, url, headers, body }: HttpRequest,
  { agent, proxy }: Route,
  way: Way,
  { connectMs }: HttpBounds,
  inner: AbortSignal,
  renew: () => void,
  open: (head: HttpHead) => BodySink<T>,
): Promise<HttpAnswer<T>> {
  return new Promise((resolve, reject) => {
    // Whatever is set off by it comes later: `request` is there by then.
    const options = { method, agent, headers: { "accept-encoding": "identity", ...headers } };
    const request = (url.protocol === "https:" ? tlsRequest : plainRequest)(url, options);
    const stop = stopOf(request);
    let certificate: ReturnType<typeof keepCertificate> = () => undefined;
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
      stop();
    };
    const release = onAbort(inner, () => fail(inner.reason));
    const lost = (error: Error) => {
      const fault = networkFault(error, url, certificate());
      fail(proxy === undefined || way.open ? fault : proxySilence(proxy, fault.code));
    };
    const connectWithin = (ms: number) => {
      const late = `no connection within ${ms / 1_000} s`;
      connecting = setTimeout(
        () => fail(proxy === undefined ? new HttpFault("ETIMEDOUT", late) : proxySilence(proxy, late)),
        ms,
      );
    };
    const connected = () => {
      way.open = true;
      clearTimeout(connecting);
    };

    if (proxy !== undefined && connectMs !== undefined) connectWithin(2 * connectMs);
    request.on("proxyConnect", ({ statusCode = 200 }: { readonly statusCode?: number }) => {
      if (proxy !== undefined && statusCode !== 200) fail(proxyRefusal(proxy, url, statusCode));
      else connected();
    });
    request.on("socket", (socket) => {
      certificate = keepCertificate(socket);
      if (proxy !== undefined || !socket.connecting) {
        connected();
        return;
      }
      if (connectMs !== undefined) connectWithin(connectMs);
      socket.once("connect", connected);
    });
    request.on("error", lost);
    request.on("close", () => fail(cutFault()));
    request.on("upgrade", () => fail(new HttpFault("not-http", "it requires another protocol", IN_ANSWER)));
    request.on("response", (response) => {
      response.on("error", lost);
      try {
        const head = { status: response.statusCode ?? 0, headers: response.headers };
        // Of a request that it was handed whole, a proxy says so in its own name (RFC 9110 section 15.5.8).
        if (proxy !== undefined && head.status === 407) throw proxyRefusal(proxy, url, head.status);
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

const IN_ANSWER = { place: "answer" } as const;

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
      if (coding !== "identity")
        throw new HttpFault("encoded", "its answer is compressed, which was not asked for", IN_ANSWER);
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
  return new HttpFault("too-long", `its answer is longer than ${limit / 1024} KiB`, IN_ANSWER);
}

/** Whether what is sent to the URL leaves this machine in the clear. */
export function isPlainRemote(url: URL): boolean {
  return url.protocol === "http:" && !isLoopback(url.hostname);
}

/** Why a text may not be one segment of a URL's path, as a clause that fits after "it"; `undefined` where it may. */
export function segmentFault(text: string): string | undefined {
  if (text === "") return "is empty";
  if (text === "." || text === "..") return `is "${text}", which leads to another path`;
  if (/[/\\?#]/.test(text)) return "holds a character that separates the parts of a URL";
  // Printable ASCII; a blank or a control character has no place in an id.
  return /^[\x21-\x7e]+$/.test(text) ? undefined : "holds blanks or characters beyond ASCII";
}
