import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** What a certificate says (RFC 5280). Everything is made when a test runs: no key is kept in the repository. */
export interface CertificateOptions {
  readonly commonName: string;
  /** Names and IPv4 addresses. */
  readonly hosts?: readonly string[];
  readonly from?: Date;
  readonly to?: Date;
  readonly ca?: boolean;
}

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  readonly issue: (options: CertificateOptions) => Certificate;
}

const DAY_MS = 86_400_000;

/** A certificate that is signed by itself; it can issue others. */
export function selfSigned(options: CertificateOptions): Certificate {
  return make(options, undefined);
}

interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
}

function make(options: CertificateOptions, issuer: Issuer | undefined): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const { commonName, hosts = [], ca = false } = options;
  const from = options.from ?? new Date(Date.now() - DAY_MS);
  const to = options.to ?? new Date(Date.now() + 30 * DAY_MS);
  const extensions = [
    extension("551d13", sequence(...(ca ? [tlv(0x01, Buffer.from([0xff]))] : []))),
    ...(hosts.length === 0 ? [] : [extension("551d11", sequence(...hosts.map(generalName)))]),
  ];
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    nameOf(issuer?.name ?? commonName),
    sequence(time(from), time(to)),
    nameOf(commonName),
    publicKey.export({ type: "spki", format: "der" }),
    tlv(0xa3, sequence(...extensions)),
  );
  const signature = sign("sha256", body, issuer?.key ?? privateKey);
  const der = sequence(body, ECDSA_SHA256, tlv(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${der.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ type: "pkcs8", format: "pem" })),
    issue: (other) => make(other, { name: commonName, key: privateKey }),
  };
}

function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, Math.floor(length / 0x100), length % 0x100];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, ...parts);
}

function oid(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, "hex"));
}

/** 1.2.840.10045.4.3.2 */
const ECDSA_SHA256 = sequence(oid("2a8648ce3d040302"));

/** One common name, 2.5.4.3. */
function nameOf(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(oid("550403"), tlv(0x0c, Buffer.from(commonName, "utf8")))));
}

function time(at: Date): Buffer {
  return tlv(0x18, Buffer.from(at.toISOString().replace(/[-:T]|\.\d+/g, ""), "ascii"));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), tlv(0x04, value));
}

function generalName(host: string): Buffer {
  return /^\d+\.\d+\.\d+\.\d+$/.test(host)
    ? tlv(0x87, Buffer.from(host.split(".").map(Number)))
    : tlv(0x82, Buffer.from(host, "ascii"));
}
