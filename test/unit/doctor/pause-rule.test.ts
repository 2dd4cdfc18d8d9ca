import { deepEqual } from "node:assert/strict";
import type { ServerSighting } from "../../../provider/authority/authority";
import { openPauseRule } from "../../../provider/cli/doctor/pause-rule";
import { fqdn } from "../../../provider/core/fqdn";
import type { IdentitySeen } from "../../../provider/diagnosis/finding";
import type { DomainReport } from "../../../provider/doctor/report";

const DOMAIN = fqdn("example.com");
const NAME = fqdn("_amazonses.example.com");
const at = { server: "ns1.example.net", address: "192.0.2.1" };
const SILENT: ServerSighting = { ...at, kind: "unreachable", reason: "no answer" };
const ABSENT: ServerSighting = { ...at, kind: "absent", nxdomain: true, negativeTtl: 300 };

function report(servers: readonly ServerSighting[] | string, status: IdentitySeen["status"] = "Pending"): DomainReport {
  const identity = { name: "us-east-1", region: "us-east-1", accountId: undefined, status, verifiedBefore: false };
  const sighting = {
    name: NAME,
    type: "TXT",
    target: NAME,
    cnames: [],
    via: "authoritative",
    delegation: undefined,
  } as const;
  const unread = typeof servers === "string" ? [{ name: NAME, code: servers, message: servers }] : [];
  return {
    observations: {
      domain: DOMAIN,
      identities: [identity],
      expected: [],
      sightings: typeof servers === "string" ? [] : [{ ...sighting, servers }],
      unread,
      probes: [],
      written: [],
    },
    verdicts: [],
    findings: [],
    users: [],
    outcome: "problems",
    notAsked: undefined,
  };
}

describe("the pace of a watch", () => {
  const LATE_MS = 400_000;
  const paces = (reports: readonly DomainReport[], elapsedMs = 0) => {
    const pace = openPauseRule();
    return reports.map((one) => pace(one, elapsedMs));
  };

  it("slows down while nothing can be learned", () => {
    const limited = Array.from({ length: 9 }, () => report("dns-limit"));
    deepEqual(paces(limited), [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    deepEqual(paces(limited.slice(0, 4), LATE_MS), [20_000, 40_000, 60_000, 60_000]);
    deepEqual(paces([report([SILENT]), report([SILENT]), report([])]), [1_000, 2_000, 4_000]);
  });

  it("is the usual one while servers answer, or a zone is awaited", () => {
    deepEqual(paces([report([ABSENT]), report([SILENT, ABSENT])]), [1_000, 1_000]);
    deepEqual(paces([report("zone-unknown"), report("zone-unknown")]), [1_000, 1_000]);
  });

  it("is the usual one again as soon as something changes", () => {
    const dead = report("dns-limit");
    deepEqual(paces([dead, dead, dead, report([ABSENT]), dead, dead]), [1_000, 2_000, 4_000, 1_000, 2_000, 4_000]);
    deepEqual(
      paces([dead, dead, report("dns-limit", "unknown"), report("dns-limit", "unknown")]),
      [1_000, 2_000, 1_000, 2_000],
    );
  });
});
