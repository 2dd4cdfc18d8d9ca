/** Why a source gives no credentials, in our own words: a clause without anything that a process or a file held but names. */
export class CredentialsFault extends Error {
  override readonly name = "CredentialsFault";
  /** `credentials-refused`: there were some, which are no longer valid. */
  readonly kind: "credentials-missing" | "credentials-refused";
  /** The way out, as a sentence. */
  readonly hint: string;

  constructor(
    reason: string,
    hint: string,
    kind: "credentials-missing" | "credentials-refused" = "credentials-missing",
  ) {
    super(reason);
    this.hint = hint;
    this.kind = kind;
  }
}
