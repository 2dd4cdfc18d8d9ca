// A process as the engine has one: alive until it is interrupted, or its engine, at the address that is the last argument,
// ends. With "busy", one operation runs that ends on the signal; with "stuck", one that does not.
import { ENGINE_ADDRESS } from "../../../provider/pulumi/engine-address";
import { watchEngine } from "../../../provider/pulumi/engine-watch";
import { openStop } from "../../../provider/pulumi/stop";

const stop = openStop();
if (ENGINE_ADDRESS !== undefined) watchEngine(ENGINE_ADDRESS, () => stop.end("The engine has ended."));
setInterval(() => undefined, 60_000);
if (process.argv[2] === "busy") {
  const stopped = new Promise((resolve) => stop.signal.addEventListener("abort", resolve));
  void stop.during(async () => {
    await stopped;
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    process.stdout.write(`kept: ${stop.signal.reason.message}\n`);
  });
}
if (process.argv[2] === "stuck") void stop.during(() => new Promise(() => undefined));
process.stdout.write("ready\n");
