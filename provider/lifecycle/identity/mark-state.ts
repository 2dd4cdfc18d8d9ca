/** How a resource is registered on its identities, as the outputs hold it. */
export interface MarkState {
  /** Tells this resource from other users of its identities; undefined in a state of version 0.1. */
  readonly mark: string | undefined;
  /** ARNs of the identities that the mark could not be written on. */
  readonly unmarked: readonly string[];
}

export function encodeMark({ mark, unmarked }: MarkState): Record<string, unknown> {
  return { __mark: mark, __unmarked: unmarked.length === 0 ? undefined : unmarked };
}

export function decodeMark({ __mark, __unmarked }: Readonly<Record<string, unknown>>): MarkState {
  return {
    mark: typeof __mark === "string" ? __mark : undefined,
    unmarked: Array.isArray(__unmarked) ? __unmarked.filter((one) => typeof one === "string") : [],
  };
}

/** Whether the state says that the resource's mark is on the identity. */
export function isRegistered({ mark, unmarked }: MarkState, arn: string): boolean {
  return mark !== undefined && !unmarked.includes(arn);
}
