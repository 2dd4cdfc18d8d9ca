import assert from "node:assert/strict";
import { type Emulator, openEmulator } from "../../emulator";
import type { Authority } from "../../provider/authority/authority";
import { openAuthority } from "../../provider/authority/open";
import { type Ctx, silentLog } from "../../provider/core/ctx";
import { SesDomainError } from "../../provider/core/errors";
import { type Fqdn, fqdn } from "../../provider/core/fqdn";
import type { Clients } from "../../provider/lifecycle/observation/clients";
import { openPreviewBudget } from "../../provider/lifecycle/observation/preview-budget";
import { previewClients } from "../../provider/lifecycle/observation/preview-clients";
import { openHastyClock } from "../support/hasty-clock";

/** A dead zone takes 0.4 s, so that three take longer than the silence that a preview waits for. */
const PATIENCE = { udpMs: 100, lastMs: 300, quietMs: 300, hedgeMs: 50, httpsMs: 800, lookMs: 1_500 };
const SILENCE_MS = 1_000;
const DEAD = ["a", "b", "c", "d", "e", "f"].map((label) => fqdn(`${label}-dead-example.com`));
const HEALTHY = ["a", "b", "c"].map((label) => fqdn(`${label}-healthy-example.com`));

describe("previews of zones whose own servers are dead", () => {
  let emulator: Emulator;
  before(async () => {
    emulator = await openEmulator({ clock: { mode: "manual" } });
    for (const name of [...DEAD, ...HEALTHY]) {
      const { servers } = await emulator.addZone({ name, sets: [] });
      if (!DEAD.includes(name)) continue;
      for (const server of servers) emulator.faults.dns(server.name, { silent: "both", within: name });
    }
  });
  after(() => emulator.close());

  function openLooks() {
    const { port } = emulator.dns;
    const resolvers = [emulator.dns.resolver];
    const authority = openAuthority({ mode: "authoritative", resolvers, port }, PATIENCE);
    const world = { authority: (): Authority => authority } as unknown as Clients;
    const budget = openPreviewBudget({ silenceMs: SILENCE_MS, momentMs: SILENCE_MS / 10 });
    const bound = previewClients(world, budget).clients.authority({ mode: "authoritative" });
    const ctx: Ctx = { clock: openHastyClock(), log: silentLog, signal: new AbortController().signal };
    return async (name: Fqdn) => {
      try {
        const { servers } = await bound.look(name, "TXT", ctx);
        return [...new Set(servers.map(({ kind }) => kind))].join();
      } catch (error) {
        if (!(error instanceof SesDomainError)) throw error;
        return error.code;
      }
    };
  }

  it("are told of each, and of the healthy zones after them: the parent's servers have answered", async () => {
    const look = openLooks();
    for (const name of DEAD) assert.equal(await look(name), "unreachable", name);
    for (const name of HEALTHY) assert.equal(await look(name), "absent", name);
  });

  it("end soon where port 53 is blocked, though the recursive resolver answers", async () => {
    // The resolver still names the root servers.
    const blocked = emulator.faults.dns("*", { silent: "both", within: "com" });
    try {
      const look = openLooks();
      const startedMs = performance.now();
      const codes: string[] = [];
      for (let turn = 0; turn < 5; turn += 1) for (const name of HEALTHY) codes.push(await look(name));
      assert.ok(performance.now() - startedMs < 3 * SILENCE_MS);
      assert.equal(codes.at(-1), "endpoint-silent");
    } finally {
      blocked.off();
    }
  });
});
