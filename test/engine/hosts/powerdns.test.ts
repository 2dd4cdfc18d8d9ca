import { describeHost } from "../../support/engine/host-story";
import { openPowerdnsApiHost } from "../../support/engine/hosts";

describeHost({
  name: "PowerDNS, by its API",
  programs: ["pdns_server", "pdnsutil", "sqlite3", "dig", "nsupdate"],
  open: openPowerdnsApiHost,
  refusal: /PowerDNS .*at-powerdns-example\.com/,
});
