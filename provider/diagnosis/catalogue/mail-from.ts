import { type Entry, MAIL_FROM_LAPSES, RECORD_BY_HAND } from "./entry";

const MX_COMMAND = "dig +norec MX {name} @{server}";
const MAIL_FROM_GUIDE = "https://docs.aws.amazon.com/ses/latest/dg/mail-from.html";

/** The MX record of a custom MAIL FROM domain: one, and alone. */
export const MAIL_FROM_ENTRIES = [
  {
    code: "mail-from-mx-missing",
    family: "mail-from",
    severity: "error",
    title: "The MAIL FROM name has no MX record",
    why: "SES looks for one MX record there, and gives up after 72 hours. Without it SES uses its own MAIL FROM domain, or rejects mail, as the identity says.",
    causes: [
      "The record was never published, or not saved at the host.",
      "A person, or a tool that owns the zone, removed it.",
      "The change has not reached all servers yet, or only one of two hosts has it.",
    ],
    fix: { any: "Run `pulumi up`: it publishes the record.", manual: RECORD_BY_HAND },
    command: MX_COMMAND,
    sources: [MAIL_FROM_GUIDE],
    leadsTo: MAIL_FROM_LAPSES,
  },
  {
    code: "mail-from-mx-several",
    family: "mail-from",
    severity: "error",
    title: "The MAIL FROM name has several MX records",
    why: "SES accepts a MAIL FROM domain only with exactly one MX record.",
    causes: [
      "One name is used for several regions: each needs a MAIL FROM name of its own.",
      "The name also receives mail for another service.",
      "The record was entered twice, with different preferences.",
    ],
    fix: { any: "Delete the other MX records at {name}. If they are needed, choose another MAIL FROM name." },
    command: MX_COMMAND,
    sources: [MAIL_FROM_GUIDE],
    leadsTo: MAIL_FROM_LAPSES,
  },
  {
    code: "mail-from-mx-foreign",
    family: "mail-from",
    severity: "error",
    title: "The MX record at the MAIL FROM name is not SES's",
    why: "Bounces go to that server instead of SES, and SES does not accept the MAIL FROM domain.",
    causes: [
      "The name already receives mail for another service.",
      "The exchange was mistyped: it ends in amazonses.com, and in China in amazonaws.com.cn.",
      "The exchange was entered without its final dot, so the host appended the zone.",
    ],
    fix: {
      any: "Choose another MAIL FROM name. Or delete the MX record at {name}, and run `pulumi up`.",
      manual: "Choose another MAIL FROM name. Or delete the MX record at {name}, and publish {records} instead.",
    },
    command: MX_COMMAND,
    sources: [MAIL_FROM_GUIDE],
    leadsTo: MAIL_FROM_LAPSES,
  },
  {
    code: "mail-from-mx-other-region",
    family: "mail-from",
    severity: "warning",
    title: "The MX record names SES in another region",
    why: "Bounces go to SES in that region first. AWS does not document whether SES accepts such a record for this identity.",
    causes: ["One MAIL FROM name is used for several regions.", "The record was copied from another region."],
    fix: {
      any: "Use a MAIL FROM name of its own for each region. Or replace the MX record at {name} with {value}",
    },
    command: MX_COMMAND,
    sources: [MAIL_FROM_GUIDE],
    leadsTo: MAIL_FROM_LAPSES,
  },
  {
    code: "mail-from-mx-under-cname",
    family: "mail-from",
    severity: "error",
    title: "The MAIL FROM name is an alias",
    why: "A name with a CNAME has no other records (RFC 1034 section 3.6.2). SES is referred to the alias's target, which does not have the MX record.",
    causes: ["The name has a CNAME.", "A wildcard CNAME of the zone (*.{domain}) answers for it."],
    fix: {
      any: "Choose another MAIL FROM name. Or delete the CNAME at {name}, and run `pulumi up`, which alone is enough if a wildcard answers.",
      manual:
        "Choose another MAIL FROM name. Or delete the CNAME at {name}, and publish {records} instead. If a wildcard answers, publishing is enough.",
    },
    command: MX_COMMAND,
    sources: ["RFC 1034 section 3.6.2", MAIL_FROM_GUIDE],
    leadsTo: MAIL_FROM_LAPSES,
  },
  {
    code: "mail-from-receives",
    family: "mail-from",
    severity: "error",
    title: "The MAIL FROM name receives mail with SES",
    why: "Its MX record names SES's endpoint for receiving. A MAIL FROM domain must not receive other mail, and needs SES's endpoint for bounces.",
    causes: [
      "The name was set up for receiving mail with SES.",
      "SES's endpoint for receiving was entered instead of the one for bounces.",
    ],
    fix: {
      any: "Choose another MAIL FROM name. If the name need not receive mail, replace its MX record with {value}",
    },
    command: MX_COMMAND,
    sources: [MAIL_FROM_GUIDE],
    leadsTo: MAIL_FROM_LAPSES,
  },
] as const satisfies readonly Entry[];
