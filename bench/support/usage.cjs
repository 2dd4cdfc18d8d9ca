// Loaded before a program whose process is measured (`node --require`): tells its parent how much CPU it has used so far, in
// microseconds, each time the parent asks. Node tells it of its own process alone, and more exactly than /proc does.
process.on("message", () => process.send(process.cpuUsage()));
// The program ends when it wants to.
process.channel?.unref();
