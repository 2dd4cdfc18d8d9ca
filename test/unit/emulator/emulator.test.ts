import assert from "node:assert/strict";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { openEmulator, type RequestEvent } from "../../../emulator";
import { fqdn } from "../../../provider/core/fqdn";
import { askUdp } from "../../support/dns/client";
import { useEmulator } from "../../support/emulator/emulator";

describe("the emulator as a whole", () => {
  const emulator = useEmulator({ region: "eu-west-1" });

  it("says how to reach it", () => {
    const { env, cloud, dns } = emulator();
    assert.equal(env.AWS_ENDPOINT_URL_SES, cloud.url);
    assert.equal(env.AWS_REGION, "eu-west-1");
    assert.equal(env.SESDOMAIN_DNS_RESOLVERS, dns.resolver);
    assert.equal(env.SESDOMAIN_DNS_PORT, String(dns.port));
  });

  it("serves a zone as soon as it is added", async () => {
    const { addZone, dns } = emulator();
    const zone = await addZone({ name: "example.com" });
    for (const server of zone.servers) {
      const [address = ""] = server.addresses;
      const reply = await askUdp({ address, port: dns.port, name: "example.com", type: "SOA" });
      assert.equal(reply?.authoritative, true);
    }
  });

  it("tells before and after each request's effect, and counts it", async () => {
    const { env, onRequest, requests } = emulator();
    const seen: RequestEvent[] = [];
    const stop = onRequest((event) => void seen.push(event));
    const client = new STSClient({
      endpoint: env.AWS_ENDPOINT_URL_STS ?? "",
      region: env.AWS_REGION ?? "",
      credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "" },
    });
    const identity = await client.send(new GetCallerIdentityCommand({}));
    stop();
    await client.send(new GetCallerIdentityCommand({}));
    client.destroy();
    const event = { service: "sts", action: "GetCallerIdentity", region: "eu-west-1", account: identity.Account };
    assert.deepEqual(seen, [
      { ...event, phase: "before" },
      { ...event, phase: "after" },
    ]);
    assert.equal(requests.counts().http["sts:GetCallerIdentity"], 2);
  });
});

describe("two emulators", () => {
  it("live side by side, and leave their ports free", async () => {
    const first = await openEmulator();
    const second = await openEmulator();
    await first.addZone({ name: "example.com" });
    const soa = async (emulator: typeof first) => (await emulator.resolve(fqdn("example.com"), "SOA")).rcode;
    assert.deepEqual([await soa(first), await soa(second)], ["NOERROR", "NXDOMAIN"]);
    const { port } = first.dns;
    await assert.rejects(openEmulator({ dnsPort: port }), { code: "EADDRINUSE" });
    await first.close();
    const third = await openEmulator({ dnsPort: port });
    assert.equal(third.dns.port, port);
    await Promise.all([second.close(), third.close()]);
  });

  it("can have a server at an IPv6 address", async function () {
    const emulator = await openEmulator({ ipv6: true });
    const zone = await emulator.addZone({ name: "example.com" }).catch((error: NodeJS.ErrnoException) => {
      // A machine without ::1 has nothing to test here.
      if (error.code === "EADDRNOTAVAIL" || error.code === "EAFNOSUPPORT") return undefined;
      throw error;
    });
    if (!zone) {
      await emulator.close();
      return this.skip();
    }
    assert.deepEqual(zone.servers[0]?.addresses, ["127.77.10.1", "::1"]);
    const reply = await askUdp({ address: "::1", port: emulator.dns.port, name: "example.com", type: "SOA" });
    assert.equal(reply?.authoritative, true);
    const { records } = await emulator.resolve(fqdn(zone.servers[0]?.name ?? ""), "AAAA");
    assert.equal(records[0]?.type === "AAAA" && records[0].address, "::1");
    await emulator.close();
  });
});
