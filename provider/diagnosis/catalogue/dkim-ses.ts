import { type Entry, IDENTITY_COMMAND } from "./entry";

const DKIM_GUIDE = "https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html";
const TROUBLE = "https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-dkim.html";
const BY_HAND = "(aws ses verify-domain-dkim --domain {domain} --region {region}): the tokens stay the same.";

/** What SES says of an identity's DKIM. */
export const DKIM_SES_ENTRIES = [
  {
    code: "dkim-revoked",
    family: "sending",
    severity: "error",
    title: "SES has revoked DKIM",
    why: "DKIM was verified for {domain}, and is no longer. SES does not sign its mail with the domain's key, and does not look for the records again.",
    causes: [
      "The CNAME records were removed or changed, and were not back in time.",
      "A proxy or flattening was switched on for them at the DNS host.",
    ],
    fix: {
      any: "Run `pulumi up`: it publishes what is missing and asks SES to begin again. The identity is not deleted.",
      manual:
        "Publish the CNAME records, and run `pulumi up`: it asks SES to begin again. The identity is not deleted.",
      shell: `Publish the CNAME records again. Then ask SES ${BY_HAND} Do not delete the identity.`,
    },
    command: IDENTITY_COMMAND,
    sources: [DKIM_GUIDE, TROUBLE],
  },
  {
    code: "dkim-failed",
    family: "sending",
    severity: "error",
    title: "SES has stopped looking for the DKIM records",
    why: "SES looked for 72 hours and did not find all three CNAME records. It does not look again by itself, and does not sign mail with the domain's key.",
    causes: [
      "The records were published too late, wrongly, or not at all: see the other findings.",
      "The domain's name servers did not answer SES.",
    ],
    fix: {
      any: "Run `pulumi up`: it publishes what is missing and asks SES to begin again. The identity is not deleted.",
      manual:
        "Publish the CNAME records, and run `pulumi up`: it asks SES to begin again. The identity is not deleted.",
      shell: `Publish the CNAME records. Then ask SES ${BY_HAND} Do not delete the identity.`,
    },
    command: IDENTITY_COMMAND,
    sources: [DKIM_GUIDE, TROUBLE],
  },
  {
    code: "dkim-revocation-pending",
    family: "sending",
    severity: "error",
    title: "SES is about to revoke DKIM",
    why: "While DKIM records are missing, SES may send mail without the domain's signature. An older page of AWS gives five days before it revokes DKIM.",
    causes: ["The CNAME records were removed or changed after DKIM was verified."],
    fix: {
      any: "Run `pulumi up` soon: it publishes the records again. SES need not be asked again.",
      manual: "Publish the CNAME records again soon. SES need not be asked again.",
      shell: "Publish the CNAME records again soon. SES need not be asked again.",
    },
    command: IDENTITY_COMMAND,
    sources: [DKIM_GUIDE, TROUBLE],
    excludes: ["dkim-temporary-failure"],
  },
  {
    code: "dkim-not-started",
    family: "sending",
    severity: "error",
    title: "DKIM is not set up at SES",
    why: "SES looks for no DKIM record of the identity, and does not sign its mail with the domain's key. Waiting does not help.",
    causes: [
      "DKIM was never asked for: an identity that is verified by TXT alone has none.",
      "The identity was made seconds ago: SES reports this status for a moment.",
    ],
    fix: {
      any: "Run `pulumi up` with `dkim: true` in the program: it asks SES for tokens and publishes their records.",
      shell:
        "Ask SES for tokens (aws ses verify-domain-dkim --domain {domain} --region {region}). Then publish a CNAME record for each, to the target that SES shows.",
    },
    command: IDENTITY_COMMAND,
    sources: [DKIM_GUIDE],
  },
  {
    code: "dkim-signing-off",
    family: "sending",
    severity: "error",
    title: "Signing is switched off at SES",
    why: "DKIM is set up, and SES does not use it: mail leaves without the domain's signature. Receivers that ask for DKIM refuse it, or treat it as spam.",
    causes: ["A person or another tool switched signing off for this identity."],
    fix: {
      any: "Run `pulumi up`: it switches signing on. To leave it off, write `dkim: { signing: false }`.",
      shell:
        "Switch it on: aws sesv2 put-email-identity-dkim-attributes --email-identity {domain} --signing-enabled --region {region}",
    },
    command: IDENTITY_COMMAND,
    sources: [DKIM_GUIDE],
  },
  {
    code: "dkim-temporary-failure",
    family: "sending",
    severity: "warning",
    title: "SES could not see the DKIM records at its last attempt",
    why: "SES tries again by itself. Until it sees the records, mail may leave without the domain's signature.",
    causes: [
      "The domain's name servers did not answer SES in time.",
      "The records were missing for a time.",
      "SES has a fault.",
    ],
    fix: { any: "Wait: SES looks again by itself. Asking it again would not help." },
    waits: true,
    command: IDENTITY_COMMAND,
    sources: [DKIM_GUIDE],
  },
  {
    code: "dkim-method-differs",
    family: "sending",
    severity: "warning",
    title: "The identity signs with another method than Easy DKIM",
    why: "The program asks for Easy DKIM, and the identity has an own key, or a key of another region. Changing it replaces the signing key at once.",
    causes: [
      "The identity was set up with an own key (BYODKIM), or as a replica of another region (Deterministic Easy DKIM).",
    ],
    fix: {
      any: 'To keep the method, write `dkim: "keep"`: it is watched and never changed. To change it, switch to Easy DKIM in the SES console.',
    },
    command: IDENTITY_COMMAND,
    sources: [
      "https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-bring-your-own.html",
      "https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-deed.html",
    ],
  },
  {
    code: "dkim-recreated",
    family: "sending",
    severity: "warning",
    title: "SES has made a new DKIM key since DKIM was ready",
    why: "The tokens are the same, so DNS shows no change. After an identity was deleted and made again, the published key may not match the signatures.",
    causes: ["The identity was deleted and made again.", "SES rotated the key by itself: then all is well."],
    fix: {
      any: 'Send a test mail from {domain} to a mailbox whose headers you can read. If it says "dkim=fail", ask AWS Support.',
    },
    command: IDENTITY_COMMAND,
    sources: [DKIM_GUIDE],
  },
  {
    code: "dkim-key-short",
    family: "sending",
    severity: "warning",
    title: "The DKIM key has 1024 bits",
    why: "RFC 8301 asks signers for at least 2048 bits. Some receivers and security checks count 1024 bits as weak.",
    causes: ["The identity was set up with the shorter key, which was once SES's default."],
    fix: {
      any: "Change the key by hand (aws sesv2 put-email-identity-dkim-signing-attributes --email-identity {domain} --signing-attributes-origin AWS_SES --signing-attributes NextSigningKeyLength=RSA_2048_BIT --region {region}). SES gives new tokens, and allows one change in 24 hours. Then `pulumi up` publishes their records.",
      shell:
        "Change it to RSA_2048_BIT in the SES console. SES gives new tokens: publish their records, and keep the old ones for a week.",
    },
    command: IDENTITY_COMMAND,
    sources: ["RFC 8301 section 3.2", DKIM_GUIDE],
  },
  {
    code: "dkim-pending",
    family: "sending",
    severity: "note",
    title: "SES has not found the DKIM records yet",
    why: "SES looks on its own schedule: usually within minutes, at times only after hours. It stops 72 hours after the request.",
    causes: ["The records are new.", "SES looked just before they were published."],
    fix: { any: "Wait: SES looks again by itself." },
    waits: true,
    command: IDENTITY_COMMAND,
    sources: [DKIM_GUIDE],
  },
] as const satisfies readonly Entry[];

const DEED = "https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-deed.html";

/** Their fixes are for records, of which a copied key has none that are wrong. */
const EXPLAINED = ["dkim-failed", "dkim-revoked", "dkim-temporary-failure", "dkim-pending", "dkim-recreated"];

/** Why SES cannot use the DKIM key of another region's identity (Deterministic Easy DKIM). */
export const REPLICA_ENTRIES = [
  {
    code: "replica-parent-missing",
    family: "sending",
    severity: "error",
    title: "The identity whose DKIM key is used does not exist",
    why: "This identity signs with the key of the same identity in another region. That one is gone, so that SES cannot sign.",
    causes: ["The identity in the other region was deleted.", "It was never made there."],
    fix: {
      any: "Make the identity in the other region with Easy DKIM. Or switch this one to Easy DKIM of its own in the SES console.",
    },
    command: IDENTITY_COMMAND,
    sources: [DEED],
    excludes: EXPLAINED,
  },
  {
    code: "replica-access-denied",
    family: "sending",
    severity: "error",
    title: "SES may not copy the DKIM key from the other region",
    why: "This identity signs with the key of another region, and the permission to copy it is missing there.",
    causes: [
      "The credentials lack ses:ReplicateEmailIdentityDKIMSigningKey.",
      "A policy of the organisation denies the other region.",
    ],
    fix: {
      any: "Allow ses:ReplicateEmailIdentityDKIMSigningKey for the identity in the other region. Then set its DKIM method again in the SES console.",
    },
    command: IDENTITY_COMMAND,
    sources: [DEED],
    excludes: EXPLAINED,
  },
  {
    code: "replica-parent-not-easy",
    family: "sending",
    severity: "error",
    title: "The identity whose DKIM key is used has an own key",
    why: "SES copies keys of Easy DKIM alone. The identity in the other region has a key of its owner (BYODKIM).",
    causes: ["The identity in the other region was changed to an own key."],
    fix: {
      any: "Switch the identity in the other region to Easy DKIM. Or switch this one to Easy DKIM of its own in the SES console.",
    },
    command: IDENTITY_COMMAND,
    sources: [DEED],
    excludes: EXPLAINED,
  },
  {
    code: "replica-of-replica",
    family: "sending",
    severity: "error",
    title: "The identity whose DKIM key is used is a replica itself",
    why: "SES copies a key from its first identity alone, and not from one that copies it, too.",
    causes: ["The region of another replica was named instead of the first identity's."],
    fix: { any: "Set this identity's DKIM method again in the SES console, with the region of the first identity." },
    command: IDENTITY_COMMAND,
    sources: [DEED],
    excludes: EXPLAINED,
  },
  {
    code: "replica-region-invalid",
    family: "sending",
    severity: "error",
    title: "SES cannot copy the DKIM key from that region",
    why: "The region that the identity names for its key does not exist, or is not available to the account.",
    causes: ["The region is not enabled in the account.", "It belongs to another partition of AWS."],
    fix: {
      any: "Enable the region in the account. Or set this identity's DKIM method again in the SES console, with another region.",
    },
    command: IDENTITY_COMMAND,
    sources: [DEED],
    excludes: EXPLAINED,
  },
] as const satisfies readonly Entry[];
