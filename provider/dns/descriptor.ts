import type { Aws } from "../aws/aws";
import type { CredentialsOptions } from "../aws/session-types";
import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import type { Capabilities, DnsBackend, DnsKind } from "./backend";
import type { HostSettings } from "./named-sets";
import { RECORD_TYPES } from "./record";

/** What a back end may need; each takes its part. */
export interface BackendPorts extends HostSettings {
  readonly aws: Aws;
  /** The servers that the parent delegates a zone to: tells the real one among zones of one name. */
  readonly delegatedServers: (zone: Fqdn, ctx: Ctx) => Promise<readonly string[] | undefined>;
}

/** What a program says of its DNS host, validated: plain JSON, without credentials. Each host has its own properties. */
export interface HostEntry<Kind extends string = DnsKind> {
  /** Which host the entry is for. */
  readonly kind: Kind;
  /** The name of a set of credentials in `sesdomain:credentials`. */
  readonly credentials?: string | undefined;
}

/** What the argument is about, as far as that is known when it is checked. */
interface About {
  readonly domain: Fqdn;
  /** The name below the domain that the zone has to hold. */
  readonly name: Fqdn;
}

/**
 * What a property says: at which `host` the values are (another one is another place), in which `zone` of it, as whom it is
 * asked (`access`), or by which `way` it is reached, which changes nothing.
 */
export type PropertyRole = "host" | "zone" | "access" | "way";

interface PropertyBase {
  /** For the pages: what it means, and its default. */
  readonly describe: string;
  readonly role: PropertyRole;
}

interface TextProperty extends PropertyBase {
  readonly type: "text";
  /** The value to keep, or what is wrong with the text: a clause that fits after the property's path. Default: any text. */
  readonly judge?: (text: string, about: About | undefined) => { readonly value: string } | { readonly fault: string };
  /** Where it is taken from where the program leaves it out; `missing` is told where it is nowhere. */
  readonly supplied?: {
    readonly read: (settings: HostSettings) => string | undefined;
    readonly missing: string;
  };
  /** Another property that it goes with, and what is told where that is left out. */
  readonly with?: { readonly property: string; readonly missing: string };
}

interface ChoiceProperty extends PropertyBase {
  readonly type: "choice";
  readonly options: readonly string[];
}

interface BooleanProperty extends PropertyBase {
  readonly type: "boolean";
  readonly default: boolean;
}

export type Property = TextProperty | ChoiceProperty | BooleanProperty;

/** All that the package knows of a kind of host except its protocol. It loads nothing of the host until `open`. */
export interface AnyHost<Kind extends string = DnsKind> {
  readonly kind: Kind;
  /** As pages and messages say it. */
  readonly title: string;
  /** Other names that people know it by: letters and digits, in lower case. */
  readonly aliases: readonly string[];
  /** In the order in which pages and messages name them. */
  readonly properties: Readonly<Record<string, Property>>;
  /** For the pages: for what each there is a named set of credentials; left out where there are none. */
  readonly named?: string;
  /** What the names of its servers look like, where each customer's are of one form. */
  readonly serverNames?: RegExp;
  /** False where it cannot be asked, so that it is a person who writes and looks there. */
  readonly readable?: false;
  /** Called only with an entry of which everything is known. Default: `HOLDS_ALL`. */
  can?(entry: HostEntry<Kind>): Capabilities;
  /** The TTLs that it takes, where they are less than DNS has: `also` besides those from `least` to `most`. */
  readonly ttl?: {
    readonly least: number;
    readonly most: number;
    readonly also: readonly number[];
    readonly says: string;
  };
  /** Namespaces of Pulumi's stack config that are read for it, besides `sesdomain` and `aws`. */
  readonly config: readonly string[];
  /** The name that errors use where it does not answer. Default: the title. */
  endpoint?(entry: HostEntry<Kind>): string;
  /** As whom AWS is asked before the host is. */
  asksAws?(entry: HostEntry<Kind>): CredentialsOptions;
  open(entry: HostEntry<Kind>, ports: BackendPorts): DnsBackend<DnsKind | Kind>;
}

type PropertyOf<T> = [NonNullable<T>] extends [boolean] ? BooleanProperty : TextProperty | ChoiceProperty;

/** The descriptor of a host whose entries are `Entry`: every property of it has to be there. */
export interface HostDescriptor<Entry extends HostEntry<string>> extends AnyHost<Entry["kind"]> {
  readonly properties: {
    readonly [Name in Exclude<keyof Entry, keyof HostEntry> & string]-?: PropertyOf<Entry[Name]>;
  };
  can?(entry: Entry): Capabilities;
  endpoint?(entry: Entry): string;
  asksAws?(entry: Entry): CredentialsOptions;
  open(entry: Entry, ports: BackendPorts): DnsBackend<DnsKind | Entry["kind"]>;
}

/** A host with an interface for programs holds all. */
export const HOLDS_ALL: Capabilities = { types: RECORD_TYPES, underscores: true, multipleValues: true };

/** Of an id that is the zone's name by mistake. */
export function nameHint(id: string): string {
  return id.includes(".") ? "; leave it out to have the zone found by its name" : "";
}
