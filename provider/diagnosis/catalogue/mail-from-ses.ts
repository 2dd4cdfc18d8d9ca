import { type Entry, IDENTITY_COMMAND } from "./entry";

const MAIL_FROM_GUIDE = "https://docs.aws.amazon.com/ses/latest/dg/mail-from.html";
const SET_BY_HAND =
  "aws sesv2 put-email-identity-mail-from-attributes --email-identity {domain} --mail-from-domain {name} --region {region}";

/** What SES says of an identity's MAIL FROM domain. */
export const MAIL_FROM_SES_ENTRIES = [
  {
    code: "mail-from-rejects",
    family: "sending",
    severity: "error",
    title: "SES refuses mail until it sees the MAIL FROM domain",
    why: "The identity tells SES to reject mail while the MAIL FROM domain is not verified (MailFromDomainNotVerified). Programs that send get an error now.",
    causes: [
      "The MX record at the MAIL FROM name is missing or wrong: see the other findings.",
      "Rejecting was switched on before SES had seen the MX record.",
    ],
    fix: {
      any: 'Run `pulumi up`: it publishes what is missing. To send meanwhile, write `mailFrom: { onMxFailure: "default" }` first.',
      manual:
        'Publish the MX record that the other findings name. To send meanwhile, write `mailFrom: { onMxFailure: "default" }` and run `pulumi up`.',
      shell: `Let SES use its own MAIL FROM domain until then: ${SET_BY_HAND} --behavior-on-mx-failure USE_DEFAULT_VALUE`,
    },
    command: IDENTITY_COMMAND,
    sources: [MAIL_FROM_GUIDE],
  },
  {
    code: "mail-from-failed",
    family: "sending",
    severity: "error",
    title: "SES has stopped looking for the MAIL FROM record",
    why: "SES looked for 72 hours and did not find the one MX record that it needs. It does not look again by itself.",
    causes: [
      "The MX record was published too late, wrongly, or not at all.",
      "The name has several MX records.",
      "The domain's name servers did not answer SES.",
    ],
    fix: {
      any: "Run `pulumi up`: it publishes what is missing and sets the MAIL FROM domain again, so that SES looks.",
      manual: "Publish the MX record, and run `pulumi up`: it sets the MAIL FROM domain again, so that SES looks.",
      shell: `Publish the MX record. Then set the domain again, so that SES looks: ${SET_BY_HAND}`,
    },
    command: IDENTITY_COMMAND,
    sources: [MAIL_FROM_GUIDE],
  },
  {
    code: "mail-from-not-set",
    family: "sending",
    severity: "error",
    title: "No MAIL FROM domain is set at SES",
    why: "SES uses its own domain for bounces, and looks for no record of yours. So SPF is not aligned with {domain}. Waiting does not help.",
    causes: [
      "The records were published, and SES was not told of the name.",
      "A person or another tool removed the setting.",
    ],
    fix: {
      any: 'Run `pulumi up` with `mailFrom: "bounce"` in the program: it tells SES, and makes the records.',
      shell: `Publish the MX record, and tell SES: ${SET_BY_HAND}`,
    },
    command: IDENTITY_COMMAND,
    sources: [MAIL_FROM_GUIDE],
    excludes: ["mail-from-falls-back"],
  },
  {
    code: "mail-from-differs",
    family: "sending",
    severity: "error",
    title: "SES has another MAIL FROM setting than the program",
    why: "Bounces go where SES's setting says, whatever the program names. A setting that this package did not make is not changed.",
    causes: [
      "Another tool, or a person in the console, set it.",
      "The identity was there before the program, with a MAIL FROM domain of its own.",
    ],
    fix: {
      any: 'Write the setting that SES has in `mailFrom`. Or let the program take the identity over (`adopt: "own"`), and run `pulumi up`.',
      shell: `If {name} is meant, set it: ${SET_BY_HAND}`,
    },
    command: IDENTITY_COMMAND,
    sources: [MAIL_FROM_GUIDE],
    excludes: ["mail-from-pending", "mail-from-temporary-failure", "mail-from-failed"],
  },
  {
    code: "mail-from-temporary-failure",
    family: "sending",
    severity: "warning",
    title: "SES no longer sees the MAIL FROM record",
    why: "SES saw the MX record before, and did not at its last look. It keeps looking for 72 hours, and then gives up.",
    causes: [
      "The MX record was removed or changed: see the other findings.",
      "The domain's name servers did not answer SES in time.",
    ],
    fix: { any: "If the MX record is right, wait: SES looks again by itself." },
    waits: true,
    command: IDENTITY_COMMAND,
    sources: [MAIL_FROM_GUIDE],
  },
  {
    code: "mail-from-falls-back",
    family: "sending",
    severity: "warning",
    title: "SES uses its own MAIL FROM domain for now",
    why: "SES does not see the MX record of the MAIL FROM domain. Mail still leaves, with bounces at SES's domain, so SPF is not aligned with {domain}.",
    causes: [
      "The MX record at the MAIL FROM name is missing or wrong: see the other findings.",
      "The MAIL FROM domain is new, and SES has not looked yet.",
    ],
    fix: {
      any: "Do what the other findings about {name} say. SES uses that name once it has seen its MX record.",
    },
    command: IDENTITY_COMMAND,
    sources: [MAIL_FROM_GUIDE],
  },
  {
    code: "mail-from-pending",
    family: "sending",
    severity: "note",
    title: "SES has not found the MAIL FROM record yet",
    why: "SES looks on its own schedule, and stops 72 hours after the MAIL FROM domain was set.",
    causes: ["The MX record is new.", "SES looked just before it was published."],
    fix: { any: "Wait: SES looks again by itself." },
    waits: true,
    command: IDENTITY_COMMAND,
    sources: [MAIL_FROM_GUIDE],
  },
] as const satisfies readonly Entry[];
