import { deepEqual, equal } from "node:assert/strict";
import { findMailRoute } from "../../../provider/authority/mail";
import { fqdn } from "../../../provider/core/fqdn";
import { type DnsWorld, openDnsWorld } from "../../support/dns/world";

const DOMAIN = fqdn("example.com");

describe("who takes mail for a domain", () => {
  let world: DnsWorld;
  beforeEach(async () => {
    world = await openDnsWorld();
  });
  afterEach(() => world.close());

  const zone = async (
    sets: readonly { readonly name?: string; readonly type: string; readonly values: string[] }[],
  ) => {
    world.zones.add({
      name: DOMAIN,
      sets: sets.map(({ name = DOMAIN, ...set }) => ({ name: fqdn(name), ttl: 300, ...set })),
    });
    await world.zones.settled();
  };
  const route = (name = DOMAIN) => world.authority.mailRoute(name, world.ctx);
  const mx = (...values: readonly string[]) => ({ type: "MX", values: [...values] });

  it("its mail servers, the preferred first, and which of them have addresses", async () => {
    await zone([
      mx("20 gone.example.com.", "10 mx.example.com."),
      { name: "mx.example.com", type: "AAAA", values: ["2001:db8::25"] },
    ]);
    deepEqual(await route(), {
      domain: DOMAIN,
      kind: "servers",
      servers: [
        { name: "mx.example.com", resolves: true },
        { name: "gone.example.com", resolves: false },
      ],
    });
  });

  it("nobody: a null MX", async () => {
    await zone([mx("0 ."), { type: "A", values: ["192.0.2.1"] }]);
    deepEqual(await route(), { domain: DOMAIN, kind: "refused", servers: [] });
  });

  it("its own address, where it has no MX", async () => {
    await zone([{ type: "A", values: ["192.0.2.1"] }]);
    equal((await route())?.kind, "implicit");
  });

  it("nobody: neither MX nor address", async () => {
    await zone([{ type: "TXT", values: ['"v=spf1 -all"'] }]);
    equal((await route())?.kind, "none");
  });

  it("nobody: there is no such domain", async () => {
    equal((await route(fqdn("nowhere.com")))?.kind, "no-domain");
  });

  it("whoever its alias names", async () => {
    await zone([
      { name: "mail.example.com", type: "CNAME", values: ["example.com."] },
      mx("5 mx.example.com."),
      { name: "mx.example.com", type: "A", values: ["192.0.2.25"] },
    ]);
    deepEqual((await route(fqdn("mail.example.com")))?.servers, [{ name: "mx.example.com", resolves: true }]);
  });

  it("is not known where the resolver says nothing definite", async () => {
    await zone([mx("10 mx.example.com.")]);
    world.faults.dns("*", { lame: "SERVFAIL" });
    equal(await route(), undefined);
    equal(await findMailRoute(DOMAIN, () => Promise.resolve(undefined)), undefined);
  });
});
