import { DOH_BY_HAND, type Entry } from "./entry";

/** The path between this machine and the name servers. */
export const PATH_ENTRIES = [
  {
    code: "parent-unreachable",
    family: "servers",
    severity: "error",
    unlearned: true,
    title: "The name servers of the parent zone give no usable answer",
    why: "The root's name servers answer. Those of a zone between the root and the domain do not answer, refuse, or fail. So the record's state is unknown. Resolvers may continue with cached answers.",
    causes: [
      "The servers of that zone have an outage.",
      "They refuse the question or fail (REFUSED, SERVFAIL), as servers do that no longer serve that zone.",
      "A filter on this network, or in front of those servers, drops the questions.",
    ],
    fix: {
      shell: `Try again later. ${DOH_BY_HAND}`,
      any: 'Try again later, also from another network, or set dnsCheck to { mode: "doh" }. DNS over HTTPS asks caches, so it proves less.',
    },
    command: "dig +trace NS {domain}",
  },
  {
    code: "port-53-blocked",
    family: "servers",
    severity: "error",
    unlearned: true,
    title: "No name server can be reached from here",
    why: "Neither the domain's name servers nor the root's answer. The record cannot be checked from this machine, so its state is unknown. SES may still see it.",
    causes: ["This network allows DNS only to its own resolver, as in offices, CI runners and some clouds."],
    fix: {
      shell: DOH_BY_HAND,
      any: 'Allow outgoing UDP and TCP port 53, run from another network, or set dnsCheck to { mode: "doh" }. DNS over HTTPS asks caches, so it proves less.',
    },
    command: "dig +norec SOA com @a.gtld-servers.net",
    leadsTo: ["dns-unread", "dns-limit"],
    excludes: ["server-unreachable"],
  },
  {
    code: "port-53-intercepted",
    family: "servers",
    severity: "error",
    title: "Another machine answers in place of the name servers",
    why: "Every answer, also for the root's name servers, comes from a recursive resolver (RA set, AA not set). So another machine intercepts the questions and answers from its cache. What the servers really serve is unknown.",
    causes: [
      "The network, the provider or a VPN redirects port 53 to its own resolver.",
      "A security product inspects DNS.",
    ],
    fix: {
      shell: DOH_BY_HAND,
      any: 'Run from a network that allows DNS, or set dnsCheck to { mode: "doh" }. DNS over HTTPS asks caches, so it proves less.',
    },
    command: "dig +norec SOA {zone} @{server}",
    sources: ["RFC 1035 section 4.1.1"],
    leadsTo: ["dns-unread", "dns-limit"],
    excludes: ["server-lame", "port-53-blocked"],
  },
] as const satisfies readonly Entry[];
