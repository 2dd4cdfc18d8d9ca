import assert from "node:assert/strict";
import { DnsHostError } from "../../../provider/core/errors";
import { collectGarbage, HOSTILITIES, type HostileServer, type Hostility, until } from "./answers";
import { blameTheWay } from "./way-suite";

/** A DNS host whose API answers one action with hostility, and all others well. */
interface OpenedHost {
  readonly server: HostileServer;
  readonly control: AbortController;
}

export interface HostSuite<Opened extends OpenedHost> {
  /** `withinMs`: what a call may take. Default a few hundred ms. */
  open(hostility: Hostility, action: string, withinMs?: number): Promise<Opened>;
  /** By what is tried: the action that meets the hostility, and the call. */
  readonly cases: Readonly<Record<string, readonly [action: string, run: (opened: Opened) => Promise<unknown>]>>;
  /** What no message may hold, apart from what the servers say. */
  readonly secret: RegExp;
  /** The error's code. Default `host-unavailable`, which may be tried again. */
  codeFor?(hostility: Hostility): string;
}

/** No answer that is not the API's own says anything. */
export function sayNothing<Opened extends OpenedHost>({
  open,
  cases,
  secret,
  codeFor = () => "host-unavailable",
}: HostSuite<Opened>): void {
  for (const hostility of HOSTILITIES) {
    it(`say nothing: ${hostility}`, async () => {
      await Promise.all(
        Object.entries(cases).map(async ([what, [action, run]]) => {
          const opened = await open(hostility, action);
          try {
            const answer = await run(opened).then(
              (result) => ({ result }),
              (error: unknown) => ({ error }),
            );
            assert.ok("error" in answer, `${what}: ${JSON.stringify(answer)}`);
            const { error } = answer;
            const code = codeFor(hostility);
            assert.ok(error instanceof DnsHostError && error.code === code, `${what}: ${error}`);
            assert.equal(error.retryable, code === "host-unavailable", what);
            assert.ok(error.hint, what);
            assert.doesNotMatch(error.message, /sign in|hello|no route/i);
            assert.doesNotMatch(error.message, secret);
            assert.deepEqual(opened.server.followed, [], what);
          } finally {
            await opened.server.close();
          }
        }),
      );
    });
  }
}

/** A call of the case `list` ends when it is told to, and by itself. */
export function endsInTime<Opened extends OpenedHost>({ open, cases }: HostSuite<Opened>): void {
  const [action, list] = cases.list ?? assert.fail("there is a case that lists");
  for (const hostility of ["stalled headers", "stalled body", "dripping"] as const) {
    it(`lets go of the socket when the signal aborts, also after a garbage collection: ${hostility}`, async () => {
      const opened = await open(hostility, action, 600_000);
      const call = list(opened);
      call.catch(() => undefined);
      await opened.server.begun;
      await collectGarbage();
      const started = Date.now();
      opened.control.abort(new Error("enough"));
      await assert.rejects(call, /enough/);
      assert.ok(Date.now() - started < 5_000);
      await until(() => opened.server.open === 0);
      await opened.server.close();
    });
    it(`ends in time, also after a garbage collection: ${hostility}`, async () => {
      const opened = await open(hostility, action, 400);
      const call = list(opened);
      call.catch(() => undefined);
      await opened.server.begun;
      await collectGarbage();
      await assert.rejects(call, { code: "host-unavailable" });
      await opened.server.close();
    });
  }
}

/** What reaches a host's API at an address, or does not: `findZone` asks the API at `url`, within a short time. */
export function reachTheApi(findZone: (url: string) => Promise<unknown>, { https }: { readonly https: string }): void {
  it("sends no token over plain http to another machine", async () => {
    const { host, pathname } = new URL(https);
    for (const url of [`http://${host}${pathname}`, "http://192.0.2.1", `https://who:pass@${host}`]) {
      await assert.rejects(findZone(url), { code: "host-refused" });
    }
  });

  describe("an API that is not reached", () => blameTheWay({ call: findZone, code: "host-unavailable" }));
}
