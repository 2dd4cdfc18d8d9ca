import { describeHost } from "../../support/engine/host-story";
import { openCloudflareHost } from "../../support/engine/hosts";

describeHost({
  name: "Cloudflare",
  open: openCloudflareHost,
  refusal: /Cloudflare: .*at-cloudflare-example\.com/,
});
