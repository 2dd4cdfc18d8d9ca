import { createHash } from "node:crypto";
import type { Zone } from "../../zones";

const LONGEST_SLUG = 50;

function digestOf(zone: Zone): Buffer {
  return createHash("sha256").update(`zone ${zone.id}`).digest();
}

/** A managed zone has a number, and a name of the project's own: letters, digits and hyphens. */
export function numberOf(zone: Zone): string {
  return digestOf(zone).readBigUInt64BE().toString();
}

export function nameOf(zone: Zone): string {
  const slug = zone.name
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, LONGEST_SLUG);
  return `${slug || "zone"}-${digestOf(zone).toString("hex").slice(0, 6)}`;
}

/** As the API shows it (reference, ManagedZone). */
export function showZone(zone: Zone): Record<string, unknown> {
  return {
    kind: "dns#managedZone",
    id: numberOf(zone),
    name: nameOf(zone),
    dnsName: `${zone.name}.`,
    description: "",
    creationTime: "2026-01-01T00:00:00.000Z",
    nameServers: zone.servers.map(({ name }) => `${name}.`),
    visibility: zone.private ? "private" : "public",
    ...(zone.private && { privateVisibilityConfig: { kind: "dns#managedZonePrivateVisibilityConfig", networks: [] } }),
    cloudLoggingConfig: { kind: "dns#managedZoneCloudLoggingConfig" },
    ...(typeof zone.notes.googleDns === "object" ? zone.notes.googleDns : {}),
  };
}
