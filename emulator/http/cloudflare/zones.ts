import { createHash } from "node:crypto";
import type { Zone, Zones } from "../../zones";
import { type HttpRequest, queryOf } from "../message";
import { permits, type TokenOptions } from "./tokens";

const hex = (text: string) => createHash("md5").update(text).digest("hex");

/** Cloudflare's identifiers are 32 hexadecimal digits; a zone whose id is one keeps it. */
export function idOf(zone: Zone): string {
  return /^[0-9a-f]{32}$/.test(zone.id) ? zone.id : hex(`zone ${zone.id}`);
}

/** The zones that a token reaches: public ones of its account, and of those the ones it is limited to. */
export function zonesWithin(zones: Zones, { account, zones: only }: TokenOptions): Zone[] {
  return zones
    .list()
    .filter((zone) => zone.account === account && !zone.private && (only === undefined || only.includes(zone.name)));
}

const accountOf = (account: string) => ({ id: hex(`account ${account}`), name: `Emulated account ${account}` });

/** Whether the zone's account is the one that `account.id` and `account.name` ask for. */
export function isOfAccount(zone: Zone, request: HttpRequest): boolean {
  const { id, name } = accountOf(zone.account);
  return (queryOf(request, "account.id") || id) === id && (queryOf(request, "account.name") || name) === name;
}

/** A zone as the API shows it (`zones_zone`; in the SDK `Zone`). */
export function showZone(zone: Zone, token: TokenOptions): Record<string, unknown> {
  const since = "2026-01-01T00:00:00.000000Z";
  return {
    id: idOf(zone),
    name: zone.name,
    status: zone.delegatedTo === undefined ? "pending" : "active",
    paused: false,
    type: "full",
    development_mode: 0,
    name_servers: zone.servers.map(({ name }) => name),
    original_name_servers: null,
    original_registrar: null,
    original_dnshost: null,
    modified_on: since,
    created_on: since,
    activated_on: zone.delegatedTo === undefined ? null : since,
    meta: { step: 2, custom_certificate_quota: 0, page_rule_quota: 3, phishing_detected: false },
    owner: { id: hex(`user ${zone.account}`), type: "user" },
    account: accountOf(zone.account),
    permissions: [
      ...(permits(token, "zone:read") ? ["#zone:read"] : []),
      ...(permits(token, "dns:read") ? ["#dns_records:read"] : []),
      ...(permits(token, "dns:edit") ? ["#dns_records:edit"] : []),
    ],
    plan: { id: hex("plan free"), name: "Free Website", price: 0, currency: "USD", frequency: "", legacy_id: "free" },
    ...(typeof zone.notes.cloudflare === "object" ? zone.notes.cloudflare : {}),
  };
}
