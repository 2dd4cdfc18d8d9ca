import { HINTS } from "../aws/hints";
import type { AwsSession } from "../aws/session-types";
import { SesError } from "../core/errors";
import { type Fqdn, parseFqdn } from "../core/fqdn";
import { quoted } from "../core/text";
import { KEY_LENGTHS, type KeyLength, type OnMxFailure } from "./port";

/** Easy DKIM has three. A list that is longer is no list of tokens. */
const TOKENS_AT_MOST = 10;
/** One label of a name (RFC 1035 section 2.3.4); SES's tokens and its selectors are each one. */
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** Reads parts of answers of SES, of which each is to become part of a record. Each throws `SesError` `ses-unavailable` where it cannot be. */
export interface Judge {
  /** In lower case. `undefined` is none. */
  tokens(said: unknown): readonly string[];
  /** Undefined and empty are no name. */
  name(said: unknown): Fqdn | undefined;
}

/** `of`: a clause such as `the DKIM attributes of example.com`. */
export function judge({ region, reader }: AwsSession, of: string): Judge {
  const refuse = (what: string, said: unknown) =>
    new SesError("ses-unavailable", `SES in ${region} answered with ${what} in ${of}: ${quoted(String(said))}.`, {
      hint: HINTS[reader].foreignAnswer,
      retryable: true,
    });
  return {
    tokens(said = []) {
      if (!Array.isArray(said)) throw refuse("no list of tokens", typeof said);
      if (said.length > TOKENS_AT_MOST) throw refuse("too many tokens", said.length);
      return said.map((token: unknown) => {
        const text = typeof token === "string" ? token.toLowerCase() : "";
        if (!LABEL.test(text)) throw refuse("a token that is no label of a name", token);
        return text;
      });
    },
    name(said = "") {
      if (said === "") return undefined;
      const read = typeof said === "string" ? parseFqdn(said) : undefined;
      if (read === undefined || "fault" in read || read.name.includes("*"))
        throw refuse("text that is no domain name", said);
      return read.name;
    },
  };
}

/** UseDefaultValue and RejectMessage, as both APIs write them. What this version does not know rejects nothing. Pure. */
export function onMxFailureOf(said: string | undefined): OnMxFailure {
  return said === "RejectMessage" || said === "REJECT_MESSAGE" ? "reject" : "default";
}

/** SESv2 DkimSigningKeyLength. Pure. */
export function keyLengthOf(said: string | undefined): KeyLength | undefined {
  return KEY_LENGTHS.find((bits) => writeKeyLength(bits) === said);
}

/** The same, written. Pure. */
export function writeKeyLength(bits: KeyLength): "RSA_1024_BIT" | "RSA_2048_BIT" {
  return bits === 1024 ? "RSA_1024_BIT" : "RSA_2048_BIT";
}
