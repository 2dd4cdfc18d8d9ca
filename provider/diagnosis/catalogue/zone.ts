import { type Entry, LAPSES } from "./entry";

/** The zone: its delegated servers, and where we write. */
export const ZONE_ENTRIES = [
  {
    code: "zone-unknown",
    family: "zone",
    severity: "error",
    title: "The domain does not exist in public DNS",
    why: "The parent zone says NXDOMAIN: no resolver, SES's included, gets as far as the record.",
    causes: [
      "The registration has expired, or the domain was never registered.",
      "It is registered, but has no name servers.",
      "It is a name of an internal network only.",
      "It is misspelt.",
    ],
    fix: {
      any: "Look the domain up at its registrar (whois {domain}): renew or register it, and enter the name servers of the host that holds the zone. For a subdomain, add its NS records to the parent zone.",
      route53:
        "Look the domain up at its registrar (whois {domain}), and enter the four name servers of the hosted zone (aws route53 get-hosted-zone).",
    },
    command: "dig +trace NS {domain}",
    sources: ["RFC 2308 section 2.1"],
    leadsTo: ["txt-missing", "dns-unread", ...LAPSES],
  },
  {
    code: "zone-not-delegated",
    family: "zone",
    severity: "error",
    title: "The zone that is written to is not the one the world asks",
    why: "Values that go there are seen by nobody: the delegation leads to other servers.",
    causes: [
      "The registrar still names the previous host's servers.",
      "The hosted zone was deleted and made again: it got other servers.",
      "There are two zones of this name at the host, and the other one is delegated.",
      "A subdomain has been delegated to another host.",
    ],
    fix: {
      shell:
        "Publish the value at the host that the delegation leads to, or enter the servers of the zone that holds it at the registrar (or in the parent zone).",
      any: "Enter the servers of the zone that is written to at the registrar (or in the parent zone), or name the host that the delegation leads to in `dns`.",
      route53:
        "At the registrar (Route 53: Registered domains), enter the four name servers of the hosted zone. If another hosted zone of the same name is the delegated one, name it with zoneId or leave zoneId out.",
      cloudflare:
        'At the registrar, enter the two name servers that Cloudflare assigned to the zone; until then it is "pending".',
      googleDns:
        "At the registrar, enter the four name servers of the managed zone. If another managed zone of the same name is the delegated one, name it with zone or leave zone out.",
      manual: "Publish the record at the host that the delegation leads to.",
    },
    command: "dig +trace NS {zone}",
    leadsTo: LAPSES,
    excludes: ["txt-missing"],
  },
  {
    code: "zone-private",
    family: "zone",
    severity: "error",
    title: "The record is in a private zone",
    why: "A private zone answers inside its own networks only. SES asks public DNS.",
    causes: ["Two zones have the same name, one private and one public, and zoneId names the private one."],
    fix: {
      shell: "Publish the value in the public zone of the same name.",
      any: "Name the public zone, or leave zoneId out: private zones are then passed over.",
    },
    command: "dig +trace TXT {name}",
    leadsTo: LAPSES,
    excludes: ["txt-missing"],
  },
  {
    code: "delegation-mismatch",
    family: "zone",
    severity: "warning",
    title: "The parent zone and the zone itself name different servers",
    why: "Resolvers use the one list or the other. Values that are not on all of both are seen by chance.",
    causes: [
      "A change of host was made at the registrar, but not in the zone's own NS records, or the other way round.",
      "A server was retired and one of the two lists forgotten.",
    ],
    fix: {
      any: "Make the NS records in the zone and those at the registrar (or in the parent zone) the same: name the servers at both that hold the current zone, and no others.",
      route53:
        "Make the NS record of the hosted zone and the servers at the registrar the same four that the hosted zone was given.",
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
    why: "Validating resolvers answer SERVFAIL for every name of the zone. SES, and every mail server that validates, sees nothing.",
    causes: [
      "The host was changed, but the DS record at the registrar still belongs to the old host's keys.",
      "Signatures have expired, because signing stopped.",
    ],
    fix: {
      any: "Delete the DS record at the registrar, or replace it with the one the present host gives; then sign again. It takes the DS record's TTL to heal.",
    },
    command: "dig +cd TXT {name} @{server}",
    sources: ["RFC 4035 section 5.5"],
    leadsTo: ["dns-unread", ...LAPSES],
  },
  {
    code: "dns-unread",
    family: "zone",
    severity: "warning",
    unlearned: true,
    title: "DNS could not be read",
    why: "Nothing is known about the record, so nothing is changed because of it.",
    causes: ["The recursive resolver did not answer.", "This machine has no network, or a firewall is between."],
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
    title: "The domain leads to more name servers than are asked",
    why: "Nothing is known of the servers that were not asked. Resolvers have limits of their own and may give up on such a domain, and so may SES.",
    causes: [
      "Name servers are named in zones whose own servers are named in further zones, and so on.",
      "The delegation names more than 20 servers.",
      "The servers' CNAMEs lead to many names, or the zone refers ever further down.",
      "The domain is made to have other servers flooded with questions.",
    ],
    fix: {
      any: "Name at most 13 servers at the registrar and in the zone, in zones that have addresses for them.",
    },
    command: "dig +trace NS {zone}",
    sources: ["RFC 1034 section 5.3.3", "https://www.nxnsattack.com/"],
  },
] as const satisfies readonly Entry[];
