import { AWS_GUIDE, type Entry } from "./entry";

/** What is refused before anything is asked: arguments that cannot lead to a verified domain. */
export const INPUT_ENTRIES = [
  {
    code: "domain-web-mail",
    family: "arguments",
    severity: "error",
    title: "The domain belongs to a web-mail service",
    why: "A domain is verified by a record in its zone, and only its owner can put one there.",
    causes: ["Mail is to be sent from an address such as somebody@gmail.com, and its domain was given."],
    fix: {
      any: "Verify the one address that you send from, with VerifiedEmailAddress, or send from a domain of your own.",
    },
    sources: [AWS_GUIDE],
  },
  {
    code: "domain-public-suffix",
    family: "arguments",
    severity: "error",
    title: "The domain is a public suffix",
    why: "Under co.uk or com, others register their domains; the suffix itself belongs to a registry.",
    causes: ["A label is missing in front."],
    fix: { any: "Name the domain that is registered to you, one label below the suffix." },
    sources: ["https://publicsuffix.org/"],
  },
  {
    code: "placement-no-underscores",
    family: "arguments",
    severity: "error",
    title: "The DNS host takes no names with an underscore",
    why: "The record's usual name, {name}, cannot be written there.",
    causes: ["The host's panel allows only letters, digits and hyphens in names."],
    fix: {
      any: 'Leave placement at "auto", or set it to "apex": the value goes to the domain itself, as amazonses:TOKEN, beside SPF and the rest.',
      manual:
        "Set underscores to false: the value then goes to the domain itself, as amazonses:TOKEN, beside SPF and the rest.",
    },
    sources: [AWS_GUIDE],
  },
  {
    code: "placement-one-value",
    family: "arguments",
    severity: "error",
    title: "The DNS host holds one TXT value a name",
    why: "Every region and account needs a value of its own, and all of them stand under one name.",
    causes: ["The host's panel knows one TXT record a name, with one value."],
    fix: {
      any: 'With two identities, leave placement at "auto" or set it to "split": one value goes to {name}, one to the domain itself. With three or more, move the zone, or delegate {name} to a host that holds several values.',
      manual:
        "Set multipleValues to false: with two identities, one value goes to {name}, one to the domain itself. With three or more, move the zone, or delegate {name} to a host that holds several values.",
    },
    sources: [AWS_GUIDE],
  },
  {
    code: "address-unconfirmed",
    family: "addresses",
    severity: "error",
    title: "The address has not been confirmed",
    why: "SES sends a mail with a link and waits for the click. After 24 hours the link is dead and the verification has failed.",
    causes: [
      "The mail is in the spam folder.",
      "The address cannot receive mail: no mailbox, or the domain takes no mail (no MX, or a null MX).",
      "The address is misspelt: compare it with the list of the addresses that SES has.",
    ],
    fix: {
      any: "Look into the spam folder for a mail from Amazon Web Services. Send the address a mail from elsewhere to see that it can receive. Compare its spelling with SES's list (the command), and have the mail sent again.",
    },
    command: "aws sesv2 list-email-identities --region {region}",
    sources: [AWS_GUIDE, "RFC 7505"],
  },
] as const satisfies readonly Entry[];
