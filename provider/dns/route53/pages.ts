import type { HostedZone, ListHostedZonesByNameCommandOutput } from "@aws-sdk/client-route-53";
import { sdk } from "../../aws/sdk";
import type { Ctx } from "../../core/ctx";
import { type Fqdn, isWithin } from "../../core/fqdn";
import { openSemaphore } from "../../core/queues";
import type { Route53Api } from "./api";
import { readName } from "./names";
import { isBefore, ORDERS } from "./order";

/** Route 53 API reference, ListHostedZonesByName: at most 100 a page. */
const PAGE = 100;
/** A zone that the same program makes is listed by the time that its resources are asked for: Pulumi's providers wait longer. */
const KEPT_MS = 10_000;

/** The zones from a name on, in Route 53's order. */
interface ZonePage {
  readonly zones: readonly HostedZone[];
  /** All zones at and below the name are among them. */
  readonly whole: boolean;
  /** It was read for an earlier question. */
  readonly kept: boolean;
}

/** An account's zones as they are listed, a page at a time: a page serves every name whose zones all stand on it. */
export interface ZonePages {
  /** `fresh`: not one that was read before. Throws `AwsFaultError`. */
  from(name: Fqdn, ctx: Ctx, fresh?: boolean): Promise<ZonePage>;
  forget(): void;
}

interface KeptPage {
  readonly start: Fqdn;
  readonly zones: readonly HostedZone[];
  /** Undefined where the list ends with this page. */
  readonly last: Fqdn | undefined;
  readonly atMs: number;
}

export function openZonePages(api: Route53Api): ZonePages {
  let pages: KeptPage[] = [];
  // One after another: the page that the first one reads may serve all others.
  const turns = openSemaphore(1);

  /** Whether the domains that are asked for follow one another in the list, as far as is known. */
  let inSequence = true;

  async function read(start: Fqdn, ctx: Ctx) {
    const { zones, last, whole } = await readPage(api, start, ctx);
    const page: KeptPage = { start, zones, last, atMs: ctx.clock.now() };
    // What is in no order that is known here says nothing of other names.
    const isSound = isSorted(zones);
    if (isSound) pages.push(page);
    return { page, whole, isSound };
  }

  /** The page after the one that ends before the name: the engine asks in an order that differs a little from the list's. */
  async function readOn(name: Fqdn, ctx: Ctx): Promise<KeptPage | undefined> {
    const ends = pages.flatMap(({ last }) => (last !== undefined && isBefore(last, name) ? [last] : []));
    if (!inSequence || ends.length === 0) return undefined;
    const start = ends.reduce((one, other) => (isBefore(one, other) ? other : one));
    const { page, isSound } = await read(start, ctx);
    inSequence = isSound && holdsAllOf(page, name);
    return inSequence ? page : undefined;
  }

  function keptFor(name: Fqdn, ctx: Ctx): KeptPage | undefined {
    const nowMs = ctx.clock.now();
    pages = pages.filter(({ atMs }) => atMs <= nowMs && nowMs - atMs < KEPT_MS);
    return pages.find((page) => holdsAllOf(page, name));
  }

  return {
    async from(name, ctx, fresh = false) {
      await turns.acquire(ctx.signal);
      try {
        const kept = fresh ? undefined : keptFor(name, ctx);
        if (kept !== undefined) return { zones: kept.zones, whole: true, kept: true };
        const next = fresh ? undefined : await readOn(name, ctx);
        if (next !== undefined) return { zones: next.zones, whole: true, kept: false };
        const { page, whole } = await read(name, ctx);
        return { zones: page.zones, whole, kept: false };
      } finally {
        turns.release();
      }
    },
    forget() {
      pages = [];
    },
  };
}

export async function readPage(api: Route53Api, name: Fqdn, ctx: Ctx) {
  const { ListHostedZonesByNameCommand } = sdk.route53();
  const client = await api.client();
  const page: ListHostedZonesByNameCommandOutput = await api.call(
    "route53:ListHostedZonesByName",
    (options) => client.send(new ListHostedZonesByNameCommand({ DNSName: `${name}.`, MaxItems: PAGE }), options),
    ctx,
  );
  const zones = page.HostedZones ?? [];
  const last = page.IsTruncated === true ? readName(zones.at(-1)?.Name) : undefined;
  return { zones, last, whole: page.IsTruncated !== true || (last !== undefined && !isWithin(last, name)) };
}

/** Whether all zones at and below the name are on the page, in each of the orders. */
function holdsAllOf({ start, last }: KeptPage, name: Fqdn): boolean {
  const begins = ORDERS.every((compare) => compare(start, name) <= 0);
  return (
    begins && (last === undefined || (!isWithin(last, name) && ORDERS.every((compare) => compare(last, name) > 0)))
  );
}

function isSorted(zones: readonly HostedZone[]): boolean {
  const names = zones.map(({ Name }) => readName(Name));
  if (!names.every((name) => name !== undefined)) return false;
  return ORDERS.some((compare) => names.every((name, at) => at === 0 || compare(names[at - 1] ?? name, name) <= 0));
}
