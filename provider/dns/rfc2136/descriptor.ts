import { isWithin, parseFqdn } from "../../core/fqdn";
import { hostPortFault } from "../../core/host-port";
import { clip, quotedAddress } from "../../core/text";
import type { HostDescriptor } from "../descriptor";
import type { Rfc2136Entry } from "./entry";

const load = (): typeof import("./rfc2136") => require("./rfc2136");

export const rfc2136: HostDescriptor<Rfc2136Entry> = {
  kind: "rfc2136",
  title: "RFC 2136",
  aliases: ["bind", "bind9", "knot", "nsupdate", "tsig", "ddns"],
  properties: {
    server: {
      type: "text",
      role: "host",
      describe:
        "the zone's primary: `host`, `host:port` or `[IPv6 address]:port`. Default: configuration, then environment",
      supplied: {
        read: ({ get, env }) => get("sesdomain:rfc2136Server") ?? env.RFC2136_NAMESERVER,
        missing: 'is missing; name the primary server, such as "ns1.example.net", or set RFC2136_NAMESERVER',
      },
      judge(text) {
        const fault = hostPortFault(text);
        return fault === undefined ? { value: text } : { fault: `${quotedAddress(text)} ${fault}` };
      },
    },
    zone: {
      type: "text",
      role: "zone",
      describe: "default: the zone that the server names in its SOA record",
      judge(text, about) {
        const parsed = parseFqdn(text);
        if ("fault" in parsed) return { fault: `"${clip(text)}" ${parsed.fault}` };
        const { name } = parsed;
        if (about === undefined || isWithin(about.name, name)) return { value: name };
        return { fault: `"${name}" does not hold ${about.domain}; name a zone at or above it, or leave it out` };
      },
    },
    transport: {
      type: "choice",
      role: "way",
      describe: "`tcp` (default) or `udp`; with `udp`, long messages still go over TCP",
      options: ["tcp", "udp"],
    },
  },
  named: "one for each TSIG key",
  config: [],
  endpoint: ({ server }) => `The DNS host ${server ?? "for RFC 2136 updates"}`,
  open: (entry, ports) => load().openRfc2136(entry, ports),
};
