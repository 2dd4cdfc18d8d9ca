import { type Entry, TXT_COMMAND } from "./entry";

const MAIL_FROM_GUIDE = "https://docs.aws.amazon.com/ses/latest/dg/mail-from.html";
const CORRECT_BY_HAND = "Correct the record at {name}. If SES alone sends with this name, publish {records} instead.";

/** SPF at a MAIL FROM name. SES does not look at it: receivers do. */
export const SPF_ENTRIES = [
  {
    code: "spf-missing",
    family: "spf",
    severity: "error",
    title: "The MAIL FROM name has no SPF record",
    why: "Receivers look for SPF at the MAIL FROM name. Without a record mail has no SPF pass, though SES calls the name verified.",
    causes: [
      "The record was never published: SES itself asks for the MX record only.",
      "It was published at {domain} instead of {name}.",
      "A person, or a tool that owns the zone, removed it.",
    ],
    fix: { any: "Run `pulumi up`: it publishes {records}", manual: "Publish {records}", shell: "Publish {records}" },
    command: TXT_COMMAND,
    sources: ["RFC 7208 section 2.4", MAIL_FROM_GUIDE],
  },
  {
    code: "spf-several",
    family: "spf",
    severity: "error",
    title: "The MAIL FROM name has several SPF records",
    why: 'With several records receivers read none: the result is "permerror", and mail has no SPF pass.',
    causes: [
      "Two services told you to publish a record at the same name.",
      "An old record was left when a new one came.",
    ],
    fix: { any: "Leave one record at {name}, with the includes of all, and delete the others." },
    command: TXT_COMMAND,
    sources: ["RFC 7208 section 4.5"],
  },
  {
    code: "spf-syntax",
    family: "spf",
    severity: "error",
    title: "Receivers cannot read the SPF record",
    why: 'A record with a fault is not read in part: the result is "permerror" or "none", and mail has no SPF pass.',
    causes: [
      "A typing error, or quotes and blanks that a panel stored as part of the value.",
      "A record that it includes is missing or faulty.",
    ],
    fix: { any: CORRECT_BY_HAND },
    command: TXT_COMMAND,
    sources: ["RFC 7208 section 4.6", "RFC 7208 section 12"],
  },
  {
    code: "spf-without-ses",
    family: "spf",
    severity: "error",
    title: "The SPF record does not let SES send",
    why: "Mail from SES with this MAIL FROM name fails SPF: the record allows other servers only.",
    causes: [
      "The record was written for another service.",
      'The include of SES is behind "all", or has a qualifier that is no pass.',
    ],
    fix: {
      any: 'Add include:amazonses.com to the record at {name}, before its "all".',
    },
    command: TXT_COMMAND,
    sources: ["RFC 7208 section 5.2", MAIL_FROM_GUIDE],
  },
  {
    code: "spf-too-many-lookups",
    family: "spf",
    severity: "error",
    title: "The SPF record causes too many look-ups",
    why: 'Receivers stop after 10 look-ups, or 2 that find nothing: the result is "permerror". What stands behind that point never passes.',
    causes: [
      "The record includes many services, some of which include others.",
      "Records include one another in a circle.",
    ],
    fix: { any: "Remove includes that are not needed at {name}. SES alone needs one: {records}" },
    command: TXT_COMMAND,
    sources: ["RFC 7208 section 4.6.4"],
  },
  {
    code: "spf-no-all",
    family: "spf",
    severity: "warning",
    title: 'The SPF record has no "all"',
    why: 'Without "all" or "redirect" at the end, other servers get "neutral": the record forbids nothing.',
    causes: ["The end of the record was forgotten, or cut off."],
    fix: { any: 'Add "~all" at the end of the record at {name}.' },
    command: TXT_COMMAND,
    sources: ["RFC 7208 section 4.7"],
  },
  {
    code: "spf-at-domain-useless",
    family: "spf",
    severity: "note",
    title: "The include of SES at the domain itself does nothing",
    why: "Receivers look at the MAIL FROM name, which is another one with SES. The include only uses up one of ten look-ups.",
    causes: ["Many instructions tell you to add include:amazonses.com at the domain."],
    fix: {
      any: "Nothing needs to be done. You may remove include:amazonses.com at {name}, if no other service needs it.",
    },
    command: TXT_COMMAND,
    sources: ["RFC 7208 section 2.4", MAIL_FROM_GUIDE],
  },
] as const satisfies readonly Entry[];
