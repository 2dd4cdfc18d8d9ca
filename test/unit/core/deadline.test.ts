import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { Overdue, withDeadline } from "../../../provider/core/deadline";
import { isPlainRemote, segmentFault } from "../../../provider/core/http";
import { collectGarbage } from "../../support/hostile/answers";

const never = <T>() => new Promise<T>(() => undefined);

describe("a deadline", () => {
  it("ends work that does not end, and tells it so, also after a garbage collection", async () => {
    let told: unknown;
    const signal = new AbortController().signal;
    const call = withDeadline({ withinMs: 100 }, signal, (inner) => {
      inner.addEventListener("abort", () => {
        told = inner.reason;
      });
      return never();
    });
    call.catch(() => undefined);
    await collectGarbage();
    await assert.rejects(call, Overdue);
    assert.ok(told instanceof Overdue);
  });

  it("ends with the signal's reason at once, before and while it runs", async () => {
    const control = new AbortController();
    let aborted = false;
    const call = withDeadline({ withinMs: 600_000 }, control.signal, (inner) => {
      inner.addEventListener("abort", () => {
        aborted = true;
      });
      return never();
    });
    control.abort(new Error("enough"));
    await assert.rejects(call, /enough/);
    assert.ok(aborted);
    await assert.rejects(
      withDeadline({ withinMs: 1 }, control.signal, async () => assert.fail("it ran")),
      /enough/,
    );
  });

  it("begins again with progress, but not for ever", async () => {
    let renewed = 0;
    const call = withDeadline({ withinMs: 100, longestMs: 400 }, new AbortController().signal, (inner, renew) => {
      const timer = setInterval(() => {
        renewed += 1;
        renew();
      }, 20);
      inner.addEventListener("abort", () => clearInterval(timer));
      return never();
    });
    await assert.rejects(call, Overdue);
    assert.ok(renewed > 5, String(renewed));
  });

  it("leaves nothing behind where the work throws at once", async () => {
    const { signal } = new AbortController();
    const timers = () => process.getActiveResourcesInfo().filter((each) => each === "Timeout").length;
    // Mocha's own timer begins after the first turn.
    await new Promise((resolve) => setImmediate(resolve));
    const before = timers();
    const thrown = withDeadline({ withinMs: 600_000, longestMs: 900_000 }, signal, () => {
      throw new Error("at once");
    });
    await assert.rejects(thrown, /at once/);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(getEventListeners(signal, "abort").length, 0);
    assert.equal(timers(), before);
  });

  it("leaves an answer and an error as they are", async () => {
    const { signal } = new AbortController();
    assert.equal(await withDeadline({ withinMs: 600_000 }, signal, async () => 7), 7);
    await assert.rejects(
      withDeadline({ withinMs: 600_000 }, signal, async () => Promise.reject(new Error("no"))),
      /no/,
    );
  });
});

describe("addresses", () => {
  it("are in the clear where http leaves this machine", () => {
    const plain = (url: string) => isPlainRemote(new URL(url));
    assert.deepEqual(
      ["http://192.0.2.1", "http://localhost.example.com", "http://[2001:db8::1]:1", "http://127.example.com"].map(
        plain,
      ),
      [true, true, true, true],
    );
    assert.deepEqual(["https://192.0.2.1", "http://localhost:1", "http://127.0.0.2", "http://[::1]:1"].map(plain), [
      false,
      false,
      false,
      false,
    ]);
  });
  it("have one segment for one id", () => {
    for (const id of ["", ".", "..", "a/b", "a\\b", "a?b", "a#b", "a b", "ä", "a\n"]) assert.ok(segmentFault(id), id);
    for (const id of ["localhost", "example.com.", "Z1", "=2E", "..."]) assert.equal(segmentFault(id), undefined, id);
  });
});
