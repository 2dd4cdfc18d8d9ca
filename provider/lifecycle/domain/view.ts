import type { DnsBackend } from "../../dns/backend";
import type { CheckedArgs } from "../arguments/types";
import type { Ports } from "../lifecycle";
import type { Place } from "../records/placement";
import type { SendingWish } from "../sending/wish";

/** What a preview looks with, opened once. */
export interface View {
  readonly args: CheckedArgs;
  readonly hosts: readonly DnsBackend[];
  /** By identity name. */
  readonly places: Readonly<Record<string, Place>>;
  readonly wishes: Readonly<Record<string, SendingWish>>;
  readonly ports: Ports;
}

/** `verified`: it was seen so. `awaited`: the last run waited for it, however that ended. `tokens`: by ARN. */
export interface Past {
  readonly tokens: Readonly<Record<string, string>>;
  readonly verified: boolean;
  readonly awaited: boolean;
  /** Whether the program asked for the same parts then. */
  readonly sameSending: boolean;
  /** Whether the DNS hosts are asked what they would refuse: an earlier plan of the same preview has not done so. */
  readonly asksHosts: boolean;
}
