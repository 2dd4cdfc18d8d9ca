import { type Emulator, openEmulator, type RecordSet, txt } from "../../emulator";
import type { Fqdn } from "../../provider/core/fqdn";
import { unquoteText } from "../../provider/dns/txt";
import { type EngineStack, openStack } from "../support/engine/stack";
import { ACCOUNT, DOMAIN, declare, NAME, OTHER_TEAM, SPF } from "../support/engine/world";
import { HOSTS, type Host, type Scenario, type Standing, type Wish } from "./scenarios";

/** The owner of the zone at Cloudflare, so that neither host's API reaches the other's zone. */
const CLOUDFLARE_ACCOUNT = "222222222222";
const CLOUDFLARE_TOKEN = "not-a-token-of-the-zone-at-cloudflare";
const OTHERS = [OTHER_TEAM, "another value of another team"];
/** SES looks sooner than the real one, so that a case does not wait for it. */
const SCHEDULE = { firstLookMs: 100, youngLookMs: 300 };

/** One TXT value where it stands. */
export interface Placed {
  readonly host: Host;
  readonly name: string;
  readonly value: string;
}

/** An emulator with the domain's zone at two hosts, among records and identities that are not ours. */
export interface KillWorld {
  readonly emulator: Emulator;
  zoneOf(host: Host): string;
  sets(host: Host): readonly RecordSet[];
  /** All TXT values at the two names where ours may stand. */
  values(): readonly Placed[];
  /** Those of others, from the beginning. */
  readonly theirs: readonly Placed[];
  put(placed: Placed): void;
  take(placed: Placed): void;
  /** SES's identities of the domain. */
  identities(): ReturnType<Emulator["cloud"]["ses"]["identities"]>;
  delegate(host: Host): void;
  open(wish: Wish): Promise<EngineStack>;
  close(): Promise<void>;
}

export function programOf({ identities, host, placement, adopt }: Wish): () => Promise<void> {
  return async () =>
    void declare("mail", {
      identities: [...identities],
      dns: host === "route53" ? { kind: "route53" } : { kind: "cloudflare" },
      placement,
      adopt,
      timeout: "2m",
    });
}

/** Where a wish wants a token's value; `index`: of the identity in the program. */
export function placeOf({ host, placement }: Wish, index: number, token: string): Placed {
  const under = placement === "underscore" || (placement === "split" && index === 0);
  return under ? { host, name: NAME, value: token } : { host, name: DOMAIN, value: `amazonses:${token}` };
}

export async function openKillWorld({ standing, others, newToken, before, after }: Scenario): Promise<KillWorld> {
  const emulator = await openEmulator({
    ses: { schedule: SCHEDULE, tokenAfterFailure: newToken ? "new" : "same" },
    route53: { insyncMs: 0 },
  });
  emulator.cloudflare.tokens.add({ token: CLOUDFLARE_TOKEN, account: CLOUDFLARE_ACCOUNT });
  const sets: RecordSet[] = [
    { name: DOMAIN, type: "TXT", ttl: 3600, values: [txt(SPF), txt("other-verification=0123456789")] },
    { name: DOMAIN, type: "MX", ttl: 3600, values: ["10 mail.ses-example.com."] },
    { name: `mail.${DOMAIN}` as Fqdn, type: "A", ttl: 600, values: ["192.0.2.25"] },
    { name: `_dmarc.${DOMAIN}` as Fqdn, type: "TXT", ttl: 900, values: [txt("v=DMARC1; p=none")] },
    { name: `below.${NAME}` as Fqdn, type: "TXT", ttl: 900, values: [txt("below the name")] },
  ];
  if (others > 0)
    sets.push({ name: NAME, type: "TXT", ttl: 1800, values: OTHERS.slice(0, others).map((one) => txt(one)) });
  const delegated = (before ?? after)?.host ?? "route53";
  const ids = new Map<Host, string>();
  for (const host of HOSTS) {
    const account = host === "cloudflare" ? CLOUDFLARE_ACCOUNT : ACCOUNT;
    const zone = await emulator.addZone({ name: DOMAIN, account, delegated: host === delegated, sets });
    ids.set(host, zone.id);
  }
  const stacks: EngineStack[] = [];
  const zoneOf = (host: Host) => ids.get(host) ?? "";
  const find = (host: Host, name: Fqdn) => emulator.zones.view(zoneOf(host)).find({ name, type: "TXT" });

  const theirs: Placed[] = [];
  const world: KillWorld = {
    emulator,
    theirs,
    zoneOf,
    sets: (host) => emulator.zones.view(zoneOf(host)).all(),
    values: () =>
      HOSTS.flatMap((host) =>
        [NAME, DOMAIN].flatMap((name) =>
          (find(host, name)?.values ?? []).map((value) => ({ host, name, value: unquoteText(value, "octal") })),
        ),
      ),
    put({ host, name, value }) {
      const at = name as Fqdn;
      const set = find(host, at) ?? { name: at, type: "TXT", ttl: 300, values: [] };
      const values = [...set.values, txt(value)];
      emulator.zones.change(zoneOf(host), [{ action: "put", set: { ...set, values } }]);
    },
    take({ host, name, value }) {
      const set = find(host, name as Fqdn);
      if (set === undefined) return;
      const values = set.values.filter((one) => one !== txt(value));
      const key = { name: set.name, type: set.type };
      emulator.zones.change(zoneOf(host), [
        values.length === 0 ? { action: "delete", key } : { action: "put", set: { ...set, values } },
      ]);
    },
    identities: () => emulator.cloud.ses.identities().filter(({ name }) => name === DOMAIN),
    delegate: (host) => emulator.zones.delegate(zoneOf(host), true),
    async open(wish) {
      const env = { ...emulator.env, CLOUDFLARE_API_TOKEN: CLOUDFLARE_TOKEN };
      const stack = await openStack({ program: programOf(wish), env });
      stacks.push(stack);
      return stack;
    },
    async close() {
      for (const stack of stacks) await stack.close();
      await emulator.close();
    },
  };
  theirs.push(...world.values());
  placeOthers(world, theirs, standing, before ?? after);
  await emulator.zones.settled();
  return world;
}

/** Identities of others in the same account, and, where the scenario says so, one of the same domain. */
function placeOthers(world: KillWorld, theirs: Placed[], standing: Standing | undefined, wish: Wish | undefined): void {
  const { ses } = world.emulator.cloud;
  const mark = { team: "another" };
  for (const region of ["us-east-1", "eu-west-1", "ap-southeast-2"]) {
    ses.inject([
      { accountId: ACCOUNT, region, name: "other-example.com", tags: mark },
      { accountId: ACCOUNT, region, name: `news.${DOMAIN}`, tags: mark },
      { accountId: ACCOUNT, region, name: `info@${DOMAIN}`, tags: mark },
    ]);
  }
  if (standing === undefined || wish === undefined) return;
  const { region, status, published } = standing;
  ses.inject([{ accountId: ACCOUNT, region, name: DOMAIN, status, tags: mark }]);
  const token = ses.identity(ACCOUNT, region, DOMAIN)?.token;
  if (!published || token === undefined) return;
  const placed = { host: wish.host, name: NAME, value: token };
  world.put(placed);
  // To own an identity is to own its value where the program wants it, and nowhere else.
  if (wish.adopt === "keep" || wish.placement !== "underscore") theirs.push(placed);
}
