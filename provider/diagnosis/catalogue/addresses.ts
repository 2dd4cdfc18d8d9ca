import { AWS_GUIDE, type Entry, UNCONFIRMED } from "./entry";

const ADDRESS_STATUS_COMMAND = "aws ses get-identity-verification-attributes --identities {address} --region {region}";
const ADDRESSES_COMMAND = "aws sesv2 list-email-identities --filter IdentityType=EMAIL_ADDRESS --region {region}";
const MX_COMMAND = "dig MX {domain}";

const LOOK =
  "Look for a mail from Amazon Web Services, also in the spam folder, and follow its link. To check that the address can receive mail, send it one from another account.";
const SEND_BY_HAND =
  "To have the mail sent again: aws ses verify-email-identity --email-address {address} --region {region}.";
const SEND_AGAIN = "Change resendTrigger and run `pulumi up` to have the mail sent again.";
const SEND_ONCE_IT_ARRIVES = {
  shell: `First see that mail reaches the address: the other findings say how. ${SEND_BY_HAND}`,
  any: `First see that mail reaches the address: the other findings say how. ${SEND_AGAIN}`,
};

/** Single addresses (VerifiedEmailAddress): whether the link of SES was followed, and why the mail may not arrive. */
export const ADDRESS_ENTRIES = [
  {
    code: "address-unconfirmed",
    family: "addresses",
    severity: "warning",
    title: "The link has not been followed yet",
    why: "SES sends a mail with a link and waits until the link is followed. Until then it refuses mail from the address in this region. After 24 hours the link expires and the verification fails.",
    causes: [
      "The mail has just been sent.",
      "It is in the spam folder, or in a quarantine.",
      "The address cannot receive mail, or is misspelt: see the other findings.",
    ],
    fix: {
      shell: `${LOOK} ${SEND_BY_HAND}`,
      any: `${LOOK} ${SEND_AGAIN}`,
    },
    fixWhere: { undeliverable: SEND_ONCE_IT_ARRIVES },
    command: ADDRESS_STATUS_COMMAND,
    sources: [AWS_GUIDE],
  },
  {
    code: "address-expired",
    family: "addresses",
    severity: "error",
    title: "The link was not followed in time",
    why: "The link was not followed within 24 hours and has expired. SES sends no further mail by itself.",
    causes: [
      "The mail went into the spam folder or a quarantine.",
      "The mailbox is not read, or its reader did not expect the mail.",
      "The address cannot receive mail, or is misspelt: see the other findings.",
    ],
    fix: {
      shell: `Inform the reader of the mailbox. ${SEND_BY_HAND} Then follow the link within 24 hours.`,
      any: `Inform the reader of the mailbox. ${SEND_AGAIN} Then follow the link within 24 hours.`,
    },
    fixWhere: { undeliverable: SEND_ONCE_IT_ARRIVES },
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
    why: "Without an identity, SES refuses mail from the address in this region, unless the whole domain is verified.",
    causes: [
      "Its verification has not been requested yet.",
      "The identity was deleted.",
      "It exists in another region or account, or with another spelling: SES distinguishes upper and lower case before the `@`.",
    ],
    fix: {
      shell: `${SEND_BY_HAND} If you mean another region or account, name it with --identity region@profile instead.`,
      any: "Run `pulumi up`: it asks SES to send the mail. If you mean another region or account, correct `identities`.",
    },
    command: ADDRESSES_COMMAND,
    sources: [AWS_GUIDE],
  },
  {
    code: "address-misspelt",
    family: "addresses",
    severity: "warning",
    title: "The address's domain looks like a typing error",
    why: "It differs by one or two letters from the domain of a large mail service. Mail to the wrong domain does not reach the intended reader.",
    causes: ["The address was mistyped."],
    fix: { any: "Compare the address with what its owner wrote. If it is right, nothing needs to be done." },
    command: MX_COMMAND,
    sources: [AWS_GUIDE],
  },
  {
    code: "address-looks-alike",
    family: "addresses",
    severity: "note",
    title: "SES has an address that looks like this one",
    why: "Usually only one of two similar spellings is intended. SES treats each spelling as a separate address, and distinguishes upper and lower case before the `@`.",
    causes: ["One of the two is misspelt.", "Both exist, and both are intended."],
    fix: {
      shell: "Compare the two addresses, and delete the one that is not used.",
      any: "Compare the two addresses. If you mean the other one, write it in the program. Delete the one that is not used.",
    },
    command: ADDRESSES_COMMAND,
    sources: [AWS_GUIDE],
  },
  {
    code: "address-not-needed",
    family: "addresses",
    severity: "note",
    title: "The address's domain is verified already",
    why: "SES accepts mail from every address of a verified domain and its subdomains, in the same region and account. The address needs no verification of its own.",
    causes: ["The domain was verified later, or by another user of the account."],
    fix: {
      shell: "Nothing needs to be done, and the link need not be followed.",
      any: "Remove this resource, unless the address needs settings of its own (a configuration set, feedback by mail). The link need not be followed.",
    },
    command: "aws sesv2 get-email-identity --email-identity {domain} --region {region}",
    sources: ["https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html"],
  },
  {
    code: "mail-domain-unknown",
    family: "addresses",
    severity: "error",
    title: "The address's domain does not exist",
    why: "DNS answers NXDOMAIN: no mail can be delivered there, so the mail with the link cannot arrive.",
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
    title: "The address's domain states that it accepts no mail",
    why: "Its only MX record is a null MX: the domain accepts no mail. The mail with the link cannot arrive.",
    causes: ["The domain is for sending only.", "Another domain, or a subdomain, accepts the mail."],
    fix: {
      shell: "Verify the whole domain by its TXT record instead, or use an address that can receive mail.",
      any: "Verify the whole domain by its TXT record instead (VerifiedDomain), or use an address that can receive mail.",
    },
    command: MX_COMMAND,
    sources: ["RFC 7505"],
    leadsTo: UNCONFIRMED,
  },
  {
    code: "mail-no-server",
    family: "addresses",
    severity: "error",
    title: "No server accepts mail for the address's domain",
    why: "The domain has no MX record, and no address record to use instead. The mail with the link cannot arrive.",
    causes: [
      "The MX records were never made, or were lost in a move.",
      "The domain is misspelt.",
      "Mail goes to another name.",
    ],
    fix: {
      shell: "Publish MX records for {domain}, or verify the whole domain by its TXT record instead.",
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
    why: "Mail then goes to the domain's own address. That is usually a web server, which accepts no mail.",
    causes: ["The MX records were never made, or were lost in a move.", "The domain is misspelt."],
    fix: { any: "Publish MX records for {domain}, or make sure that its own address accepts mail." },
    command: MX_COMMAND,
    sources: ["RFC 5321 section 5.1"],
  },
  {
    code: "mail-server-unresolvable",
    family: "addresses",
    severity: "error",
    title: "A mail server of the address's domain has no address",
    why: "The MX record names a server whose name has no address. The sender tries the next server, if there is one, or retries for days.",
    causes: ["The name in the MX record is misspelt.", "The domain of the mail server's name has expired."],
    fix: { any: "Correct the MX record of {domain}, or give {server} an address." },
    command: "dig A {server}",
    sources: ["RFC 5321 section 5.1"],
    leadsTo: UNCONFIRMED,
  },
] as const satisfies readonly Entry[];
