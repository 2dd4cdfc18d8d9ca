/** Without `undefined`, which the engine's wire format does not have. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
