import type { Capabilities, DnsBackend, DnsKind } from "./backend";
import { cloudflare } from "./cloudflare/descriptor";
import {
  type AnyHost,
  type BackendPorts,
  HOLDS_ALL,
  type HostDescriptor,
  type Property,
  type PropertyRole,
} from "./descriptor";
import { googleDns } from "./google-dns/descriptor";
import { manual } from "./manual/descriptor";
import type { HostSettings } from "./named-sets";
import { powerdns } from "./powerdns/descriptor";
import { rfc2136 } from "./rfc2136/descriptor";
import { route53 } from "./route53/descriptor";

/** Every kind of DNS host, in the order in which messages and pages name them. What is known of one stands in its folder. */
const HOSTS = { route53, cloudflare, rfc2136, powerdns, googleDns, manual } as const satisfies {
  readonly [Kind in DnsKind]: AnyHost & { readonly kind: Kind };
};

type EntryOf<Descriptor> = Descriptor extends HostDescriptor<infer Entry> ? Entry : never;

/** What a program says of its DNS host, validated. */
export type CheckedDns = { readonly [Kind in DnsKind]: EntryOf<(typeof HOSTS)[Kind]> }[DnsKind];

/** In the order of `HOSTS`. */
export const DNS_KINDS: readonly DnsKind[] = Object.values(HOSTS).map(({ kind }) => kind);

export function hostOf(kind: DnsKind): AnyHost {
  return HOSTS[kind];
}

export function canOf(entry: CheckedDns): Capabilities {
  return hostOf(entry.kind).can?.(entry) ?? HOLDS_ALL;
}

/** Each back end is loaded where a program uses it: together they take a quarter of the time that loading the provider takes. */
export function openBackend(entry: CheckedDns, ports: BackendPorts): DnsBackend {
  return hostOf(entry.kind).open(entry, ports);
}

/** The properties that settings supply where a program leaves them out, by kind and name. */
export type HostDefaults = Readonly<Partial<Record<DnsKind, Readonly<Record<string, string>>>>>;

export function hostDefaults(settings: HostSettings): HostDefaults {
  return Object.fromEntries(
    Object.values(HOSTS).map(({ kind, properties }) => {
      const supplied = Object.entries<Property>(properties).flatMap(([name, property]) => {
        const value = property.type === "text" ? property.supplied?.read(settings) : undefined;
        return value === undefined ? [] : [[name, value] as const];
      });
      return [kind, Object.fromEntries(supplied)];
    }),
  );
}

/** The same for entries that differ in properties of these roles alone. */
export function entryKey(entry: CheckedDns, without: readonly PropertyRole[]): string {
  const { properties } = hostOf(entry.kind);
  const roleOf = (name: string): PropertyRole =>
    name === "credentials" ? "access" : (properties[name]?.role ?? "host");
  const told = Object.entries(entry).filter(([name, value]) => value !== undefined && !without.includes(roleOf(name)));
  return JSON.stringify(told.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Namespaces of stack config that are read for some host, besides `sesdomain` and `aws`. */
export const HOST_CONFIG: readonly string[] = Object.values(HOSTS).flatMap(({ config }) => config);
