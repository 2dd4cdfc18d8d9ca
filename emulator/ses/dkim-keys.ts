import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { KeyLength } from "./dkim";
import type { Scope } from "./scope";

const TOKENS = 3;
const TOKEN_LENGTH = 32;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

const digest = (text: string) => createHash("sha256").update(text).digest();

/**
 * The tokens of Easy DKIM: the same for the same account, region, domain and key length, also after the identity was deleted
 * and made again. 32 letters and digits, as SES's are.
 */
export function dkimTokens(scope: Scope, domain: string, keyLength: KeyLength): readonly string[] {
  return Array.from({ length: TOKENS }, (_, index) =>
    Array.from(
      digest(`dkim ${scope.accountId} ${scope.region} ${domain} ${keyLength} ${index}`).subarray(0, TOKEN_LENGTH),
      (octet) => ALPHABET[octet % ALPHABET.length],
    ).join(""),
  );
}

/**
 * The public key behind a token, as base64 of its SubjectPublicKeyInfo: the same for the same text. There is no private key to
 * it, since the emulator sends no mail.
 */
export function publicKeyOf(text: string, keyLength: KeyLength): string {
  const parts = Array.from({ length: keyLength / 256 }, (_, index) => digest(`key ${text} ${index}`));
  const modulus = Buffer.concat(parts);
  modulus.writeUInt8(modulus.readUInt8(0) | 0x80, 0);
  modulus.writeUInt8(modulus.readUInt8(modulus.length - 1) | 1, modulus.length - 1);
  const jwk = { kty: "RSA", n: modulus.toString("base64url"), e: "AQAB" };
  return spki(createPublicKey({ key: jwk, format: "jwk" }));
}

const LONGEST_PRIVATE_KEY = 20_480;

/**
 * The public key of a private one that was brought (SESv2, DkimSigningAttributes: RSA of 1024 to 2048 bits, base64 without
 * line breaks), as base64 of its SubjectPublicKeyInfo. The private key is not kept.
 */
export function readOwnKey(text: string): { readonly publicKey: string } | { readonly fault: string } {
  if (text.length > LONGEST_PRIVATE_KEY || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return { fault: "is not base64" };
  const key = parsePrivateKey(Buffer.from(text, "base64"));
  if (key === undefined) return { fault: "is not a private key" };
  const bits = key.asymmetricKeyType === "rsa" ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : 0;
  if (bits < 1024 || bits > 2048) return { fault: "is not an RSA key of 1024 to 2048 bits" };
  return { publicKey: spki(createPublicKey(key)) };
}

function parsePrivateKey(der: Buffer): KeyObject | undefined {
  for (const type of ["pkcs8", "pkcs1"] as const) {
    try {
      return createPrivateKey({ key: der, format: "der", type });
    } catch {
      // It may be in the other form.
    }
  }
  return undefined;
}

const spki = (key: KeyObject): string => key.export({ type: "spki", format: "der" }).toString("base64");
