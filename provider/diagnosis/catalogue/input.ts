import { AWS_GUIDE, type Entry } from "./entry";

/** What is refused before any request: arguments that cannot lead to a verified domain. */
export const INPUT_ENTRIES = [
  {
    code: "domain-web-mail",
    family: "arguments",
    severity: "error",
    title: "The domain belongs to a web-mail service",
    why: "A domain is verified by a record in its zone, and only its owner can publish one.",
    causes: ["You want to send from an address such as someone@gmail.com, and gave its domain."],
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
    why: "Domains are registered under a suffix such as co.uk or com. The suffix itself belongs to a registry.",
    causes: ["The first label is missing."],
    fix: { any: "Give the domain that is registered to you, one label below the suffix." },
    sources: ["https://publicsuffix.org/"],
  },
  {
    code: "placement-no-underscores",
    family: "arguments",
    severity: "error",
    title: "The DNS host does not accept names with an underscore",
    why: "The record's usual name, {name}, cannot be published there.",
    causes: ["The host's panel allows only letters, digits and hyphens in names."],
    fix: {
      any: 'Leave placement at "auto", or set it to "apex": the value is published at the domain itself, as amazonses:TOKEN, next to others.',
      manual:
        "Set underscores to false: the value is then published at the domain itself, as amazonses:TOKEN, next to others.",
    },
    sources: [AWS_GUIDE],
  },
  {
    code: "placement-one-value",
    family: "arguments",
    severity: "error",
    title: "The DNS host holds only one TXT value for each name",
    why: "Every region and account needs a value of its own, and all of them have the same name.",
    causes: ["The host's panel allows one TXT record for each name, with one value."],
    fix: {
      any: 'With two identities, leave placement at "auto" or set it to "split": one value is published at {name}, the other at the domain itself. With three or more, move the zone, or delegate {name} to a host that holds several values.',
      manual:
        "Set multipleValues to false: with two identities, one value is published at {name}, the other at the domain itself. With three or more, move the zone, or delegate {name} to a host that holds several values.",
    },
    sources: [AWS_GUIDE],
  },
] as const satisfies readonly Entry[];
