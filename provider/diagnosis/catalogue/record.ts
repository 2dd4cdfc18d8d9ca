import { AWS_GUIDE, type Entry, FOUND_COMMAND, PUBLISH_BY_HAND, TXT_COMMAND } from "./entry";

/** The TXT record itself: absent, damaged, or somewhere else. */
export const RECORD_ENTRIES = [
  {
    code: "txt-missing",
    family: "record",
    severity: "error",
    title: "No name server has the value",
    why: "SES looks for this value in public DNS. Without it a new domain stays Pending and fails after 72 hours, and a verified one is revoked.",
    causes: [
      "It was never published, or not saved at the host.",
      "Somebody, or a tool that owns the whole record set, removed it.",
      "It was published in a zone that the world does not ask.",
    ],
    fix: {
      any: "Run `pulumi up`: it publishes the value and leaves all others. If it disappears again, find the other writer: a second tool may manage the same record set.",
      manual: PUBLISH_BY_HAND,
    },
    command: TXT_COMMAND,
    sources: [AWS_GUIDE],
  },
  {
    code: "txt-partial",
    family: "record",
    severity: "error",
    title: "Only some name servers have the value",
    why: "SES asks one of the servers, and which one is chance: the verification comes late, or fails, or is lost again.",
    causes: [
      "The change is still on its way: secondaries fetch it after the primary has it.",
      "A secondary no longer gets the zone (transfer refused, or its serial was not raised).",
      "The zone is served by two hosts, and only one of them was written to.",
    ],
    fix: {
      shell:
        "Wait for one refresh interval of the zone. If the same servers still lack it, repair their zone transfer, take them out of the delegation, or publish the value at the second host too.",
      any: "Wait for one refresh interval of the zone. If the same servers still lack it, repair their zone transfer, take them out of the delegation, or, where they belong to a second host, add that host to `dns`.",
      route53:
        "Wait a minute for Route 53. If the same servers still lack it, they are not Route 53's: add their host to `dns`, or take them out of the delegation.",
      rfc2136:
        "Check that the primary notifies its secondaries and raises the serial, and that they may transfer the zone; take dead ones out of the delegation.",
      powerdns:
        "Raise the zone's serial and notify the secondaries (pdns_control notify {zone}), and check that they may transfer the zone.",
    },
    command: TXT_COMMAND,
  },
  {
    code: "txt-multivalue-overflow",
    family: "record",
    severity: "error",
    title: "Too many values for a multivalue answer",
    why: "With multivalue answer routing, Route 53 answers with at most eight of a name's record sets, chosen at random. Whether SES sees its value is chance, each time it looks.",
    causes: ["Every value was made a multivalue record set of its own, and there are more than eight."],
    fix: {
      any: "Put all values into one simple record set at {name}: one set holds as many values as are needed, and all of them are answered.",
      route53:
        "Replace the multivalue record sets at {name} by one with simple routing that holds all their values: in one change batch, so that none is missing meanwhile.",
    },
    command: TXT_COMMAND,
    sources: ["https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-multivalue.html"],
  },
  {
    code: "txt-wrong-value",
    family: "record",
    severity: "error",
    title: "The value is there, but damaged",
    why: "SES compares character by character: upper and lower case, `+`, `/` and the final `=` count.",
    causes: [
      "A form or a script decoded `+` as a space, or cut the final `=`.",
      "It was pasted with quotes around it, a line break, or spaces.",
      "The value was split into two records instead of two strings of one record.",
      "The value of an earlier verification is still there.",
    ],
    fix: {
      any: "Run `pulumi up`: it publishes the right value beside the damaged one, which is not ours to remove. Then delete the damaged one at the host.",
      manual: `Replace the damaged value. ${PUBLISH_BY_HAND}`,
    },
    command: TXT_COMMAND,
    sources: [AWS_GUIDE],
  },
  {
    code: "txt-other-identity",
    family: "record",
    severity: "error",
    title: "Only the value of another region or account is there",
    why: "Every region and every account has a token of its own for the same domain. One does not stand for another.",
    causes: [
      "The domain was verified in one region or account, and its value was taken for all.",
      "A tool that owns the record set wrote one region's value over the other's.",
      "The identity was made anew and got a new token.",
    ],
    fix: {
      shell: `Add a value to the record set and keep the one that is there. ${PUBLISH_BY_HAND}`,
      any: "Run `pulumi up`: it adds this identity's value to the set and keeps the others.",
      manual: `Add a value to the record set and keep the one that is there. ${PUBLISH_BY_HAND} A host that holds one value a name: set multipleValues to false.`,
    },
    command: TXT_COMMAND,
    sources: [AWS_GUIDE],
  },
  {
    code: "txt-name-doubled",
    family: "record",
    severity: "error",
    title: "The domain stands twice in the record's name",
    why: "SES looks at {name}, and nothing is there.",
    causes: ["The DNS host appends the domain to every name, and the name that was entered held it already."],
    fix: {
      any: "Run `pulumi up`: it publishes the value at {name}. Then delete {found}.",
      manual:
        "Enter the name without the domain, or with a dot at its end ({name}.), which tells the host that it is complete. Delete {found}.",
    },
    command: FOUND_COMMAND,
    sources: [AWS_GUIDE],
  },
  {
    code: "txt-at-domain",
    family: "record",
    severity: "error",
    title: "The value is at the domain itself, in another form or place than expected",
    why: 'It is expected at {name} as "{value}". At the domain itself, this resource writes and watches values only with `amazonses:` in front, and only where `placement` says so.',
    causes: [
      "The host's panel reads an empty or unknown name as the domain itself.",
      "It was put there by hand for a host that takes no underscores, and `placement` does not say so.",
    ],
    fix: {
      shell: `${PUBLISH_BY_HAND} If the host takes no underscores, it may stay where it is, as amazonses:TOKEN.`,
      any: 'Run `pulumi up`: it publishes the value where it is expected. Then delete the stray one. If the host takes no underscores, set placement to "apex".',
      manual: `${PUBLISH_BY_HAND} If the host takes no underscores, set underscores to false.`,
    },
    command: FOUND_COMMAND,
    sources: [AWS_GUIDE],
  },
  {
    code: "txt-without-underscore",
    family: "record",
    severity: "error",
    title: "The record's name lacks its underscore",
    why: "`amazonses` and `_amazonses` are two names. SES looks at {name}.",
    causes: ["The host's panel dropped the underscore without a word.", "The name was typed."],
    fix: {
      shell: `${PUBLISH_BY_HAND} If the host drops the underscore, publish it at {domain} itself, with amazonses: in front of the token.`,
      any: "Run `pulumi up`: it publishes the value at {name}. Then delete {found}.",
      manual: `${PUBLISH_BY_HAND} If the host drops the underscore, set underscores to false: the value then goes to the domain itself.`,
    },
    command: FOUND_COMMAND,
    sources: [AWS_GUIDE],
  },
  {
    code: "txt-wrong-level",
    family: "record",
    severity: "error",
    title: "The value is one level too high or too low",
    why: "SES looks at {name}, exactly one label below the domain that is to be verified.",
    causes: [
      "The record was made for the parent domain, or for a subdomain.",
      "The name was entered relative to another zone than the one it was meant for.",
    ],
    fix: {
      any: "Run `pulumi up`: it publishes the value at {name}. Then delete the one at {found}.",
      manual: PUBLISH_BY_HAND,
    },
    command: FOUND_COMMAND,
  },
  {
    code: "txt-under-cname",
    family: "record",
    severity: "error",
    title: "The record's name is an alias",
    why: "A name with a CNAME has no records of its own (RFC 1034 section 3.6.2): whoever asks for {name} is sent on to the alias's target, where the value is not.",
    causes: ["A CNAME stands at the name.", "A wildcard CNAME of the zone (*.{domain}) answers for it."],
    fix: {
      any: "Delete the CNAME at {name}, or, if it comes from a wildcard, publish the TXT record: a record of its own takes precedence over the wildcard.",
    },
    command: "dig +norec CNAME {name} @{server}",
    sources: ["RFC 1034 section 3.6.2"],
  },
  {
    code: "txt-wildcard",
    family: "record",
    severity: "warning",
    title: "A wildcard record answers for the name",
    why: "The zone has a wildcard TXT record, so {name} seems to exist with values that nobody published there.",
    causes: ["A TXT record at *.{domain}, mostly for SPF."],
    fix: {
      any: "Publish the value at {name}: a record of its own takes precedence over the wildcard. The wildcard can stay.",
    },
    command: TXT_COMMAND,
    sources: ["RFC 4592 section 2.2"],
  },
  {
    code: "absence-cached",
    family: "record",
    severity: "note",
    title: "Caches may hold what is there now for long",
    why: "Who asked before the value was there is told from the cache what there was, or that there was nothing, until its time is over. SES may look late because of it.",
    causes: [
      "Nothing is there, and the last field of the zone's SOA record, or the SOA's own TTL, is large.",
      "Another value is there, with a large TTL.",
    ],
    fix: {
      any: "Publish, then wait that long before suspecting anything else. For the future, lower the record's TTL and the SOA's minimum to 300 seconds or so.",
    },
    command: "dig +norec SOA {zone} @{server}",
    sources: ["RFC 2308 section 5"],
  },
] as const satisfies readonly Entry[];
