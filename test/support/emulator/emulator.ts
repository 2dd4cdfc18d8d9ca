import { type Emulator, type EmulatorOptions, openEmulator } from "../../../emulator";

/** Opens an emulator before the suite's tests and closes it after them. Call within `describe`; the result is there from `before` on. */
export function useEmulator(options: EmulatorOptions = {}): () => Emulator {
  let emulator: Emulator | undefined;
  before("open the emulator", async () => {
    emulator = await openEmulator(options);
  });
  after("close the emulator", () => emulator?.close());
  return () => {
    if (!emulator) throw new Error("the emulator opens in a before hook: ask for it within a test");
    return emulator;
  };
}
