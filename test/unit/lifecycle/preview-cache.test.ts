import assert from "node:assert/strict";
import type { Authority, Sighting } from "../../../provider/authority/authority";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import { AuthorityError, SesError } from "../../../provider/core/errors";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";
import { openPreviewCache, type PreviewCache } from "../../../provider/lifecycle/observation/preview-cache";
import { underscoreName } from "../../../provider/lifecycle/records/placement";
import type { IdentityStatus, SesPort, VerificationStatus } from "../../../provider/ses/port";
import { type DomainWorld, openDomainWorld } from "../../support/emulator/domain";
import { openHastyClock } from "../../support/hasty-clock";

const AT_ONCE = 48;

function domains(count: number): readonly Fqdn[] {
  return Array.from({ length: count }, (_, index) => fqdn(`d${index}.example`));
}

/** The same order each time, and no order at all. */
function shuffled<T>(items: readonly T[]): T[] {
  const keyed = items.map((item, index) => ({ item, key: Math.imul(index + 1, 0x9e3779b1) >>> 0 }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

/** Servers that answer a few turns of the event loop later, and count. */
function openCountingAuthority(fail: (name: Fqdn) => Error | undefined = () => undefined) {
  const looks = new Map<Fqdn, number>();
  let running = 0;
  let mostAtOnce = 0;
  const authority: Pick<Authority, "look"> = {
    async look(name) {
      looks.set(name, (looks.get(name) ?? 0) + 1);
      running += 1;
      mostAtOnce = Math.max(mostAtOnce, running);
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      const error = fail(name);
      if (error) throw error;
      return sighting(name);
    },
  };
  return { authority: authority as Authority, looks, running: () => running, mostAtOnce: () => mostAtOnce };
}

function sighting(name: Fqdn): Sighting {
  return { name, type: "TXT", target: name, cnames: [], via: "authoritative", delegation: undefined, servers: [] };
}

/** SES with these domains; `asked` holds what was asked for in one turn of the event loop, which travels in one request. */
function openSes(listed: readonly Fqdn[] | undefined, fail: () => Error | undefined = () => undefined) {
  const asked: Fqdn[][] = [];
  let open: Fqdn[] | undefined;
  const listing = listed && new Map(listed.map((name): [Fqdn, VerificationStatus] => [name, "Success"]));
  const ses: Pick<SesPort, "region" | "account" | "listed" | "listedSoFar" | "status"> = {
    region: "us-east-1",
    account: () => Promise.resolve({ id: "111111111111", partition: "aws" }),
    listed: (name) => Promise.resolve(listing === undefined ? "denied" : (listing.get(name as Fqdn) ?? "absent")),
    listedSoFar: () => Promise.resolve(listing && { domains: listing, addresses: new Map(), isWhole: true }),
    async status(name): Promise<IdentityStatus> {
      if (open === undefined) {
        open = [];
        asked.push(open);
      }
      open.push(name as Fqdn);
      await new Promise((resolve) => setImmediate(resolve));
      open = undefined;
      const error = fail();
      if (error) throw error;
      return { status: "Success", token: `token of ${name}` };
    },
  };
  return { ses: ses as SesPort, asked };
}

describe("the cache of a preview", () => {
  const clock = openHastyClock();
  const ctx: Ctx = { clock, log: silentLog, signal: new AbortController().signal };

  /** As the engine goes through a stack: the check of a resource, then its diff, then the next. */
  async function preview(cache: PreviewCache, stack: readonly Fqdn[], ses: SesPort, authority: Authority) {
    for (const domain of stack) {
      const name = underscoreName(domain);
      const [seen] = await Promise.all([cache.reading(authority, domain, name, ctx), cache.status(ses, domain, ctx)]);
      assert.equal(await cache.reading(authority, domain, name, ctx), seen);
    }
  }

  /** Until what was begun ahead, and what that led to, has ended. */
  async function settled(running: () => number) {
    while (running() > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  it("reads every name of a stack once, and several ahead", async () => {
    const stack = domains(1_000);
    const { authority, looks, mostAtOnce } = openCountingAuthority();
    const { ses, asked } = openSes(stack);
    await preview(openPreviewCache(), stack, ses, authority);
    assert.equal(looks.size, 1_000);
    assert.ok([...looks.values()].every((count) => count === 1));
    assert.ok(mostAtOnce() > AT_ONCE / 2 && mostAtOnce() <= AT_ONCE + 1, `${mostAtOnce()} at once`);
    assert.deepEqual(asked, []);
  });

  it("begins as soon as the list is there", async () => {
    const stack = domains(20);
    const [first] = stack;
    assert.ok(first);
    const { authority, looks, running } = openCountingAuthority();
    const { ses } = openSes(stack);
    const cache = openPreviewCache();
    await cache.reading(authority, first, underscoreName(first), ctx);
    assert.equal(looks.size, 1);
    await cache.status(ses, first, ctx);
    await settled(running);
    assert.equal(looks.size, 17);
  });

  it("reads ahead also where the program's order is another than SES's", async () => {
    const stack = shuffled(domains(1_000));
    const { authority, looks } = openCountingAuthority();
    const { ses } = openSes(domains(1_000));
    const cache = openPreviewCache();
    let waited = 0;
    for (const domain of stack) {
      if (!looks.has(underscoreName(domain))) waited += 1;
      await preview(cache, [domain], ses, authority);
    }
    assert.equal(looks.size, 1_000);
    assert.ok(waited < 150, `${waited} of 1,000 were not foreseen`);
  });

  for (const [where, pick] of [
    ["side by side", (all: readonly Fqdn[]) => all.slice(5_000, 5_003)],
    ["far apart", (all: readonly Fqdn[]) => [all[17], all[5_000], all[9_000]].filter((one) => one !== undefined)],
    ["at the end", (all: readonly Fqdn[]) => all.slice(-3)],
  ] as const) {
    it(`reads few names for three domains ${where} among ten thousand`, async () => {
      const all = domains(10_000);
      const { authority, looks, running } = openCountingAuthority();
      const { ses, asked } = openSes(all);
      await preview(openPreviewCache(), pick(all), ses, authority);
      await settled(running);
      assert.ok(looks.size >= 3 && looks.size <= 70, `${looks.size} names were read`);
      assert.deepEqual(asked, []);
    });
  }

  it("reads in vain in proportion to the stack, not to the account", async () => {
    const all = domains(10_000);
    const { authority, looks, running } = openCountingAuthority();
    const { ses } = openSes(all);
    await preview(openPreviewCache(), shuffled(all).slice(0, 100), ses, authority);
    await settled(running);
    assert.ok(looks.size <= 400, `${looks.size} names were read for 100 domains`);
  });

  it("reads again after a minute", async () => {
    const [domain] = domains(1);
    assert.ok(domain);
    const { authority, looks } = openCountingAuthority();
    const cache = openPreviewCache();
    await cache.reading(authority, domain, underscoreName(domain), ctx);
    await clock.sleep(59_999);
    await cache.reading(authority, domain, underscoreName(domain), ctx);
    assert.deepEqual([...looks.values()], [1]);
    await clock.sleep(1);
    await cache.reading(authority, domain, underscoreName(domain), ctx);
    assert.deepEqual([...looks.values()], [2]);
  });

  it("keeps what the servers could not say, and tries again where reading itself failed", async () => {
    const [domain] = domains(1);
    assert.ok(domain);
    const name = underscoreName(domain);
    const errors = [new TypeError("broken"), new AuthorityError("servers-unreachable", "Nobody answers.")];
    const { authority, looks } = openCountingAuthority(() => errors.shift());
    const cache = openPreviewCache();
    await assert.rejects(cache.reading(authority, domain, name, ctx), /broken/);
    const unread = { name, code: "servers-unreachable", message: "Nobody answers." };
    assert.deepEqual(await cache.reading(authority, domain, name, ctx), unread);
    assert.deepEqual(await cache.reading(authority, domain, name, ctx), unread);
    assert.equal(looks.get(name), 2);
  });

  it("reads ahead the names that are asked for: also values at the domain itself", async () => {
    const stack = domains(20);
    const { authority, looks } = openCountingAuthority();
    const { ses } = openSes(stack);
    const cache = openPreviewCache();
    for (const domain of stack) {
      await cache.status(ses, domain, ctx);
      await cache.reading(authority, domain, domain, ctx);
    }
    assert.deepEqual([...looks.keys()].sort(), [...stack].sort());
  });

  it("asks for a hundred tokens a request", async () => {
    const stack = domains(250);
    const { ses, asked } = openSes(stack);
    const cache = openPreviewCache();
    for (const domain of stack) {
      await cache.status(ses, domain, ctx);
      assert.equal((await cache.token(ses, domain, ctx))?.token, `token of ${domain}`);
    }
    assert.deepEqual(
      asked.map((batch) => batch.length),
      [100, 100, 50],
    );
  });

  it("asks for the tokens of a small account at once, whichever domain is asked for first", async () => {
    for (const first of [0, 15, 99]) {
      const stack = domains(100);
      const { ses, asked } = openSes(stack);
      const cache = openPreviewCache();
      const order = [...stack.slice(first), ...stack.slice(0, first).reverse()];
      for (const domain of order) await cache.token(ses, domain, ctx);
      assert.deepEqual(
        asked.map((batch) => batch.length),
        [100],
        `from ${first}`,
      );
    }
  });

  it("asks one request for three domains of an account of thousands", async () => {
    const stack = domains(5_000);
    const { ses, asked } = openSes(stack);
    const cache = openPreviewCache();
    for (const domain of stack.slice(2_000, 2_003).reverse()) await cache.token(ses, domain, ctx);
    assert.deepEqual(
      asked.map((batch) => batch.length),
      [100],
    );
  });

  it("asks for a hundred tokens a request in each account, though another has a longer list", async () => {
    const stack = domains(150);
    const { ses, asked } = openSes(stack);
    const large = openSes(Array.from({ length: 300 }, (_, index) => fqdn(`other${index}.example`)));
    const elsewhere = { ...large.ses, account: () => Promise.resolve({ id: "222222222222", partition: "aws" }) };
    const cache = openPreviewCache();
    await cache.token(elsewhere, fqdn("other0.example"), ctx);
    for (const domain of stack) await cache.token(ses, domain, ctx);
    assert.ok(asked.length <= 2, `${asked.length} requests`);
  });

  it("asks for no more tokens where each domain would take a request of its own", async () => {
    const stack = domains(5_000).filter((_, index) => index % 200 === 0);
    const { ses, asked } = openSes(domains(5_000));
    const cache = openPreviewCache();
    let without = 0;
    for (const domain of stack) {
      if (await cache.mayAskToken(ses, domain, ctx)) await cache.token(ses, domain, ctx);
      else without += 1;
    }
    assert.equal(asked.length, 5);
    assert.equal(without, stack.length - 5);
  });

  it("asks for what the program declares by one request, and reads ahead in its order", async () => {
    const all = domains(10_000);
    const stack = [all[17], all[5_000], all[9_000]].filter((one) => one !== undefined);
    const { authority, looks, running } = openCountingAuthority();
    const { ses, asked } = openSes(all);
    const cache = openPreviewCache();
    cache.expect(stack);
    for (const domain of stack) {
      await cache.reading(authority, domain, underscoreName(domain), ctx);
      await settled(running);
      assert.equal(looks.size, 3);
      assert.equal(await cache.status(ses, domain, ctx), "Success");
      assert.equal((await cache.token(ses, domain, ctx))?.token, `token of ${domain}`);
    }
    assert.deepEqual(asked, [stack]);
  });

  it("asks for no more than a hundred tokens where the last run has left them", async () => {
    const stack = domains(1_000);
    const { ses, asked } = openSes(stack);
    const cache = openPreviewCache();
    cache.expect(stack);
    for (const domain of stack) {
      if (await cache.isTokenAtHand(ses, domain, ctx)) await cache.token(ses, domain, ctx, true);
      else assert.equal(await cache.status(ses, domain, ctx), "Success");
    }
    assert.deepEqual(
      asked.map((batch) => batch.length),
      [100],
    );
  });

  it("takes the status with the token where the account may not be listed", async () => {
    const [domain] = domains(1);
    assert.ok(domain);
    const { ses, asked } = openSes(undefined);
    const cache = openPreviewCache();
    assert.equal(await cache.status(ses, domain, ctx), "Success");
    assert.equal((await cache.token(ses, domain, ctx))?.token, `token of ${domain}`);
    assert.deepEqual(asked, [[domain]]);
  });

  it("asks SES again after a failure", async () => {
    const [domain] = domains(1);
    assert.ok(domain);
    const errors = [new SesError("throttled", "SES is busy.", { retryable: true })];
    const { ses } = openSes(undefined, () => errors.shift());
    const cache = openPreviewCache();
    await assert.rejects(cache.token(ses, domain, ctx), /SES is busy/);
    assert.equal((await cache.token(ses, domain, ctx))?.status, "Success");
  });
});

describe("the cache of a preview, on the emulator", () => {
  const scope = { accountId: "000000000000", region: "us-east-1" };
  const args = { identities: [{ region: scope.region }], dns: { kind: "manual" }, previewCheck: "live" };
  const sesCalls = (world: DomainWorld) => {
    const { http } = world.emulator.requests.counts();
    return Object.fromEntries(Object.entries(http).filter(([call]) => call.startsWith("ses")));
  };
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
    world.emulator.cloud.ses.inject(domains(9_990).map((name) => ({ ...scope, name })));
    world.emulator.requests.reset();
  });
  afterEach(() => world.close());

  it("learns that an account of ten thousand domains lacks one without reading all of its list", async () => {
    const { failures } = await world.run().preview({ ...args, domain: "ses-example.com" });
    assert.deepEqual(failures, []);
    const { "ses:ListEmailIdentities": pages = 0, ...others } = sesCalls(world);
    assert.ok(pages < 10, `${pages} pages`);
    assert.deepEqual(others, { "ses:GetIdentityVerificationAttributes": 1 });
  });

  it("looks at three domains that the program declares together by one request", async () => {
    const run = world.run();
    const declared = ["d5.example", "d5000.example", "d9000.example"];
    for (const domain of declared) {
      const { failures, met } = await run.preview({ ...args, domain, __declared: declared.join("\n") });
      assert.deepEqual([failures.length, met.length], [0, 1]);
    }
    assert.deepEqual(sesCalls(world)["ses:GetIdentityVerificationAttributes"], 1);
    assert.equal(sesCalls(world)["ses:ListEmailIdentities"], undefined);
  });

  it("needs the whole list where SES may not be asked about one domain", async () => {
    world.emulator.cloud.accounts.permitOnly(
      scope.accountId,
      "ses:ListEmailIdentities",
      "ses:ListTagsForResource",
      "sts:GetCallerIdentity",
    );
    const run = world.run();
    assert.equal((await run.preview({ ...args, domain: "d9989.example" })).met.length, 1);
    assert.equal(sesCalls(world)["ses:ListEmailIdentities"], 10);
    assert.deepEqual((await run.preview({ ...args, domain: "new-example.com" })).met, []);
    assert.equal(sesCalls(world)["ses:ListEmailIdentities"], 10);
  });
});
