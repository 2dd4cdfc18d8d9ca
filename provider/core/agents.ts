import { createHash } from "node:crypto";
import { Agent, type ClientRequest } from "node:http";
import { Agent as TlsAgent } from "node:https";
import type { Socket } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import { environmentProxies, type Proxies, type ProxyRoute, proxyFor } from "./proxy";

/** How requests leave this machine. Left out: by the proxies of the environment, trusting whom Node trusts. */
export interface Network {
  readonly proxies?: Proxies | undefined;
  /** The certificates of the CAs that are trusted, PEM, instead of Node's. */
  readonly ca?: string | undefined;
}

export interface Route {
  readonly agent: Agent;
  readonly proxy: ProxyRoute | undefined;
}

/** Idle connections are closed after this time, and keep no process alive. */
const IDLE_MS = 5_000;
const kept = { keepAlive: true, scheduling: "lifo", timeout: IDLE_MS } as const;

/** By scheme, trusted CAs and proxy. A run knows few of each. */
const agents = new Map<string, Promise<Agent>>();

/** The way to a URL. Throws `HttpFault` for an address of a proxy that cannot be read. */
export async function routeTo(url: URL, { proxies, ca }: Network = {}): Promise<Route> {
  const proxy = proxyFor(url, proxies ?? environmentProxies(process.env));
  const secure = url.protocol === "https:";
  const trust = ca === undefined ? "" : createHash("sha256").update(ca).digest("hex");
  const key = JSON.stringify([secure, trust, proxy?.url.href]);
  let agent = agents.get(key);
  if (agent === undefined) {
    agent = openAgent(secure, proxy, ca === undefined ? undefined : createSecureContext({ ca }));
    agents.set(key, agent);
  }
  return { agent: await agent, proxy };
}

async function openAgent(secure: boolean, proxy: ProxyRoute | undefined, context: SecureContext | undefined) {
  const options = { ...kept, ...(context === undefined ? {} : { secureContext: context }) };
  if (proxy === undefined) return secure ? new TlsAgent(options) : new Agent(options);
  return secure ? openTunnels(proxy, options) : openForwarding(proxy, options);
}

type Options = typeof kept & { readonly secureContext?: SecureContext };

/** The proxy is asked for a connection (CONNECT), over which TLS is spoken with the host itself. */
async function openTunnels(proxy: ProxyRoute, options: Options): Promise<Agent> {
  const { HttpsProxyAgent } = await import("https-proxy-agent");
  type Base = InstanceType<typeof HttpsProxyAgent<string>>;
  class Tunnels extends HttpsProxyAgent<string> {
    override connect(request: ClientRequest, opts: Parameters<Base["connect"]>[1]): Promise<Socket> {
      // The library forgets the options of the agent for the TLS within.
      const { secureContext } = options;
      return super.connect.call(stoppable(this, request), request, secureContext ? { ...opts, secureContext } : opts);
    }
  }
  return new Tunnels(proxy.url.href, options);
}

/** The proxy is handed the whole request. */
async function openForwarding(proxy: ProxyRoute, options: Options): Promise<Agent> {
  const { HttpProxyAgent } = await import("http-proxy-agent");
  type Base = InstanceType<typeof HttpProxyAgent<string>>;
  class Forwarding extends HttpProxyAgent<string> {
    override connect(...args: Parameters<Base["connect"]>): Promise<Socket> {
      return super.connect.call(stoppable(this, args[0]), ...args);
    }
  }
  return new Forwarding(proxy.url.href, options);
}

const stops = new WeakMap<ClientRequest, AbortController>();

/**
 * What ends all that a request has begun. Until its agent has a socket, the request itself cannot: the library would leave
 * a connection open to a proxy that does not answer.
 */
export function stopOf(request: ClientRequest): () => void {
  const control = new AbortController();
  stops.set(request, control);
  return () => control.abort();
}

/** The agent as one request uses it. */
function stoppable<A extends { readonly connectOpts: object }>(agent: A, request: ClientRequest): A {
  const connectOpts = { ...agent.connectOpts, signal: stops.get(request)?.signal };
  return Object.create(agent, { connectOpts: { value: connectOpts } });
}
