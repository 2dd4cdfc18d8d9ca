import type { Entry } from "./entry";

const ACCOUNT_COMMAND = "aws sesv2 get-account --region {region}";

/** What SES says of the account in a region, and what a sender still lacks. */
export const ACCOUNT_ENTRIES = [
  {
    code: "sending-paused",
    family: "account",
    severity: "error",
    title: "SES has paused sending",
    why: "SES refuses all mail of the account in this region, whatever its identities and records say.",
    causes: [
      "AWS paused the account, because of bounces, complaints or a review.",
      "A person or an alarm of yours switched sending off.",
    ],
    fix: {
      any: "Look at the account dashboard of SES in {region}, and at the mail that AWS sent about it. If you switched it off: aws sesv2 put-account-sending-attributes --sending-enabled --region {region}",
    },
    command: ACCOUNT_COMMAND,
    sources: ["https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html"],
  },
  {
    code: "sandbox",
    family: "account",
    severity: "warning",
    title: "The account is in the sandbox",
    why: "In the sandbox SES sends to verified addresses and domains only, and at most 200 mails a day.",
    causes: ["Production access was never asked for in this region: each region has its own."],
    fix: { any: "Ask for production access on the account dashboard of SES in {region}. AWS answers within a day." },
    command: ACCOUNT_COMMAND,
    sources: ["https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html"],
  },
  {
    code: "address-overrides",
    family: "account",
    severity: "warning",
    title: "Addresses of the domain have settings of their own",
    why: "For mail from such an address SES uses the address's own DKIM and MAIL FROM settings, and not those of {domain}.",
    causes: ["The address was verified by itself, before the domain was or besides it."],
    fix: {
      any: "If no program needs the address as an identity of its own, delete that identity at SES. Otherwise, compare its settings with the domain's.",
    },
    command: "aws sesv2 list-email-identities --region {region}",
    sources: ["https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html"],
  },
  {
    code: "not-ready-to-send",
    family: "account",
    severity: "note",
    title: "The domain is verified, and a sender lacks more",
    why: "Verification alone lets SES send. Gmail, Yahoo and Microsoft ask bulk senders for aligned DKIM and a DMARC record.",
    causes: ["The program asks for verification only: DKIM and MAIL FROM are off unless it asks for them."],
    fix: {
      any: 'If the domain sends mail, write `dkim: true` and `mailFrom: "bounce"`. Without a DMARC record, add `dmarc: { ifAbsent: "v=DMARC1; p=none" }`.',
      shell:
        'Ask SES for DKIM (aws ses verify-domain-dkim --domain {domain} --region {region}), and publish its CNAME records. Without a DMARC record, publish _dmarc.{domain}. IN TXT "v=DMARC1; p=none".',
    },
    command: "aws sesv2 get-email-identity --email-identity {domain} --region {region}",
    sources: ["https://support.google.com/a/answer/81126", "https://senders.yahooinc.com/best-practices/"],
    excludes: ["dkim-not-started", "mail-from-not-set", "dmarc-missing"],
  },
] as const satisfies readonly Entry[];
