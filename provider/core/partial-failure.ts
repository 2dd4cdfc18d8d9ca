import { explain, SesDomainError } from "./errors";

/** A step failed after there was something to lose: the message for the user, and the state to keep. */
export class PartialFailure<State = unknown> extends SesDomainError {
  readonly state: State;

  constructor(error: unknown, state: State) {
    const own = error instanceof SesDomainError ? error : undefined;
    super(own?.code ?? "unexpected", explain(error).split("\n"), { retryable: own?.retryable ?? false, cause: error });
    this.state = state;
  }
}
