import { AsyncLocalStorage } from "node:async_hooks";

/** Set while a question comes from another network than the user's: that of the recursive resolver, or SES's. */
const elsewhere = new AsyncLocalStorage<true>();

export function fromElsewhere<T>(ask: () => Promise<T>): Promise<T> {
  return elsewhere.run(true, ask);
}

export function isFromElsewhere(): boolean {
  return elsewhere.getStore() === true;
}
