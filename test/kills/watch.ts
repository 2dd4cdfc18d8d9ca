import { unquoteText } from "../../provider/dns/txt";
import { DOMAIN, NAME } from "../support/engine/world";
import { HOSTS, type Host, type Scenario } from "./scenarios";
import type { KillWorld, Placed } from "./world";

/** Looks at SES after each request and at both zones at each change, and writes down what must never be. */
export interface Watch {
  /** What has been violated so far, each with the request after which it was seen. */
  violations(): readonly string[];
  /** From now on our identities may go: `pulumi destroy`. */
  allowDestroy(): void;
  /** Values that are not of others, wherever they stand. */
  ours(): readonly Placed[];
  stop(): void;
}

const PLACES: readonly string[] = [NAME, DOMAIN];

interface Held {
  readonly sequence: number;
  readonly name: string;
  readonly region: string;
  readonly text: string;
}

export function openWatch(world: KillWorld, scenario: Scenario): Watch {
  const { emulator } = world;
  const { ses } = emulator.cloud;
  const found = new Set<string>();
  let last = "at the start";
  let destroying = scenario.after === undefined;
  const report = (text: string) => void found.add(`${text} (seen ${last})`);

  const adopted = scenario.standing;
  const kept = (scenario.after ?? scenario.before)?.adopt === "keep" ? adopted?.region : undefined;
  const theirPlaces = new Set(world.theirs.map(keyOf));
  const tokens = new Set<string>();
  const learn = () => {
    for (const { token } of world.identities()) if (token !== undefined) tokens.add(token);
  };
  // Ours too are values whose identity has been deleted meanwhile.
  for (const placed of world.values()) if (!theirPlaces.has(keyOf(placed))) tokens.add(bare(placed.value));
  learn();
  const isOurs = (placed: Placed) =>
    PLACES.includes(placed.name) && tokens.has(bare(placed.value)) && !theirPlaces.has(keyOf(placed));

  /** Every record set without our values. */
  const theirs = (host: Host) =>
    new Map(
      world
        .sets(host)
        .filter(({ type }) => type !== "SOA")
        .flatMap(({ name, type, ttl, values }) => {
          const rest =
            type === "TXT"
              ? values.filter((value) => !isOurs({ host, name, value: unquoteText(value, "octal") }))
              : values;
          return rest.length === 0 ? [] : [[`${name} ${type}`, JSON.stringify({ ttl, values: [...rest].sort() })]];
        }),
    );
  const base = new Map(HOSTS.map((host) => [host, theirs(host)]));
  const checkZones = () => {
    learn();
    for (const host of HOSTS) {
      const now = theirs(host);
      const then = base.get(host) ?? new Map<string, string>();
      for (const key of new Set([...now.keys(), ...then.keys()])) {
        const [before, after] = [then.get(key), now.get(key)];
        if (before !== after) report(`${key} of others at ${host} was ${before ?? "absent"} and is ${after ?? "gone"}`);
      }
    }
    checkServed();
  };

  /** What SES finds: the values at the hosts that the parent zone names. */
  const served = () => {
    const delegated = HOSTS.filter((host) => emulator.zones.get(world.zoneOf(host))?.delegatedTo !== undefined);
    return new Set(world.values().flatMap(({ host, value }) => (delegated.includes(host) ? [bare(value)] : [])));
  };
  const known = new Set<string>();
  const checkServed = () => {
    const now = served();
    for (const { region, status, token } of world.identities()) {
      if (token === undefined || status !== "Success") continue;
      if (now.has(token)) known.add(token);
      else if (known.has(token)) report(`${region} is verified and its value is not served any more`);
    }
  };

  const wanted = new Set(scenario.after?.identities.map(({ region }) => region));
  const snapshot = () => new Map(ses.identities().map((one) => [`${one.name} in ${one.region}`, heldOf(one)]));
  let identities = snapshot();
  const checkIdentities = () => {
    learn();
    const now = snapshot();
    for (const [key, before] of identities) {
      const after = now.get(key);
      const ofOthers = before.name !== DOMAIN || before.region === kept;
      const gone = after?.sequence !== before.sequence;
      if (ofOthers && (gone || after.text !== before.text))
        report(`${key} of others was ${gone ? "removed" : "changed"}`);
      else if (gone && !destroying && wanted.has(before.region))
        report(`${key} was removed though the program declares it`);
    }
    identities = now;
    checkServed();
  };

  checkServed();
  const stops = [
    emulator.zones.subscribe(({ kind }) => {
      if (kind === "changed") checkZones();
    }),
    emulator.onRequest(({ service, action, region, phase }) => {
      last = `${phase} ${service}:${action}${region === "" ? "" : ` in ${region}`}`;
      if (phase === "after") checkIdentities();
    }),
  ];
  return {
    violations: () => [...found],
    allowDestroy() {
      destroying = true;
    },
    ours: () => world.values().filter(isOurs),
    stop() {
      for (const stop of stops) stop();
    },
  };
}

function heldOf({ sequence, name, region, status, token, tags }: ReturnType<KillWorld["identities"]>[number]): Held {
  const theirTags = [...tags].filter(([key]) => !key.startsWith("sesdomain:"));
  const adoptable = name === DOMAIN;
  return {
    sequence,
    name,
    region,
    text: JSON.stringify({ token, theirTags, ...(!adoptable && { status, size: tags.size }) }),
  };
}

function keyOf({ host, name, value }: Placed): string {
  return JSON.stringify([host, name, value]);
}

/** The token in a value, however it is written. */
export function bare(value: string): string {
  return value.replace(/^amazonses:/, "");
}
