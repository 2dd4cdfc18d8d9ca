import { DKIM_LAPSES, type Entry, FOUND_COMMAND, IDENTITY_COMMAND, RECORD_BY_HAND, TXT_COMMAND } from "./entry";

const DKIM_GUIDE = "https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html";

/** The CNAME records of Easy DKIM: three an identity. */
export const DKIM_ENTRIES = [
  {
    code: "dkim-cname-missing",
    family: "dkim",
    severity: "error",
    title: "An identity's DKIM records are not published",
    why: "SES and receivers find the DKIM key through these CNAME records. Without them SES sends mail without the domain's signature. It stops looking after 72 hours.",
    causes: [
      "The records were never published, or not saved at the host.",
      "A person, or a tool that owns the zone, removed them.",
      "The key length was changed, so that SES gave other tokens.",
    ],
    fix: { any: "Run `pulumi up`: it publishes the records.", manual: RECORD_BY_HAND },
    command: TXT_COMMAND,
    sources: [DKIM_GUIDE],
    leadsTo: DKIM_LAPSES,
  },
  {
    code: "dkim-cname-partial",
    family: "dkim",
    severity: "error",
    title: "Only some DKIM records, or some name servers, are right",
    why: "SES verifies DKIM only with all three records: it uses the others when it changes keys. SES asks any one of the servers.",
    causes: [
      "A record was left out, or not saved at the host.",
      "The change has not reached all servers yet.",
      "Two hosts serve the zone, and the records were published at only one of them.",
    ],
    fix: {
      any: "Run `pulumi up`: it publishes what is missing. If only some servers lack it, wait for one refresh interval of the zone. Then look at their zone transfer.",
      manual: `${RECORD_BY_HAND} If only some servers lack it, wait for one refresh interval of the zone. Then look at their zone transfer.`,
    },
    command: TXT_COMMAND,
    sources: [DKIM_GUIDE],
    leadsTo: DKIM_LAPSES,
  },
  {
    code: "dkim-cname-wrong",
    family: "dkim",
    severity: "error",
    title: "A DKIM record has another target",
    why: "SES compares the whole target. It names the zone of the keys for each identity, and the zone differs between regions.",
    causes: [
      "The target was written for another region: some regions have a zone of their own.",
      "The records of another identity were copied, or the targets of two records were exchanged.",
      "The target was mistyped.",
    ],
    fix: {
      any: "Run `pulumi up`: it sets the right target.",
      manual: `Replace the record that is there. ${RECORD_BY_HAND}`,
    },
    command: TXT_COMMAND,
    sources: [DKIM_GUIDE],
    leadsTo: DKIM_LAPSES,
  },
  {
    code: "dkim-name-doubled",
    family: "dkim",
    severity: "error",
    title: "A DKIM record's name contains the domain twice",
    why: "SES looks at {name}, and the record is not there.",
    causes: ["The DNS host appends the domain to every name, and the name was entered with the domain."],
    fix: {
      any: "Run `pulumi up`: it publishes the record at {name}. Then delete {found}.",
      manual:
        "Publish {records} with the name entered without the domain, or with a final dot, which marks it as complete. Then delete {found}.",
    },
    command: FOUND_COMMAND,
    sources: [DKIM_GUIDE],
    leadsTo: DKIM_LAPSES,
  },
  {
    code: "dkim-target-doubled",
    family: "dkim",
    severity: "error",
    title: "A DKIM record's target ends in a domain that was appended",
    why: "SES publishes the key at the target that it names, and this is another name.",
    causes: ["The target was entered without its final dot, so the host took it as relative and appended the zone."],
    fix: {
      any: "Run `pulumi up`: it sets the right target.",
      manual:
        "Replace the record that is there. Publish {records} with the target's final dot, which marks it as complete.",
    },
    command: TXT_COMMAND,
    sources: ["RFC 1035 section 5.1"],
    leadsTo: DKIM_LAPSES,
  },
  {
    code: "dkim-name-taken",
    family: "dkim",
    severity: "error",
    title: "Another record is at the name of a DKIM record",
    why: "A name that has other records cannot have a CNAME (RFC 1034 section 3.6.2). So SES and receivers find no key there.",
    causes: [
      "A TXT or address record was entered at the token's name.",
      "An alias of the host, or a set with a routing policy, has this name.",
    ],
    fix: {
      any: "Delete the other record at {name}, and run `pulumi up`.",
      manual: "Delete the other record at {name}. Then publish {records} there.",
    },
    command: TXT_COMMAND,
    sources: ["RFC 1034 section 3.6.2"],
    leadsTo: DKIM_LAPSES,
  },
  {
    code: "dkim-cname-flattened",
    family: "dkim",
    severity: "error",
    title: "The DNS host answers in place of a DKIM record",
    why: "The host does not serve the CNAME. It answers with addresses, with what it finds at the target, or with nothing. SES looks for the CNAME.",
    causes: [
      "The record is proxied (the orange cloud at Cloudflare).",
      "The record, or the whole zone, is set to flatten CNAME records.",
      "It is an ALIAS or ANAME record, or an address was entered instead of a CNAME.",
    ],
    fix: {
      any: "Switch proxying and flattening off for the record at {name}. If it is an ALIAS, ANAME or address record, replace it with a CNAME.",
      cloudflare:
        'Run `pulumi up`: it sets the record to "DNS only". If the zone flattens all CNAME records, switch that off in its DNS settings.',
    },
    command: TXT_COMMAND,
    sources: [DKIM_GUIDE, "https://developers.cloudflare.com/dns/cname-flattening/"],
    leadsTo: DKIM_LAPSES,
  },
  {
    code: "dkim-txt-servfail",
    family: "dkim",
    severity: "error",
    title: "A name server has a DKIM record, but fails when asked for TXT",
    why: "SES and receivers ask for TXT at that name. Where a server fails at that question, they get no key, though the CNAME is there.",
    causes: [
      "The server follows the CNAME itself, and cannot resolve the target.",
      "A filter in front of the server drops or refuses questions for TXT.",
    ],
    fix: {
      any: "Ask the operator of {server} to answer questions for TXT at {name} with the CNAME. The server need not resolve the target.",
    },
    command: TXT_COMMAND,
    sources: ["RFC 1034 section 3.6.2", DKIM_GUIDE],
    leadsTo: DKIM_LAPSES,
  },
  {
    code: "dkim-no-underscores",
    family: "dkim",
    severity: "error",
    title: "The DNS host does not accept the underscore in DKIM names",
    why: "DKIM keys are only at names below _domainkey. So a domain at such a host cannot have DKIM. The TXT value alone still verifies it.",
    causes: ["The host's panel allows only letters, digits and hyphens in names, and dropped the underscore."],
    fix: {
      any: "Ask the DNS host to accept names with an underscore, or move the zone to a host that does. DKIM has no other name.",
    },
    command: FOUND_COMMAND,
    sources: ["RFC 6376 section 3.6.2.1", DKIM_GUIDE],
    leadsTo: DKIM_LAPSES,
  },
  {
    code: "dkim-wildcard",
    family: "dkim",
    severity: "warning",
    title: "A wildcard record answers for a DKIM name",
    why: "The zone has a wildcard record, so {name} seems to have a record that was never published there.",
    causes: ["A CNAME, TXT or address record at *.{domain}."],
    fix: {
      any: "Run `pulumi up`: the record that it publishes at {name} takes precedence over the wildcard. The wildcard can stay.",
      manual:
        "Publish the record at {name}: a record at the name itself takes precedence over the wildcard. The wildcard can stay.",
    },
    command: TXT_COMMAND,
    sources: ["RFC 4592 section 2.2"],
  },
  {
    code: "dkim-key-unpublished",
    family: "dkim",
    severity: "warning",
    title: "None of an identity's DKIM records leads to a key",
    why: "SES publishes the key where one of the three records leads. None of the three has one, so receivers cannot check signatures.",
    causes: [
      "SES has given these tokens just now, and has not published the key yet.",
      "The tokens are those of another identity, or of one that was deleted.",
    ],
    fix: {
      any: "Wait some minutes. If no key appears, compare the tokens with those that SES names for the identity. Then ask AWS Support.",
    },
    command: IDENTITY_COMMAND,
    sources: [DKIM_GUIDE],
  },
  {
    code: "dkim-stale",
    family: "dkim",
    severity: "note",
    title: "DKIM records of earlier tokens are still published",
    why: "SES no longer names these tokens. For some days receivers may still check mail that was signed before.",
    causes: [
      "The key length was changed, so that SES gave other tokens.",
      "The identity was deleted, and its records stayed.",
    ],
    fix: { any: "Leave the records for a week. Then delete them, {found} among them." },
    command: FOUND_COMMAND,
  },
] as const satisfies readonly Entry[];
