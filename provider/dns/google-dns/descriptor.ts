import { clip } from "../../core/text";
import { type HostDescriptor, nameHint } from "../descriptor";
import type { GoogleDnsEntry } from "./entry";

/** A project of an organisation's domain has `domain:` in front (Cloud Resource Manager, Projects). */
const PROJECT = /^([a-z0-9.-]+:)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** The name, or the number (Cloud DNS API reference, ManagedZone). */
const ZONE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const LETTERS = "lower-case letters, digits and hyphens";

const load = (): typeof import("./google-dns") => require("./google-dns");

export const googleDns: HostDescriptor<GoogleDnsEntry> = {
  kind: "googleDns",
  title: "Google Cloud DNS",
  aliases: ["google", "gcp", "gcloud", "clouddns", "googleclouddns"],
  properties: {
    project: {
      type: "text",
      role: "zone",
      describe:
        "the id of the project that holds the zone. Default: `sesdomain:googleProject`, `gcp:project`, then `GOOGLE_CLOUD_PROJECT` (`GOOGLE_PROJECT`, `GCLOUD_PROJECT`), then the project of the credentials",
      judge: (text) =>
        PROJECT.test(text) ? { value: text } : { fault: `"${clip(text, 40)}" is not the id of a project: ${LETTERS}` },
    },
    zone: {
      type: "text",
      role: "zone",
      describe:
        "the managed zone's name in the project. Default: the longest public zone that holds the name and to which the domain is delegated",
      judge: (text) =>
        ZONE.test(text)
          ? { value: text }
          : { fault: `"${clip(text, 40)}" is not the name of a managed zone: ${LETTERS}${nameHint(text)}` },
    },
  },
  // docs.cloud.google.com/dns/docs/update-name-servers.
  serverNames: /^ns-cloud-[a-e]\d\.googledomains\.com\.?$/i,
  named: "one for each project or account",
  config: ["gcp", "google"],
  open: (entry, ports) => load().openGoogleDns({ ...entry, delegatedServers: ports.delegatedServers }, ports),
};
