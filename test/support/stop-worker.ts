// A process as the engine has one: alive until it is interrupted. With "busy", one operation runs that ends on the signal.
import { openStop } from "../../provider/hosts/stop";

const stop = openStop();
setInterval(() => undefined, 60_000);
if (process.argv[2] === "busy") {
  const stopped = new Promise((resolve) => stop.signal.addEventListener("abort", resolve));
  void stop.during(async () => {
    await stopped;
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    process.stdout.write(`kept: ${stop.signal.reason.message}\n`);
  });
}
process.stdout.write("ready\n");
