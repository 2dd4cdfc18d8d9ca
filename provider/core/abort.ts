const watched = new WeakMap<AbortSignal, { readonly stops: Set<() => void>; readonly fire: () => void }>();

/**
 * Runs `stop` when the signal aborts, until the returned function is called. However many wait, the signal has one
 * listener: with hundreds of questions on one signal, adding and removing listeners would cost more than the questions.
 */
export function onAbort(signal: AbortSignal, stop: () => void): () => void {
  let watch = watched.get(signal);
  if (watch === undefined) {
    const stops = new Set<() => void>();
    watch = { stops, fire: () => [...stops].forEach((run) => void run()) };
    watched.set(signal, watch);
  }
  const { stops, fire } = watch;
  if (stops.size === 0) signal.addEventListener("abort", fire, { once: true });
  stops.add(stop);
  return () => {
    if (stops.delete(stop) && stops.size === 0) signal.removeEventListener("abort", fire);
  };
}

/** Rejects with the signal's reason as soon as it aborts; the promise's later outcome is ignored. */
export function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    const release = onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(release);
  });
}
