import assert from "node:assert/strict";
import { silentLog } from "../../../provider/core/ctx";
import { openInterruptNote } from "../../../provider/pulumi/interrupt-note";
import { openHeldClock } from "../../support/held-clock";

describe("what Ctrl-C does", () => {
  it("is told once a process, where an operation takes long", async () => {
    const clock = openHeldClock();
    const told: string[] = [];
    const note = openInterruptNote(clock);
    const begin = (name: string) => {
      let end: () => void = () => undefined;
      const work = () => new Promise<void>((resolve) => (end = resolve));
      void note.during({ ...silentLog, info: () => void told.push(name) }, work);
      return () => end();
    };
    const ends = [begin("short"), begin("long"), begin("longer")];
    await clock.turn(5_000);
    ends[0]?.();
    await clock.turn(1_000);
    assert.deepEqual(told, []);
    await clock.turn(6_000);
    assert.deepEqual(told, ["long"]);
    ends.push(begin("later"));
    await clock.turn(60_000);
    assert.deepEqual(told, ["long"]);
    for (const end of ends) end();
  });

  it("is told with the first line of each wait, and with no other", async () => {
    const lines: string[] = [];
    const log = { ...silentLog, status: (text: string) => void lines.push(text) };
    const note = openInterruptNote(openHeldClock());
    for (const domain of ["one", "two"]) {
      await note.during(log, async (inner) => {
        for (const turn of ["first", "second"]) inner.status(`${domain} ${turn}`);
      });
    }
    assert.deepEqual(
      lines.filter((line) => line.includes("Ctrl-C")).map((line) => line.slice(0, "one first".length)),
      ["one first", "two first"],
    );
    assert.equal(lines.length, 4);
  });

  it("does not stay on the line where the operation has ended", async () => {
    const lines: string[] = [];
    const log = { ...silentLog, status: (text: string) => void lines.push(text) };
    const note = openInterruptNote(openHeldClock());
    await note.during(log, async (inner) => inner.status("done"));
    assert.equal(lines.length, 2);
    assert.equal(lines[1], "done");
  });

  it("does not take the place of what was reached, nor of what the line says", async () => {
    const lines: string[] = [];
    const say = (text: string) => void lines.push(text);
    const log = { ...silentLog, status: say, info: say };
    const clock = openHeldClock();
    const note = openInterruptNote(clock);
    await note.during(log, async (inner) => inner.status("reached", "end"));
    assert.deepEqual(lines.splice(0), ["reached"]);
    await note.during(log, async (inner) => {
      inner.status("2/3 DNS");
      await clock.turn(10_000);
    });
    assert.equal(lines.length, 3);
    assert.ok(lines[0]?.startsWith("2/3 DNS") && lines[1]?.includes("Ctrl-C") && lines[2] === "2/3 DNS", lines.join());
  });
});
