import { type PeerCertificate, TLSSocket } from "node:tls";
import { clip, quoted } from "./text";

/** Where it failed: on the way, while TLS was agreed on, at a proxy, or in the answer itself. */
export type FaultPlace = "network" | "tls" | "proxy" | "answer";

export interface HttpFaultDetails {
  readonly place?: FaultPlace;
  /** What the reader can do about it, where the cause itself tells. */
  readonly hint?: string;
  /** A certificate by a CA that is not trusted here. */
  readonly untrusted?: boolean;
}

/**
 * No whole answer came, so the other side said nothing. `message` is a clause; of what the other side sent it holds at
 * most the names in a certificate. `code` is Node's, or ETIMEDOUT, `too-long`, `encoded`, `not-http`, `garbled`, `proxy`.
 */
export class HttpFault extends Error {
  override readonly name = "HttpFault";
  readonly code: string;
  readonly place: FaultPlace;
  readonly hint: string | undefined;
  readonly untrusted: boolean;

  constructor(code: string, reason: string, { place = "network", hint, untrusted = false }: HttpFaultDetails = {}) {
    super(reason);
    this.code = code;
    this.place = place;
    this.hint = hint;
    this.untrusted = untrusted;
  }
}

/** The fault that an error is, or comes of. */
export function httpFaultIn(error: unknown): HttpFault | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof HttpFault) return at;
  return undefined;
}

export function cutFault(): HttpFault {
  return new HttpFault("ECONNRESET", "the connection was cut (ECONNRESET)");
}

/** The certificate that a connection showed, for the case that it is refused: afterwards the socket has lost it. */
export function keepCertificate(socket: unknown): () => PeerCertificate | undefined {
  let shown: PeerCertificate | undefined;
  if (socket instanceof TLSSocket && socket.encrypted) {
    // Emitted at the end of the handshake, before Node judges the certificate. Without it only the names are missing.
    socket.prependOnceListener("secure", () => {
      const certificate = socket.getPeerCertificate();
      if (Object.keys(certificate).length > 0) shown = certificate;
    });
  }
  return () => shown;
}

/** What Node says of a connection that was not made or did not last. An error of several addresses holds one of each. */
export function networkFault(error: Error, url: URL, certificate?: PeerCertificate): HttpFault {
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const code = (inner instanceof Error && (inner as NodeJS.ErrnoException).code) || "unknown error";
  const said = inner instanceof Error ? inner.message : "";
  if (code === "ECONNRESET" && /before secure TLS/.test(said)) {
    return new HttpFault(code, `${whereOf(url)} cut the connection before TLS was agreed on (ECONNRESET)`, {
      place: "tls",
    });
  }
  if (code === "ECONNRESET") return cutFault();
  if (NO_TLS.test(code) || (code === "EPROTO" && /wrong version number|packet length too long/.test(said))) {
    return new HttpFault(code, `what answers at ${whereOf(url)} does not use TLS (${code})`, {
      place: "tls",
      hint: `Check the port, and whether the address has to begin with http. Check for a proxy, or a network's sign-in page, in between.`,
    });
  }
  if (CERTIFICATE.test(code)) return certificateFault(code, url, certificate);
  if (/SSL|TLS|EPROTO/.test(code)) {
    return new HttpFault(code, `a TLS connection to ${whereOf(url)} could not be made (${code})`, {
      place: "tls",
      hint: "The server, or a machine in between, uses another version of TLS or requires a client certificate.",
    });
  }
  if (code.startsWith("HPE_")) return new HttpFault(code, `its answer is not HTTP (${code})`, { place: "answer" });
  return new HttpFault(code, `no connection (${code})`);
}

const NO_TLS = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|HTTPS_PROXY_REQUEST)$/;

/** Node's codes of a certificate that does not hold: nodejs.org/api/tls.html, X509 certificate error codes. */
const CERTIFICATE =
  /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY|DECRYPT)|INVALID_(CA|PURPOSE)|HOSTNAME_MISMATCH|PATH_LENGTH/;

function certificateFault(code: string, url: URL, certificate: PeerCertificate | undefined): HttpFault {
  const { why, hint, untrusted = false } = whyRefused(code, url, certificate);
  const names =
    certificate === undefined ? "" : `: for ${nameOf(certificate.subject)}, by ${nameOf(certificate.issuer)}`;
  return new HttpFault(code, `the TLS certificate of ${whereOf(url)} ${why} (${code}${names})`, {
    place: "tls",
    hint,
    untrusted,
  });
}

const TRUST =
  "Where a proxy of the network decrypts TLS: save the certificate of its CA as a PEM file, and set NODE_EXTRA_CA_CERTS to it.";
const CLOCK = "Check the clock of this machine first";

function whyRefused(
  code: string,
  url: URL,
  certificate: PeerCertificate | undefined,
): { readonly why: string; readonly hint: string; readonly untrusted?: boolean } {
  switch (code) {
    case "ERR_TLS_CERT_ALTNAME_INVALID":
    case "HOSTNAME_MISMATCH":
      return {
        why: `is for ${otherNames(certificate)}`,
        hint: `Another server answers for ${clip(url.hostname, 100)}: check the endpoint's name, DNS and the proxies of the network.`,
      };
    case "CERT_HAS_EXPIRED": {
      const own = certificate !== undefined && Date.parse(certificate.valid_to) < Date.now();
      return {
        why: own ? `expired on ${day(certificate.valid_to)}` : "is signed by one that has expired",
        hint: `${CLOCK} (it says ${new Date().toISOString()}). If it is right, the operator of the server, or of the proxy in front of it, has to renew the certificate.`,
      };
    }
    case "CERT_NOT_YET_VALID":
      return {
        why: certificate === undefined ? "is not valid yet" : `is valid from ${day(certificate.valid_from)} on`,
        hint: `${CLOCK}: it says ${new Date().toISOString()}.`,
      };
    case "CERT_REVOKED":
      return {
        why: "is revoked",
        hint: "The operator of the server, or of the proxy in front of it, has to replace it.",
      };
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return { why: "is signed by itself, and not trusted here", hint: TRUST, untrusted: true };
    default:
      return { why: "is signed by a CA that is not trusted here", hint: TRUST, untrusted: true };
  }
}

function otherNames(certificate: PeerCertificate | undefined): string {
  const names = (certificate?.subjectaltname ?? "").split(", ").filter((name) => name !== "");
  if (names.length === 0) return "another name";
  const shown = names.slice(0, 2).map((name) => quoted(name.replace(/^(DNS|IP Address):/, ""), 60));
  return `${shown.join(", ")}${names.length > 2 ? ` and ${names.length - 2} more` : ""}`;
}

function nameOf(entity: { readonly CN?: unknown; readonly O?: unknown } | undefined): string {
  const named = [entity?.CN, entity?.O].flat().find((each) => typeof each === "string" && each !== "");
  return typeof named === "string" ? quoted(named, 60) : "an unnamed one";
}

function day(text: string): string {
  const at = Date.parse(text);
  return Number.isNaN(at) ? clip(text, 40) : new Date(at).toISOString().slice(0, 10);
}

/** `sts.eu-west-1.amazonaws.com`, with its port where that is not the scheme's own. */
function whereOf(url: URL): string {
  return clip(url.host, 120);
}
