import { DKIM_LAPSES, type Entry, LAPSES, MAIL_FROM_LAPSES } from "./entry";

const ALL_LAPSES = [...LAPSES, ...DKIM_LAPSES, ...MAIL_FROM_LAPSES];

/** The zone: its delegation, and the zone that is written to. */
export const ZONE_ENTRIES = [
  {
    code: "zone-unknown",
    family: "zone",
    severity: "error",
    title: "The domain does not exist in public DNS",
    why: "The parent zone answers NXDOMAIN. So no resolver, and not SES either, can find the record.",
    causes: [
      "The registration has expired, or the domain was never registered.",
      "It is registered, but has no name servers.",
      "The name exists only in an internal network.",
      "It is misspelt.",
    ],
    fix: {
      any: "Look up the domain at its registrar (whois {domain}). Renew or register it, and enter the name servers of the host that holds the zone. For a subdomain, add its NS records to the parent zone.",
      route53:
        "Look up the domain at its registrar (whois {domain}), and enter the four name servers of the hosted zone (aws route53 get-hosted-zone).",
    },
    command: "dig +trace NS {domain}",
    sources: ["RFC 2308 section 2.1"],
    leadsTo: ["txt-missing", "dns-unread", ...ALL_LAPSES],
  },
  {
    code: "zone-not-delegated",
    family: "zone",
    severity: "error",
    title: "The domain is not delegated to the zone that is written to",
    why: "The delegation names other servers, so no resolver sees values that are written there.",
    causes: [
      "The registrar still names the previous host's servers.",
      "The hosted zone was deleted and created again, and got other servers.",
      "The host has two zones of this name, and the domain is delegated to the other one.",
      "A subdomain was delegated to another host.",
    ],
    fix: {
      shell:
        "Publish the value at the host that the delegation names. Or delegate the domain to the zone that has the value, at the registrar or in the parent zone.",
      any: "Enter the servers of the zone that is written to, at the registrar or in the parent zone. Or name in `dns` the host that the delegation names.",
      route53:
        "At the registrar (Route 53: Registered domains), enter the four name servers of the hosted zone. If another hosted zone of this name is the delegated one, name it with zoneId, or omit zoneId.",
      cloudflare:
        'At the registrar, enter the two name servers that Cloudflare assigned to the zone. Until then, the zone is "pending".',
      googleDns:
        "At the registrar, enter the four name servers of the managed zone. If another managed zone of this name is the delegated one, name it with zone, or omit zone.",
      manual: "Publish the record at the host that the delegation names.",
    },
    command: "dig +trace NS {zone}",
    leadsTo: ALL_LAPSES,
    excludes: ["txt-missing"],
  },
  {
    code: "zone-private",
    family: "zone",
    severity: "error",
    title: "The record is in a private zone",
    why: "A private zone answers only within its own networks. SES asks public DNS.",
    causes: ["Two zones have the same name, one private and one public, and zoneId names the private one."],
    fix: {
      any: "Name the public zone, or omit zoneId: private zones are then skipped.",
      manual: "Publish the value in the public zone of the same name.",
    },
    command: "dig +trace TXT {name}",
    leadsTo: ALL_LAPSES,
    excludes: ["txt-missing"],
  },
  {
    code: "delegation-mismatch",
    family: "zone",
    severity: "warning",
    title: "The parent zone and the zone itself name different servers",
    why: "Resolvers use either list. A value that is not on all servers of both lists is seen only sometimes.",
    causes: [
      "The host was changed at the registrar, but not in the zone's own NS records, or vice versa.",
      "A server was removed from only one of the two lists.",
    ],
    fix: {
      any: "Enter the same servers in the zone's NS records and at the registrar (or in the parent zone). Name all servers that hold the current zone, and no others.",
      route53: "Enter the four name servers of the hosted zone in its NS record and at the registrar.",
    },
    command: "dig +norec NS {zone} @{server}",
    sources: ["RFC 1034 section 4.2.2"],
    leadsTo: ["txt-partial", "servers-disagree"],
  },
  {
    code: "dnssec-bogus",
    family: "zone",
    severity: "error",
    title: "DNSSEC is broken",
    why: "Validating resolvers answer SERVFAIL for every name of the zone. SES, and every mail server that validates, get no records.",
    causes: [
      "The host was changed, but the DS record at the registrar still belongs to the keys of the previous host.",
      "Signatures have expired, because signing stopped.",
    ],
    fix: {
      any: "Delete the DS record at the registrar, or replace it with the one from the present host. Then sign the zone again. Resolvers recover when the DS record's TTL has passed.",
    },
    command: "dig +cd TXT {name} @{server}",
    sources: ["RFC 4035 section 5.5"],
    leadsTo: ["dns-unread", ...ALL_LAPSES],
  },
  {
    code: "dns-unread",
    family: "zone",
    severity: "warning",
    unlearned: true,
    title: "DNS could not be read",
    why: "The record's state is unknown, so nothing is changed because of it.",
    causes: [
      "The recursive resolver did not answer.",
      "This machine has no network, or a firewall drops the questions.",
    ],
    fix: {
      shell: "Check this machine's network, and the addresses given with --resolver.",
      any: "Check this machine's network, and the addresses in dnsCheck.resolvers.",
    },
    command: "dig TXT {name}",
  },
  {
    code: "dns-limit",
    family: "zone",
    severity: "warning",
    unlearned: true,
    title: "The domain depends on more name servers than are asked",
    why: "The state of the servers that were not asked is unknown. Resolvers have similar limits and may give up on such a domain, and so may SES.",
    causes: [
      "Name servers have names in zones whose own servers have names in further zones, and so on.",
      "The delegation names more than 20 servers.",
      "The servers' CNAMEs lead to many names, or the zone's referrals do not end.",
      "The domain was set up to flood other servers with questions.",
    ],
    fix: {
      any: "Name at most 13 servers at the registrar and in the zone, with names whose zones have their addresses.",
    },
    command: "dig +trace NS {zone}",
    sources: ["RFC 1034 section 5.3.3", "https://www.nxnsattack.com/"],
  },
] as const satisfies readonly Entry[];
