import { BlockList, isIP } from "node:net";
import { HttpFault } from "./http-fault";
import { clip } from "./text";

/** Which proxies are set, and where: `HTTPS_PROXY`, or a key of the stack config. An empty address: none. */
export interface Proxies {
  readonly http?: ProxySetting | undefined;
  readonly https?: ProxySetting | undefined;
  /** Hosts that are reached directly, as in `NO_PROXY`. */
  readonly no?: string | undefined;
}

interface ProxySetting {
  readonly address: string;
  /** The variable or the key that names it. */
  readonly source: string;
}

/** A proxy that a request goes through. */
export interface ProxyRoute {
  /** With its user and password, if it has any. */
  readonly url: URL;
  /** Without them. */
  readonly label: string;
  readonly source: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The proxies of the environment, by the names that most tools read; capital letters first, as in Go's tools. */
export function environmentProxies(env: Env): Proxies {
  return { http: fromEnv(env, "HTTP_PROXY"), https: fromEnv(env, "HTTPS_PROXY"), no: env.NO_PROXY || env.no_proxy };
}

function fromEnv(env: Env, name: string): ProxySetting | undefined {
  const source = [name, name.toLowerCase()].find((each) => env[each]);
  const address = source === undefined ? undefined : env[source];
  return source === undefined || address === undefined ? undefined : { address, source };
}

/** The proxy for a URL; `undefined` where it is reached directly, as this machine itself always is. Throws `HttpFault`. */
export function proxyFor(url: URL, proxies: Proxies): ProxyRoute | undefined {
  const setting = url.protocol === "https:" ? proxies.https : proxies.http;
  if (setting === undefined || setting.address.trim() === "" || isLoopback(url.hostname)) return undefined;
  if (isExempt(url, proxies.no ?? "")) return undefined;
  const proxy = parseProxy(setting.address);
  if (proxy === undefined) {
    throw new HttpFault("proxy", `the proxy in ${setting.source} is not an http or https address`, {
      place: "proxy",
      hint: `Write it like http://proxy.example.com:3128, with a user and a password percent-encoded, or unset ${setting.source}.`,
    });
  }
  return { url: proxy, label: `${proxy.protocol}//${clip(proxy.host, 100)}`, source: setting.source };
}

/** `proxy.example.com:3128` stands for http. `undefined`: no address of a proxy that is spoken to here. */
export function parseProxy(address: string): URL | undefined {
  const text = address.trim();
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === "") return undefined;
  // A password that is not percent-encoded: "/", "?" or "#" in it ends the host, and a bare "%" is no code.
  const torn = `${url.pathname}${url.search}${url.hash}`.includes("@");
  return torn || !decodes(`${url.username}${url.password}`) ? undefined : url;
}

function decodes(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Whether `NO_PROXY` names the host: `*`, a name with those below it, `.name` for those below alone, an address, or a
 * network (`10.0.0.0/8`); each with a port, if only that is meant. As golang.org/x/net/http/httpproxy reads it.
 */
function isExempt(url: URL, list: string): boolean {
  const host = bare(url.hostname).toLowerCase().replace(/\.$/, "");
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      if (entry.includes("/")) return isWithinNetwork(host, entry);
      const parts = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry);
      if (parts?.[2] !== undefined && parts[2] !== port) return false;
      const named = bare(parts?.[1] ?? entry)
        .toLowerCase()
        .replace(/^\*\./, ".")
        .replace(/\.$/, "");
      if (isIP(named) > 0) return isWithinNetwork(host, `${named}/${isIP(named) === 4 ? 32 : 128}`);
      return named.startsWith(".") ? host.endsWith(named) : host === named || host.endsWith(`.${named}`);
    });
}

function isWithinNetwork(host: string, network: string): boolean {
  const [address = "", length = ""] = network.split("/");
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family) return false;
  const bits = Number(length);
  if (!/^\d+$/.test(length) || bits > (family === 4 ? 32 : 128)) return false;
  const name = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(address, bits, name);
  return list.check(host, name);
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}

/** `hostname` as in a URL: IPv6 in brackets. */
export function isLoopback(hostname: string): boolean {
  return /^(127(\.\d{1,3}){3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]|(.+\.)?localhost)$/i.test(hostname);
}

/** How a proxy itself answered a request for a connection. */
export function proxyRefusal({ label, source }: ProxyRoute, url: URL, status: number): HttpFault {
  const where = clip(`${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`, 120);
  if (status === 407) {
    return new HttpFault(
      "proxy",
      `the proxy ${label} requires a user name and password, or refused those given (407)`,
      {
        place: "proxy",
        hint: `Write them into ${source}, percent-encoded: http://USER:PASSWORD@HOST:PORT.`,
      },
    );
  }
  const cannot = status >= 500 && status !== 501;
  return new HttpFault(
    "proxy",
    `the proxy ${label} ${cannot ? "could not connect" : "does not connect"} to ${where} (${status})`,
    {
      place: "proxy",
      hint: cannot
        ? `Ask the operator of the proxy. If ${clip(url.hostname, 100)} can be reached without it, add it to NO_PROXY.`
        : `Have the proxy allow ${where}. If that can be reached without it, add it to NO_PROXY.`,
    },
  );
}

/** No connection by the proxy came about. `why`: a code, or a clause. */
export function proxySilence({ label, source }: ProxyRoute, why: string): HttpFault {
  return new HttpFault("proxy", `the proxy ${label} gave no connection (${why})`, {
    place: "proxy",
    hint: `Check ${source}; add hosts that are reached without a proxy to NO_PROXY.`,
  });
}
