import { describeHost } from "../../support/engine/host-story";
import { openBindHost } from "../../support/engine/hosts";

describeHost({
  name: "BIND, by RFC 2136",
  programs: ["named", "dig", "nsupdate"],
  open: openBindHost,
  secretsIn: "environment",
  refusal: /RFC 2136 .*at-bind-example\.com/,
});
