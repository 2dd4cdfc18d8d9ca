/** What AWS does not document, or reports differ on: both can be had. */
export interface SesChoices {
  /** Which key a domain signs with that was deleted and made again. `another`: not the one behind its token. Default `same`. */
  recreatedKey: "same" | "another";
  /** Whether a domain that was made for DKIM has a TXT token before it is asked for. Default `none`. */
  tokenWithDkim: "none" | "given";
  /** For how long after the creation v1 says NotStarted, without tokens. In ms of the emulator's clock. Default 0. */
  v1DkimDelayMs: number;
  /** What v1 says of DKIM of an identity that is not there: nothing, or NotStarted. Default `nothing`. */
  dkimOfUnknown: "nothing" | "not-started";
  /** What SESv2 has as tokens of a domain that brought its own key. Default `selector`. */
  ownKeyTokens: "selector" | "none";
  /** Below what a MAIL FROM domain has to be: the identity's domain, or the domain that was registered. Default `identity`. */
  mailFromBelow: "identity" | "registered";
  /** Whether SES takes a MAIL FROM domain for an identity that is not verified. Default `taken`. */
  mailFromUnverified: "taken" | "refused";
  /** What a call with the same MAIL FROM domain does, unless its status is Failed. Default `keeps` the status. */
  mailFromAgain: "keeps" | "restarts";
}

export const DEFAULT_CHOICES: SesChoices = {
  recreatedKey: "same",
  tokenWithDkim: "none",
  v1DkimDelayMs: 0,
  dkimOfUnknown: "nothing",
  ownKeyTokens: "selector",
  mailFromBelow: "identity",
  mailFromUnverified: "taken",
  mailFromAgain: "keeps",
};
