import { clip } from "../../core/text";
import type { IdentityDetails } from "../../ses/port";
import type { CheckedArgs } from "../arguments/types";
import { EASY_DKIM } from "./state";
import type { SendingWish } from "./wish";

/** What an identity has that the program asks otherwise, and that is not changed. `reason`: a clause that fits after the property. */
export interface Contradiction {
  readonly property: "dkim" | "mailFrom" | "configurationSet";
  readonly reason: string;
}

const LENGTH = 100;

/**
 * Holds what SES has of an identity against the program. The method and the key of DKIM are changed for no identity: SES would
 * sign with another key at once. `isOurs`: this package made it or took it over, so that the rest is set as the program says. Pure.
 */
export function contradictions(
  { dkim, mailFrom, configurationSet }: IdentityDetails,
  wish: SendingWish,
  args: Pick<CheckedArgs, "configurationSet">,
  isOurs: boolean,
): readonly Contradiction[] {
  const found: Contradiction[] = [];
  if (typeof wish.dkim === "object") {
    const { origin = EASY_DKIM } = dkim;
    const length = dkim.nextKeyLength ?? dkim.keyLength;
    const isSetUp = dkim.tokens.length > 0 && dkim.status !== "NotStarted";
    if (origin !== EASY_DKIM) {
      found.push({
        property: "dkim",
        reason: `asks for Easy DKIM, but SES signs with ${originWords(origin)}; to watch that and change nothing, write dkim: "keep"`,
      });
    } else if (isSetUp && wish.dkim.keyLength !== undefined && length !== undefined && wish.dkim.keyLength !== length) {
      found.push({
        property: "dkim",
        reason: `asks for a key of ${wish.dkim.keyLength} bits, but SES has one of ${length}. Leave out keyLength, or write ${length}: a key is changed by hand (aws sesv2 put-email-identity-dkim-signing-attributes)`,
      });
    } else if (!isOurs && isSetUp && dkim.signing !== wish.dkim.signing) {
      const has = dkim.signing ? "on" : "off";
      found.push({
        property: "dkim",
        reason: `asks for signing: ${wish.dkim.signing}, but SES has it ${has} for this identity, which is only used (adopt: "keep"). Write dkim: "keep", or adopt: "own" to change it`,
      });
    }
  }
  if (wish.mailFrom !== false && mailFrom.domain !== undefined && mailFrom.domain !== wish.mailFrom.domain && !isOurs) {
    found.push({
      property: "mailFrom",
      reason: `asks for ${wish.mailFrom.domain}, but SES has ${clip(mailFrom.domain, LENGTH)} for this identity, which is only used (adopt: "keep"). Write mailFrom: { domain: "${clip(mailFrom.domain, LENGTH)}" }, or adopt: "own" to change it`,
    });
  }
  const set = args.configurationSet;
  if (set !== undefined && configurationSet !== undefined && configurationSet !== set && !isOurs) {
    found.push({
      property: "configurationSet",
      reason: `is ${set}, but SES has ${clip(configurationSet, LENGTH)} for this identity, which is only used (adopt: "keep"). Leave it out, or write adopt: "own" to change it`,
    });
  }
  return found;
}

function originWords(origin: string): string {
  if (origin === "EXTERNAL") return "a key that was brought (BYODKIM, EXTERNAL)";
  return origin.startsWith(`${EASY_DKIM}_`)
    ? `the key of another region (${clip(origin, LENGTH)})`
    : clip(origin, LENGTH);
}
