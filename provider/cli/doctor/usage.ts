import { SesDomainError } from "../../core/errors";

/** The command was called wrongly, or cannot begin: exit code 2. */
export class UsageError extends SesDomainError {
  constructor(message: string, hint?: string) {
    super("usage", [message], hint === undefined ? {} : { hint });
  }
}
