import { ONE_MORE } from "../../../provider/lifecycle/observation/wait/wait-line";
import { DOMAIN, openDomainWorld } from "../emulator/domain";

/** One thing that happened during a verification, in ms since `up` began. */
export interface TimelineEvent {
  readonly ms: number;
  readonly what: "asked" | "written" | "serves" | "rounds" | "success" | "verified";
  /** The name server, or the region. */
  readonly where: string;
}

const REGION = "us-east-1";
/** The servers get the value one after another, as those of a host do whose secondaries transfer the zone. */
const LAGS_MS = [4_000, 14_000, 26_000];
/** SES looks after so long, and then again. */
const SCHEDULE = { firstLookMs: 40_000, youngLookMs: 40_000 };

/** A real `up` on the emulator, whose clock is turned by what sleeps: the same each time. */
export async function observeTimeline(): Promise<readonly TimelineEvent[]> {
  const world = await openDomainWorld({ ses: { schedule: SCHEDULE }, route53: { insyncMs: 0 } });
  try {
    const startMs = world.clock.now();
    const events: TimelineEvent[] = [];
    const note = (what: TimelineEvent["what"], where: string) => {
      if (events.some((one) => one.what === what && one.where === where)) return;
      events.push({ ms: world.clock.now() - startMs, what, where });
    };
    const zone = world.emulator.zones.named(DOMAIN);
    const servers = (zone?.servers ?? []).map(({ name }) => name);
    for (const [index, name] of servers.entries()) {
      world.emulator.faults.dns(name, { lagMs: LAGS_MS[index] ?? 0 });
    }
    world.emulator.onRequest(({ action, phase }) => {
      if (phase !== "after") return;
      if (action === "VerifyDomainIdentity") note("asked", REGION);
      if (action === "ChangeResourceRecordSets") note("written", "Route 53");
    });
    const told = (line: string) => {
      // A change names the servers that serve the value since.
      if (/ now serves? the value/.test(line)) {
        for (const name of servers) if (line.includes(name)) note("serves", name);
      }
      if (/^3\/3 DNS, .* of /.test(line) && !line.includes(ONE_MORE)) note("rounds", DOMAIN);
      if (/SES 1\/1/.test(line)) note("success", REGION);
      if (line.startsWith("verified: ")) note("verified", DOMAIN);
    };
    const up = await world.run({ told }).up({
      domain: DOMAIN,
      identities: [{ region: REGION }],
      dns: { kind: "route53" },
    });
    if (up.failed !== undefined) throw new Error(up.failed);
    return events;
  } finally {
    await world.close();
  }
}
