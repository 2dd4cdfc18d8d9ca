/** Pulumi's plugin protocol: the last argument of a provider process is the engine's address, after those for its log. */
export const ENGINE_ADDRESS = process.argv.findLast((text) => /^[^-/\s][^/\s]*:\d+$/.test(text));
