import { isIPv6 } from "node:net";
import { DnsHostError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import { holdsCredentials } from "../../core/text";
import { checkName } from "../../wire/codec";
import { type HostSettings, readNamedSet, readSetting } from "../named-sets";
import type { Rfc2136Entry } from "./entry";
import { TSIG_ALGORITHMS, type TsigAlgorithm, type TsigKey } from "./tsig";

/** Everything that one operation needs to talk to the server; read again for each, so that a rotated key counts at once. */
export interface Rfc2136Access {
  readonly host: string;
  readonly port: number;
  /** How errors name the server, and zones' ids begin: `ns1.example.net:53`. */
  readonly label: string;
  readonly transport: "tcp" | "udp";
  readonly zone: Fqdn | undefined;
  readonly key: TsigKey;
  /** How long one exchange over TCP may take. */
  readonly tcpMs?: number;
}

export const HOST = "RFC 2136";

const MAKE_A_KEY = "Make a key with: tsig-keygen -a hmac-sha256 NAME (or: keymgr -t NAME hmac-sha256)";

/**
 * The server from the program, then the named set, then `sesdomain:rfc2136Server`, then RFC2136_NAMESERVER. The key from
 * the named set, where the program names one; else `sesdomain:rfc2136Tsig*`, then RFC2136_TSIG_* (lego's names). Throws
 * `DnsHostError` `credentials-missing` and `credentials-refused`, which hold nothing of the secret.
 */
export function readAccess(dns: Rfc2136Entry, settings: HostSettings): Rfc2136Access {
  const set = dns.credentials === undefined ? undefined : readNamedSet(settings, dns.credentials, HOST);
  const where = dns.credentials === undefined ? "" : ` in the set "${dns.credentials}" of sesdomain:credentials`;
  const read = (member: string, key: string, variable: string) =>
    set === undefined ? readSetting(settings, key, variable) : set[member];
  const server = dns.server ?? set?.server ?? readSetting(settings, "sesdomain:rfc2136Server", "RFC2136_NAMESERVER");
  if (server === undefined) {
    throw new DnsHostError("credentials-missing", `${HOST}: no server is named.`, {
      hint: "Set dns.server, sesdomain:rfc2136Server or RFC2136_NAMESERVER.",
    });
  }
  const address = readServer(server);
  const name = read("tsigKey", "sesdomain:rfc2136TsigKey", "RFC2136_TSIG_KEY");
  const secret = read("tsigSecret", "sesdomain:rfc2136TsigSecret", "RFC2136_TSIG_SECRET");
  if (name === undefined || secret === undefined) {
    const lacking = name === undefined ? "name of a TSIG key" : "secret of the TSIG key";
    const members = set === undefined ? "" : ` Give the set the members tsigKey and tsigSecret.`;
    throw new DnsHostError("credentials-missing", `${HOST} server ${server}: there is no ${lacking}${where}.`, {
      hint:
        set === undefined
          ? `Set sesdomain:rfc2136TsigKey and, with --secret, sesdomain:rfc2136TsigSecret; or RFC2136_TSIG_KEY and RFC2136_TSIG_SECRET. ${MAKE_A_KEY}.`
          : `${members.trim()} ${MAKE_A_KEY}.`,
    });
  }
  const algorithm = read("tsigAlgorithm", "sesdomain:rfc2136TsigAlgorithm", "RFC2136_TSIG_ALGORITHM");
  return {
    ...address,
    transport: dns.transport ?? "tcp",
    zone: dns.zone,
    key: {
      name: readKeyName(name, server, where),
      algorithm: readAlgorithm(algorithm, server, where),
      secret: readSecret(secret, server, where),
    },
  };
}

/** `host`, `host:port`, an IPv6 address, or `[v6]:port`. */
export function readServer(text: string): Pick<Rfc2136Access, "host" | "port" | "label"> {
  const parts = isIPv6(text) ? undefined : /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text);
  const host = (parts === undefined ? text : (parts?.[1] ?? parts?.[2]))?.toLowerCase();
  const port = Number(parts?.[3] ?? 53);
  if (host === undefined || port < 1 || port > 65_535 || holdsCredentials(text)) {
    throw new DnsHostError(
      "credentials-missing",
      `${HOST}: the server is not a host, host:port or [IPv6 address]:port.`,
      {
        hint: "Check dns.server, sesdomain:rfc2136Server and RFC2136_NAMESERVER.",
      },
    );
  }
  return { host, port, label: isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}` };
}

function readKeyName(text: string, server: string, where: string): string {
  const name = (text.endsWith(".") ? text.slice(0, -1) : text).toLowerCase();
  try {
    checkName(name);
    if (name !== "") return name;
  } catch {
    // Reported below, without the text: it may be the secret, put there by mistake.
  }
  throw refused(
    server,
    `the name of the TSIG key${where} is not a domain name`,
    "It is the name in the server's key statement.",
  );
}

function readAlgorithm(text: string | undefined, server: string, where: string): TsigAlgorithm {
  const name = (text ?? "hmac-sha256").toLowerCase().replace(/\.$/, "");
  const known = TSIG_ALGORITHMS.find((each) => each === name || each === `hmac-${name}`);
  if (known !== undefined) return known;
  const weak = /^hmac-(md5(\.sig-alg\.reg\.int)?|sha1|sha224|sha(256|384|512)-\d+)$/.exec(name);
  const fault =
    weak === null
      ? `the TSIG algorithm${where} is none of ${TSIG_ALGORITHMS.join(", ")}`
      : `the TSIG algorithm ${weak[0]}${where} is too weak to be used`;
  throw refused(server, fault, `${MAKE_A_KEY}, give it to the server, and set the algorithm to hmac-sha256.`);
}

function readSecret(text: string, server: string, where: string): Buffer {
  const compact = text.replace(/\s/g, "");
  const secret = Buffer.from(compact, "base64");
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(compact) && secret.length > 0) return secret;
  throw refused(
    server,
    `the secret of the TSIG key${where} is not base64`,
    "It is the text in the server's key statement.",
  );
}

function refused(server: string, fault: string, hint: string): DnsHostError {
  return new DnsHostError("credentials-refused", `${HOST} server ${server}: ${fault}.`, { hint });
}
