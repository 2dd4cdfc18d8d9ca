// #region descriptor
import { clip, holdsCredentials } from "../../../provider/core/text";
import type { HostDescriptor } from "../../../provider/dns/descriptor";
import { readSetting } from "../../../provider/dns/named-sets";
import type { ExampleEntry } from "./entry";

const load = (): typeof import("./example") => require("./example");

export const example: HostDescriptor<ExampleEntry> = {
  kind: "example",
  title: "Example DNS",
  aliases: ["exampledns"],
  properties: {
    url: {
      type: "text",
      role: "host",
      describe: "the API's address. Default: configuration, then environment",
      supplied: {
        read: (settings) => readSetting(settings, "sesdomain:exampleDnsUrl", "EXAMPLE_DNS_URL"),
        missing: 'is missing; name the API\'s address, such as "http://127.0.0.1:8080", or set EXAMPLE_DNS_URL',
      },
      judge(text) {
        if (holdsCredentials(text)) return { fault: "holds credentials; put the token into EXAMPLE_DNS_TOKEN" };
        if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return { value: text.replace(/\/+$/, "") };
        return { fault: `"${clip(text)}" is not an http or https address` };
      },
    },
  },
  named: "one for each server",
  config: [],
  open: (entry, ports) => load().openExample(entry, ports),
};
// #endregion
