import { describeBackend } from "../support/backend/suite";
import { openRealPowerdns } from "../support/powerdns/host";

describeBackend({ name: "PowerDNS", writers: "measured", part: "records", open: openRealPowerdns });
