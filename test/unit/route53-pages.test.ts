import assert from "node:assert/strict";
import type { HostedZone } from "@aws-sdk/client-route-53";
import { type Ctx, silentLog } from "../../provider/core/ctx";
import { type Fqdn, fqdn, isWithin } from "../../provider/core/fqdn";
import type { Route53Api } from "../../provider/dns/route53/api";
import { openZonePages } from "../../provider/dns/route53/pages";
import { openHastyClock } from "../support/hasty-clock";

const PAGE = 100;

/** Domains whose names are alike, some with zones below them; enough for several pages. */
const TOPS = Array.from({ length: 60 }, (_, at) => [`ses${at}.com`, `ses${at}-x.com`, `ses${at}x.com`])
  .flat()
  .map(fqdn);
const ZONES = TOPS.flatMap((top, at) => (at % 3 === 0 ? [top, fqdn(`www.${top}`), fqdn(`a.b.${top}`)] : [top]));

const reversed = (name: Fqdn) => name.split(".").reverse();
const textOf = (name: Fqdn) => `${reversed(name).join(".")}.`;
/** No character of a name is below the one that separates the labels here. */
const labelsOf = (name: Fqdn) => reversed(name).join("\u0001");

/** An account that lists its zones in this order. Counts the pages. */
function openAccount(keyOf: (name: Fqdn) => string, { unsorted = false, names = ZONES } = {}) {
  let pages = 0;
  const sorted = [...names].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const api: Route53Api = {
    client: async () => ({ send: async (command: { readonly input: object }) => answer(command.input) }) as never,
    call: (_action, send, { signal }) => send({ abortSignal: signal }),
  };
  function answer(input: { readonly DNSName?: string }) {
    pages += 1;
    const start = fqdn(input.DNSName ?? "");
    const rest = sorted.filter((name) => keyOf(name) >= keyOf(start));
    const page = rest.slice(0, PAGE);
    const shown = unsorted ? [...page].reverse() : page;
    const HostedZones = shown.map((name): HostedZone => ({ Id: name, Name: `${name}.`, CallerReference: "" }));
    return { HostedZones, IsTruncated: rest.length > PAGE };
  }
  return { api, pages: () => pages };
}

describe("the pages of an account's zones", () => {
  const ctx: Ctx = { clock: openHastyClock(), log: silentLog, signal: new AbortController().signal };
  const within = (top: Fqdn, zones: readonly HostedZone[]) =>
    zones.flatMap(({ Id }) => (isWithin(fqdn(Id ?? ""), top) ? [Id] : [])).sort();

  for (const [order, keyOf] of [
    ["label by label", labelsOf],
    ["as one text", textOf],
  ] as const) {
    it(`serve every domain that they hold whole, where Route 53 compares names ${order}`, async () => {
      const { api, pages } = openAccount(keyOf);
      const zones = openZonePages(api);
      for (const top of TOPS) {
        const page = await zones.from(top, ctx);
        assert.ok(page.whole);
        assert.deepEqual(within(top, page.zones), ZONES.filter((name) => isWithin(name, top)).sort());
      }
      assert.ok(pages() < TOPS.length / 5, `${pages()} pages`);
    });
  }

  it("follow one another where the domains are asked for in nearly the list's order", async () => {
    const names = Array.from({ length: 1_000 }, (_, at) => fqdn(`d${at + 1_000}.com`));
    const { api, pages } = openAccount(labelsOf, { names });
    const zones = openZonePages(api);
    const [first, ...rest] = names;
    const groups = rest.flatMap((_, at) => (at % 20 === 0 ? rest.slice(at, at + 20).reverse() : []));
    const disordered = first === undefined ? [] : [first, ...groups];
    for (const top of disordered) {
      const page = await zones.from(top, ctx);
      assert.deepEqual(within(top, page.zones), [top]);
    }
    assert.ok(pages() <= names.length / PAGE + 4, `${pages()} pages`);
  });

  it("serve nothing but the question where they are in no known order", async () => {
    const { api, pages } = openAccount(textOf, { unsorted: true });
    const zones = openZonePages(api);
    for (const top of TOPS.slice(0, 10)) assert.equal((await zones.from(top, ctx)).kept, false);
    assert.equal(pages(), 10);
  });

  it("are read once where many ask at the same time, again after a while, and when they are forgotten", async () => {
    const { api, pages } = openAccount(labelsOf);
    const zones = openZonePages(api);
    const last = TOPS.filter((top) => labelsOf(top) >= labelsOf(fqdn("ses8.com")));
    await Promise.all(last.map((top) => zones.from(top, ctx)));
    const read = pages();
    assert.ok(read <= 2, `${read} pages for ${last.length}`);
    await zones.from(fqdn("ses9.com"), ctx);
    assert.equal(pages(), read);
    zones.forget();
    await zones.from(fqdn("ses9.com"), ctx);
    await ctx.clock.sleep(11_000, ctx.signal);
    await zones.from(fqdn("ses9.com"), ctx);
    assert.equal(pages(), read + 2);
  });
});
