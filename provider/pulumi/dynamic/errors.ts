import { PartialFailure } from "../../core/partial-failure";
import type { Props } from "../../lifecycle/lifecycle";
import { readable } from "../errors";
import type { Created } from "./resource";

/**
 * Work whose error Pulumi's process hands to the engine, and also writes to the stack's own line as
 * `${error}: ${error.stack}`. The engine shows the message with the resource; on the other line it would stand two times more.
 */
export async function toldOnce<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const stack = "an operation failed; its resource says why";
    throw Object.assign(error, { stack, toString: () => "pulumi-sesdomain" });
  }
}

/** An error with `id` is taken by Pulumi as "made, but not finished": `properties` become the state, `reasons` are displayed. */
export function asEngineError(error: unknown, inputs: Props): Error {
  const shown = readable(error);
  if (!(error instanceof PartialFailure)) return shown;
  const { id, outputs } = error.state as Created;
  return Object.assign(shown, {
    id,
    properties: { ...withUrn(outputs, inputs), __provider: inputs.__provider },
    reasons: [shown.message],
  });
}

/** The URN stays with the outputs: a delete is given nothing else. */
export function withUrn(outputs: Props, { __urn }: Props): Record<string, unknown> {
  return { ...outputs, __urn };
}
