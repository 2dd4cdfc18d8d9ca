import { AWS_GUIDE, type Entry, UNCONFIRMED } from "./entry";

const ADDRESS_STATUS_COMMAND = "aws ses get-identity-verification-attributes --identities {address} --region {region}";
const ADDRESSES_COMMAND = "aws sesv2 list-email-identities --filter IdentityType=EMAIL_ADDRESS --region {region}";
const MX_COMMAND = "dig MX {domain}";

const LOOK =
  "Look for a mail from Amazon Web Services, also in the spam folder, and follow its link. Send the address a mail from elsewhere to see that it can receive.";
const SEND_BY_HAND =
  "To have the mail sent again: aws ses verify-email-identity --email-address {address} --region {region}.";
const SEND_AGAIN = "Change resendTrigger and run `pulumi up` to have the mail sent again.";

/** Single addresses (VerifiedEmailAddress): whether a person has followed SES's link, and why the mail may not arrive. */
export const ADDRESS_ENTRIES = [
  {
    code: "address-unconfirmed",
    family: "addresses",
    severity: "warning",
    title: "Nobody has followed the link yet",
    why: "SES sends a mail with a link and waits for somebody to follow it. After 24 hours the link is dead and the verification has failed. Until then SES refuses mail from the address in this region.",
    causes: [
      "The mail has just been sent.",
      "It is in the spam folder, or in a quarantine.",
      "The address cannot receive mail, or is misspelt: see the other findings.",
    ],
    fix: {
      shell: `${LOOK} ${SEND_BY_HAND}`,
      any: `${LOOK} ${SEND_AGAIN}`,
    },
    command: ADDRESS_STATUS_COMMAND,
    sources: [AWS_GUIDE],
  },
  {
    code: "address-expired",
    family: "addresses",
    severity: "error",
    title: "The link was not followed in time",
    why: "Nobody followed SES's link within 24 hours, and it is dead now. SES sends no other mail by itself.",
    causes: [
      "The mail went into the spam folder or a quarantine.",
      "Nobody reads that mailbox, or nobody knew that the mail would come.",
      "The address cannot receive mail, or is misspelt: see the other findings.",
    ],
    fix: {
      shell: `Tell whoever reads the mailbox. ${SEND_BY_HAND} Then follow the link within 24 hours.`,
      any: `Tell whoever reads the mailbox. ${SEND_AGAIN} Then follow the link within 24 hours.`,
    },
    command: ADDRESS_STATUS_COMMAND,
    sources: [
      AWS_GUIDE,
      "https://docs.aws.amazon.com/ses/latest/APIReference/API_GetIdentityVerificationAttributes.html",
    ],
  },
  {
    code: "address-missing",
    family: "addresses",
    severity: "error",
    title: "SES does not know the address in this region",
    why: "Without an identity SES refuses mail from the address in this region, unless its whole domain is verified.",
    causes: [
      "Nobody has asked SES yet.",
      "Somebody deleted the identity.",
      "It is in another region or account, or in another spelling: before the `@`, upper and lower case count.",
    ],
    fix: {
      shell: `Where another region or account is meant, name it with --identity region@profile. ${SEND_BY_HAND}`,
      any: "Run `pulumi up`: it asks SES to send the mail. If the address is meant to be verified in another region or account, correct `identities`.",
    },
    command: ADDRESSES_COMMAND,
    sources: [AWS_GUIDE],
  },
  {
    code: "address-misspelt",
    family: "addresses",
    severity: "warning",
    title: "The address's domain looks like a typing error",
    why: "It is a letter or two away from a service at which millions have their mail. A mail to a stranger's domain is not read by whom it is for.",
    causes: ["The address was typed."],
    fix: { any: "Compare the address with what its owner wrote. If it is right, nothing needs to be done." },
    command: MX_COMMAND,
    sources: [AWS_GUIDE],
  },
  {
    code: "address-looks-alike",
    family: "addresses",
    severity: "note",
    title: "SES has an address that looks like this one",
    why: "Of two spellings one is mostly meant. SES takes every spelling for an address of its own; before the `@`, upper and lower case count too.",
    causes: ["One of the two is misspelt.", "Both exist, and both are meant."],
    fix: {
      shell: "Compare the two, and delete what is not used.",
      any: "Compare the two. If the other one is meant, write it in the program; delete what is not used.",
    },
    command: ADDRESSES_COMMAND,
    sources: [AWS_GUIDE],
  },
  {
    code: "address-not-needed",
    family: "addresses",
    severity: "note",
    title: "The address's domain is verified already",
    why: "SES takes mail from every address of a verified domain, and of its subdomains, in the same region and account. The address needs no verification of its own.",
    causes: ["The domain was verified later, or by somebody else in the account."],
    fix: {
      shell: "Nothing needs to be done, and nobody needs to follow the link.",
      any: "Remove this resource, unless the address is to keep settings of its own (a configuration set, feedback by mail). Nobody needs to follow the link.",
    },
    command: "aws sesv2 get-email-identity --email-identity {domain} --region {region}",
    sources: ["https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html"],
  },
  {
    code: "mail-domain-unknown",
    family: "addresses",
    severity: "error",
    title: "The address's domain does not exist",
    why: "DNS says NXDOMAIN: no mail can be brought there, SES's with the link neither.",
    causes: ["The domain is misspelt.", "Its registration has expired."],
    fix: { any: "Correct the address. If the domain is right, renew or register it." },
    command: MX_COMMAND,
    sources: ["RFC 5321 section 5.1"],
    leadsTo: UNCONFIRMED,
  },
  {
    code: "mail-refused",
    family: "addresses",
    severity: "error",
    title: "The address's domain says that it takes no mail",
    why: "Its only MX record is a null MX: the domain sends mail at most, and takes none. SES's mail with the link cannot arrive.",
    causes: ["The domain is for sending only.", "Another domain, or a subdomain, takes the mail."],
    fix: {
      any: "Verify the whole domain by its TXT record instead (VerifiedDomain), or take an address that can receive.",
    },
    command: MX_COMMAND,
    sources: ["RFC 7505"],
    leadsTo: UNCONFIRMED,
  },
  {
    code: "mail-no-server",
    family: "addresses",
    severity: "error",
    title: "Nobody takes mail for the address's domain",
    why: "The domain has neither an MX record nor an address of its own that could stand in for one: SES's mail with the link cannot arrive.",
    causes: [
      "The MX records were never made, or were lost in a move.",
      "The domain is misspelt.",
      "Mail goes to another name.",
    ],
    fix: {
      any: "Publish MX records for {domain}, or verify the whole domain by its TXT record instead (VerifiedDomain).",
    },
    command: MX_COMMAND,
    sources: ["RFC 5321 section 5.1"],
    leadsTo: UNCONFIRMED,
  },
  {
    code: "mail-no-mx",
    family: "addresses",
    severity: "warning",
    title: "The address's domain has no MX record",
    why: "Mail goes to the domain's own address then, mostly a web server, and mostly nobody takes it there.",
    causes: ["The MX records were never made, or were lost in a move.", "The domain is misspelt."],
    fix: { any: "Publish MX records for {domain}, or see that its own address takes mail." },
    command: MX_COMMAND,
    sources: ["RFC 5321 section 5.1"],
  },
  {
    code: "mail-server-unresolvable",
    family: "addresses",
    severity: "error",
    title: "A mail server of the address's domain has no address",
    why: "The MX record leads to a name, and the name leads nowhere. Mail waits for days, or takes the next server if there is one.",
    causes: ["The name in the MX record is misspelt.", "The domain that the mail server is named in has expired."],
    fix: { any: "Correct the MX record of {domain}, or give {server} an address." },
    command: "dig A {server}",
    sources: ["RFC 5321 section 5.1"],
    leadsTo: UNCONFIRMED,
  },
] as const satisfies readonly Entry[];
