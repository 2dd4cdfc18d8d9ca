import { clip } from "../../core/text";
import { type HostDescriptor, nameHint } from "../descriptor";
import type { CloudflareEntry } from "./entry";
import { CLOUDFLARE_CAN } from "./limits";

const load = (): typeof import("./cloudflare") => require("./cloudflare");

export const cloudflare: HostDescriptor<CloudflareEntry> = {
  kind: "cloudflare",
  title: "Cloudflare",
  aliases: ["cf"],
  properties: {
    zoneId: {
      type: "text",
      role: "zone",
      describe:
        "32 hexadecimal digits (dashboard, Overview, API). Default: the longest zone of the token that holds the name",
      judge: (text) =>
        /^[0-9a-f]{32}$/i.test(text)
          ? { value: text.toLowerCase() }
          : {
              fault: `"${clip(text, 40)}" is not the id of a Cloudflare zone, 32 hexadecimal digits (dashboard, Overview, API)${nameHint(text)}`,
            },
    },
  },
  can: () => CLOUDFLARE_CAN,
  ttl: {
    least: 30,
    most: 86_400,
    also: [1],
    says: "Cloudflare takes 1 (automatic) and 30 to 86400, below 60 only in Enterprise zones",
  },
  // developers.cloudflare.com/dns/nameservers/nameserver-options, standard nameservers.
  serverNames: /^[a-z0-9-]+\.ns\.cloudflare\.com\.?$/i,
  named: "one for each Cloudflare account",
  config: ["cloudflare"],
  open: (entry, ports) => load().openCloudflare(entry, ports),
};
