import type { HostEntry } from "../descriptor";

/** A host without an interface for programs: the records are printed, a person publishes them, the wait goes on when they appear. */
export interface ManualEntry extends HostEntry {
  /** Says that the entry is for a host that is written to by hand. */
  readonly kind: "manual";
  /** Whether the host takes names that begin with an underscore. Default true. */
  readonly underscores?: boolean | undefined;
  /** Whether the host holds several TXT values under one name. Default true. */
  readonly multipleValues?: boolean | undefined;
  /** Not used; accepted so that entries of every kind have the same shape. */
  readonly credentials?: string | undefined;
}
