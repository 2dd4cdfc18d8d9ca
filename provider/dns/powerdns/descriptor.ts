import { HOLDS_CREDENTIALS } from "../../core/host-port";
import { segmentFault } from "../../core/http";
import { clip, holdsCredentials } from "../../core/text";
import type { HostDescriptor } from "../descriptor";
import type { PowerdnsEntry } from "./entry";

const load = (): typeof import("./powerdns") => require("./powerdns");

export const powerdns: HostDescriptor<PowerdnsEntry> = {
  kind: "powerdns",
  title: "PowerDNS",
  aliases: ["pdns"],
  properties: {
    url: {
      type: "text",
      role: "host",
      describe: "the API's address, with or without `/api/v1`. Default: configuration, then environment",
      supplied: {
        read: ({ get, env }) => get("sesdomain:pdnsApiUrl") ?? env.PDNS_API_URL,
        missing: 'is missing; name the API\'s address, such as "http://ns1.example.net:8081", or set PDNS_API_URL',
      },
      judge(text) {
        if (holdsCredentials(text)) {
          return { fault: `${HOLDS_CREDENTIALS}, and put the API key into stack config or PDNS_API_KEY` };
        }
        const url = URL.canParse(text) ? new URL(text) : undefined;
        if (url !== undefined && /^https?:$/.test(url.protocol)) return { value: text.replace(/\/+$/, "") };
        return { fault: `"${clip(text)}" is not an http or https address, such as "http://ns1.example.net:8081"` };
      },
    },
    serverId: {
      type: "text",
      role: "host",
      describe: "default `localhost`, the name of the server itself in its API",
      judge(text) {
        const fault = segmentFault(text);
        if (fault === undefined) return { value: text };
        return { fault: `${fault}; it is one part of the API's path, usually "localhost"` };
      },
    },
  },
  named: "one for each server",
  config: [],
  endpoint: ({ url }) => `PowerDNS${url !== undefined && URL.canParse(url) ? ` at ${new URL(url).host}` : ""}`,
  open: (entry, ports) => load().openPowerdns(entry, ports),
};
