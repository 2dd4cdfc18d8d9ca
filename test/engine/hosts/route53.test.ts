import { describeHost } from "../../support/engine/host-story";
import { openRoute53Host } from "../../support/engine/hosts";

describeHost({
  name: "Route 53 in another account",
  open: openRoute53Host,
  refusal: /Route 53: .*at-route53-example\.com/,
});
