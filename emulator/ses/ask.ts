import type { SoaSeen } from "./look-info";

/** One answer of a recursive resolver; `undefined` where none came. Names without a final dot, in lower case. */
export interface ResolverAnswer {
  readonly rcode: string;
  /** The joined strings of each value. */
  readonly txt: readonly string[];
  readonly mx: readonly { readonly preference: number; readonly exchange: string }[];
  /** The CNAMEs on the way, also where they end without a record. */
  readonly aliases: readonly { readonly name: string; readonly target: string }[];
  readonly soa: SoaSeen | undefined;
}

export type Ask = (name: string, type: "TXT" | "SOA" | "MX") => Promise<ResolverAnswer | undefined>;

/** Whether the answer says what there is, or that there is nothing. */
export function isDefinite(answer: ResolverAnswer | undefined): answer is ResolverAnswer {
  return answer?.rcode === "NOERROR" || answer?.rcode === "NXDOMAIN";
}

/** The reason of an answer without the record. */
export function absenceOf({ rcode }: ResolverAnswer): "HOST_NOT_FOUND" | "TYPE_NOT_FOUND" {
  return rcode === "NXDOMAIN" ? "HOST_NOT_FOUND" : "TYPE_NOT_FOUND";
}
