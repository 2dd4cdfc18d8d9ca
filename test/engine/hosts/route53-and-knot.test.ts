import { describeHost } from "../../support/engine/host-story";
import { openTwoHosts } from "../../support/engine/hosts";

describeHost({
  name: "Route 53 and Knot together",
  programs: ["knotd", "dig", "nsupdate"],
  open: openTwoHosts,
  refusal: /RFC 2136 .*at-two-hosts-example\.com/,
});
