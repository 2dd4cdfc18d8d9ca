import { equal, ok } from "node:assert/strict";
import { doctorReport } from "../../provider/doctor/schema";
import { doctor, T1 } from "../support/doctor/doctor";
import { a, type FakeInternet, openFakeInternet, zone } from "../unit/authority/fake-internet";

const DOMAIN = "example.com";
const SERVERS = ["ns0.example.net", "ns1.example.net", "ns2.example.net", "ns3.example.net"];
const addressesOf = (server: string) => [`127.88.6.1${server.charAt(2)}`, `127.88.7.1${server.charAt(2)}`];

describe("a watch of a domain whose value is not there yet", function () {
  this.timeout(60_000);
  let internet: FakeInternet;
  before(async () => {
    internet = await openFakeInternet({
      zones: { [DOMAIN]: Object.fromEntries(SERVERS.map((server) => [server, []])) },
      resolver: (name, type) => ({
        answers: type === "A" && SERVERS.includes(name) ? addressesOf(name).map((one) => a(name, one)) : [],
      }),
    });
    for (const address of SERVERS.flatMap(addressesOf)) await internet.serve(address, zone(DOMAIN, SERVERS));
  });
  after(() => internet.close());

  it("reads the name itself with each look, and what only explains once a minute", async () => {
    const clock = {
      now: () => internet.clock.now(),
      async sleep(ms: number, signal?: AbortSignal) {
        signal?.throwIfAborted();
        await internet.clock.advance(ms);
      },
    };
    const options = { token: [T1], resolver: [internet.resolver], port: internet.port, json: true };
    const { out } = await doctor(internet, DOMAIN, { ...options, watch: true, timeout: "10m" }, { clock, env: {} });
    const [report] = doctorReport.parse(JSON.parse(out)).domains;
    equal(report?.findings[0]?.code, "txt-missing");
    ok(report.findings.every(({ code }) => code !== "dns-limit"));
    const times = (name: string, address: string) =>
      internet.asked.filter((one) => one.name === name && one.address === address && one.type === "TXT").length;
    ok(times(`_amazonses.${DOMAIN}`, "127.88.6.10") >= 60);
    for (const address of SERVERS.flatMap(addressesOf)) {
      const asked = times(`amazonses.${DOMAIN}`, address);
      ok(asked >= 5 && asked <= 13, `${asked} questions to ${address}`);
    }
  });
});
