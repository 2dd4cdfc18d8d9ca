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
      any: 'Leave placement at "auto", or set it to "apex": the value goes to the domain itself, as amazonses:TOKEN, next to SPF and the rest.',
      manual:
        "Set underscores to false: the value then goes to the domain itself, as amazonses:TOKEN, next to SPF and the rest.",
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
] as const satisfies readonly Entry[];
