import type { Clock } from "../../../provider/core/clock";
import type { Ctx } from "../../../provider/core/ctx";
import type { DnsHostError } from "../../../provider/core/errors";
import type { Fqdn } from "../../../provider/core/fqdn";
import type { DnsBackend, Zone } from "../../../provider/dns/backend";
import type { RecordKey, RecordType } from "../../../provider/dns/record";
import type { Hold } from "./hold";
import type { WorkerPlan } from "./writers";

/**
 * What a witness sees of a set, by another way than the back end: dig, or a server's own store. Values are texts, or the data
 * of a CNAME or an MX record as a zone file has it, in lower case.
 */
export interface Witnessed {
  readonly values: readonly string[];
  /** `undefined` where there is no set. */
  readonly ttl: number | undefined;
}

/** A fault arranged at the host; `undo` takes it back. */
interface Trouble {
  /** The back end that runs into it. Default: the host's own. */
  readonly backend?: DnsBackend<string>;
  /** The zone as the back end is handed it. Default: the one that was found before. */
  readonly zone?: Zone;
  undo?(): void | Promise<void>;
}

export const FAULT_CODES = {
  "wrong credential": "credentials-refused",
  "missing permission": "permission-missing",
  "missing zone": "zone-missing",
  "rate limit": "rate-limited",
  "server error": "host-unavailable",
  "cut connection": "host-unavailable",
} as const;
export type FaultCase = keyof typeof FAULT_CODES;

/** A case this host cannot produce, and why. */
export interface LeftOut {
  readonly leftOut: string;
}

/** A running host with one zone to write into. */
export interface BackendHost {
  readonly backend: DnsBackend<string>;
  /** The same opened again: it has found no zone yet. */
  another(): DnsBackend<string>;
  /** Holds the requests that come from now on, until it is released. */
  hold(): Pick<Hold, "arrived" | "release">;
  /** The zone's name. The tests write below it and at its apex. */
  readonly zone: Fqdn;
  /** A zone below `zone`, delegated from it, at the same host. */
  readonly subzone: Fqdn | LeftOut;
  /** Default: real time. */
  readonly clock?: Clock;
  /** What must not stand in any error or log line. */
  readonly secrets: readonly string[];
  witness(key: RecordKey): Promise<Witnessed>;
  /** Makes a set of exactly these values, by another way than the back end. */
  seed(key: RecordKey, values: readonly string[], ttl: number): Promise<void>;
  /** The whole zone but its SOA, by another way than the back end: a line a record or a set, its name first, sorted. */
  dump(): Promise<readonly string[]>;
  /** Requests so far that change something; where the host does not count them, left out. */
  changes: (() => number | Promise<number>) | LeftOut;
  readonly faults: Readonly<Record<FaultCase, (() => Trouble | Promise<Trouble>) | LeftOut>>;
  /** How another process opens the same back end. */
  readonly workers: WorkerPlan | LeftOut;
  close(): Promise<void>;
}

export interface BackendSuite {
  /** The host's name as its errors say it: `Route 53`. */
  readonly name: string;
  /** Cases that are known beforehand to be left out, with the reason; they are not even declared as tests. */
  readonly without?: Partial<Record<FaultCase | "subzone" | "changes" | "writers", string>>;
  /** `none-lost` (default), or `measured` for a host whose protocol cannot promise it: the number of ours lost is told. */
  readonly writers?: "none-lost" | "measured";
  /** Values the host cannot hold, with the reason. */
  readonly cannotHold?: Readonly<Record<string, string>>;
  /** Where the whole takes too long for one file: what becomes of records, or how operations end and meet each other. */
  readonly part?: "records" | "operations";
  open(context: Mocha.Context): Promise<BackendHost>;
}

/** What the parts of the suite share. */
export interface SuiteTools {
  readonly suite: BackendSuite;
  host(): BackendHost;
  zone(): Zone;
  ctxOf(signal?: AbortSignal): Ctx;
  /** A name that no other test has. */
  freshKey(type?: RecordType): RecordKey;
  add(key: RecordKey, ...values: string[]): Promise<string[]>;
  remove(key: RecordKey, ...values: string[]): Promise<string[]>;
  listed(key: RecordKey): Promise<string[]>;
  failure(run: () => Promise<unknown>): Promise<DnsHostError>;
  /** Requests so far that change something; always 0 where the host does not count them. */
  changes(): Promise<number>;
  workers(): WorkerPlan;
}
