import type { Entry } from "./entry";

/** The zone's servers, one by one, and the way to them. */
export const SERVER_ENTRIES = [
  {
    code: "server-lame",
    family: "servers",
    severity: "warning",
    title: "A name server is not an authority for the zone",
    why: "The delegation names it, but it does not serve the zone. Whoever happens to ask it gets nothing, and has to try another.",
    causes: [
      "The zone was removed from it, and the delegation not changed.",
      "It is a secondary whose copy has expired, since it could not reach its primary.",
    ],
    fix: { any: "Set the zone up on {server}, or take it out of the NS records at the registrar and in the zone." },
    command: "dig +norec SOA {zone} @{server}",
    sources: ["RFC 1912 section 2.8"],
  },
  {
    code: "server-unreachable",
    family: "servers",
    severity: "warning",
    title: "A name server does not answer",
    why: "SES and every resolver lose time on it, and lose the domain if the others fail too.",
    causes: [
      "It is switched off, or its address has changed.",
      "A firewall drops UDP and TCP port 53.",
      "It is overloaded.",
    ],
    fix: {
      any: "Bring {server} back, correct its address, or take it out of the NS records at the registrar and in the zone.",
    },
    command: "dig +norec SOA {zone} @{server}",
  },
  {
    code: "server-unresolvable",
    family: "servers",
    severity: "warning",
    title: "A name server's own name has no address",
    why: "The delegation leads to a name, and the name leads nowhere: nobody can ask this server.",
    causes: [
      "The name is misspelt at the registrar.",
      "The domain that the server is named in has expired.",
      "Its glue record is missing.",
    ],
    fix: {
      any: "Correct the name at the registrar, or give {server} an address (for a name inside the zone, also as glue at the registrar).",
    },
    command: "dig A {server}",
    sources: ["RFC 1912 section 2.3"],
  },
  {
    code: "servers-disagree",
    family: "servers",
    severity: "warning",
    title: "The name servers give different answers",
    why: "One zone, several contents: what a resolver sees depends on whom it asked.",
    causes: [
      "A change is on its way.",
      "A secondary no longer follows its primary.",
      "Two hosts serve the zone, and each is maintained apart.",
    ],
    fix: {
      any: "Compare the zone's serials (the command); repair the transfer to those behind, or bring the two hosts in line.",
    },
    command: "dig +nssearch {zone}",
  },
  {
    code: "server-behind",
    family: "servers",
    severity: "warning",
    title: "A secondary is behind its primary",
    why: "It serves an older copy of the zone, and with it older values, until it fetches the new one.",
    causes: [
      "Its refresh interval has not passed.",
      "It may not transfer the zone, or the notification does not reach it.",
      "The serial went backwards once.",
    ],
    fix: {
      any: "Wait for the refresh interval in the SOA record. If it stays behind, repair the transfer to {server}.",
    },
    command: "dig +nssearch {zone}",
    sources: ["RFC 1912 section 2.2", "RFC 1982"],
  },
  {
    code: "server-no-tcp",
    family: "servers",
    severity: "warning",
    title: "A name server does not answer over TCP",
    why: "Answers that do not fit a UDP packet, as large TXT sets at the domain itself do, cannot be had from it.",
    causes: ["A firewall lets only UDP port 53 through."],
    fix: { any: "Open TCP port 53 on {server}." },
    command: "dig +norec +tcp SOA {zone} @{server}",
    sources: ["RFC 7766 section 5"],
  },
  {
    code: "server-no-edns",
    family: "servers",
    severity: "warning",
    title: "A name server stumbles over EDNS",
    why: "Resolvers ask with EDNS first. They get an answer from this one late, or not at all.",
    causes: ["The software, or a firewall in front of it, is older than EDNS."],
    fix: { any: "Update the software of {server}, or the firewall in front of it." },
    command: "dig +norec +edns=0 SOA {zone} @{server}",
    sources: ["RFC 6891 section 7"],
  },
  {
    code: "port-53-blocked",
    family: "servers",
    severity: "error",
    title: "No name server can be reached from here",
    why: "The record cannot be checked from this machine, so nothing can be said about it, good or bad. SES may see it all the same.",
    causes: [
      "This network lets no DNS out but to its own resolver (offices, CI runners, some clouds).",
      "All servers of the domain are down.",
    ],
    fix: {
      any: 'Allow UDP and TCP port 53 to the outside, run from another network, or set dnsCheck to { mode: "doh" }: DNS over HTTPS, which asks caches and so proves less.',
    },
    command: "dig +norec SOA com @a.gtld-servers.net",
  },
  {
    code: "port-53-intercepted",
    family: "servers",
    severity: "error",
    title: "Somebody else answers for the name servers",
    why: "Every answer comes from a recursive resolver (RA set, AA not): something on the way takes the questions and answers from its cache. What the servers really serve stays unknown.",
    causes: [
      "The network, the provider or a VPN redirects port 53 to its own resolver.",
      "A security product inspects DNS.",
    ],
    fix: {
      any: 'Run from a network that lets DNS through, or set dnsCheck to { mode: "doh" }: DNS over HTTPS, which asks caches and so proves less.',
    },
    command: "dig +norec SOA {zone} @{server}",
    sources: ["RFC 1035 section 4.1.1"],
  },
] as const satisfies readonly Entry[];
