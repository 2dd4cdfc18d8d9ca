import type { RecordDeleteResponse, RecordListParams, RecordResponse } from "cloudflare/resources/dns/records" with {
  "resolution-mode": "import",
};
import type { ZoneGetResponse } from "cloudflare/resources/dns/settings/zone" with { "resolution-mode": "import" };
import type { Zone, ZoneListParams } from "cloudflare/resources/zones/zones" with { "resolution-mode": "import" };
import { z } from "zod";

/**
 * What Cloudflare's published OpenAPI description (github.com/cloudflare/api-schemas, openapi.json at c92b9b0, and common.yaml)
 * says of the requests and answers that are emulated: `api-response-*`, `zones_zone`, `dns-records_TXTRecord` and the other record types,
 * `dns-records_dns-record-response`. A member that the description does not have is an error. The SDK's types are made from
 * the same description: the compiler holds the names of the members here to it, each way.
 *
 * Of the description Cloudflare itself departs in four things, and the emulator with it: an answer's `comment` is null where
 * there is none, `error_chain` comes with a code, code 971 is below 1000, and pages of zones may be shorter than five.
 */
const identifier = z.string().regex(/^[0-9a-f]{32}$/);
const timestamp = z.iso.datetime();
const count = z.number().int().min(0);

const code = z.union([z.literal(971), z.number().int().min(1000)]);
const message = z.strictObject({
  code,
  message: z.string().min(1),
  documentation_url: z.string().optional(),
  source: z.strictObject({ pointer: z.string().optional() }).optional(),
  error_chain: z.array(z.strictObject({ code, message: z.string() })).optional(),
});

export const failure = z.strictObject({
  success: z.literal(false),
  errors: z.array(message).min(1),
  messages: z.array(message),
  result: z.null(),
});

export function single<T extends z.ZodType>(result: T) {
  return z.strictObject({ success: z.literal(true), errors: z.array(message), messages: z.array(message), result });
}

export function collection<T extends z.ZodType>(item: T) {
  const page = z.number().int().min(1);
  return single(z.array(item)).extend({
    result_info: z.strictObject({ page, per_page: page, count, total_count: count, total_pages: count }),
  });
}

/** `dns-records_ttl`. */
const ttl = z.union([z.literal(1), z.number().int().min(30).max(86_400)]);

/** `dns-records_dns-record-shared-fields`, with what single types add. */
const written = {
  name: z.string().min(1).max(255),
  type: z.enum(["A", "AAAA", "CNAME", "MX", "NS", "TXT"]),
  ttl,
  content: z.string().optional(),
  comment: z.string().optional(),
  proxied: z.boolean().optional(),
  settings: z
    .strictObject({
      ipv4_only: z.boolean().optional(),
      ipv6_only: z.boolean().optional(),
      /** CNAME. */
      flatten_cname: z.boolean().optional(),
    })
    .optional(),
  tags: z.array(z.string()).optional(),
  /** MX. */
  priority: z.number().int().min(0).max(65_535).optional(),
};

export const recordRequest = z.strictObject(written);
/** PATCH: what it leaves out stays. */
export const recordPatch = recordRequest.partial();

export const record = recordRequest.extend({
  id: identifier,
  content: z.string(),
  comment: z.string().nullable(),
  proxiable: z.boolean(),
  meta: z.record(z.string(), z.unknown()),
  created_on: timestamp,
  modified_on: timestamp,
  comment_modified_on: timestamp.optional(),
  tags_modified_on: timestamp.optional(),
});

/** `dns-settings_dns-settings-zone`. */
export const dnsSettings = z.strictObject({
  flatten_all_cnames: z.boolean(),
  foundation_dns: z.boolean(),
  internal_dns: z.strictObject({ reference_zone_id: z.string().optional() }),
  multi_provider: z.boolean(),
  nameservers: z.strictObject({ type: z.enum(["cloudflare.standard", "cloudflare.advanced"]) }),
  ns_ttl: count,
  secondary_overrides: z.boolean(),
  soa: z.strictObject({}),
  zone_mode: z.enum(["standard", "cdn_only", "dns_only"]),
});
export const dnsSettingsPatch = dnsSettings.partial();

export const deleted = z.strictObject({ id: identifier });
export const verified = z.strictObject({ id: identifier, status: z.enum(["active", "disabled", "expired"]) });

export const zone = z.strictObject({
  id: identifier,
  name: z.string().max(253),
  status: z.enum(["initializing", "pending", "active", "moved"]).optional(),
  paused: z.boolean().optional(),
  type: z.enum(["full", "partial", "secondary", "internal"]).optional(),
  development_mode: z.number(),
  name_servers: z.array(z.string()),
  vanity_name_servers: z.array(z.string()).optional(),
  original_name_servers: z.array(z.string()).nullable(),
  original_registrar: z.string().nullable(),
  original_dnshost: z.string().nullable(),
  created_on: timestamp,
  modified_on: timestamp,
  activated_on: timestamp.nullable(),
  cname_suffix: z.string().optional(),
  verification_key: z.string().optional(),
  account: z.strictObject({ id: identifier.optional(), name: z.string().optional() }),
  owner: z.strictObject({ id: identifier.optional(), name: z.string().optional(), type: z.string().optional() }),
  meta: z.strictObject({
    cdn_only: z.boolean().optional(),
    custom_certificate_quota: count.optional(),
    dns_only: z.boolean().optional(),
    foundation_dns: z.boolean().optional(),
    page_rule_quota: count.optional(),
    phishing_detected: z.boolean().optional(),
    step: count.optional(),
  }),
  plan: z.strictObject({
    id: z.string().optional(),
    can_subscribe: z.boolean().optional(),
    currency: z.string().optional(),
    externally_managed: z.boolean().optional(),
    frequency: z.string().optional(),
    is_subscribed: z.boolean().optional(),
    legacy_discount: z.boolean().optional(),
    legacy_id: z.string().optional(),
    name: z.string().optional(),
    price: z.number().optional(),
  }),
  tenant: z.strictObject({ id: identifier.optional(), name: z.string().optional() }).optional(),
  tenant_unit: z.strictObject({ id: identifier.optional() }).optional(),
  permissions: z.array(z.string()).optional(),
});

const paging = { page: z.coerce.number().int().min(1).optional(), direction: z.enum(["asc", "desc"]).optional() };
const match = z.enum(["any", "all"]).optional();
const words = z.string().optional();
const texts = (field: string) =>
  Object.fromEntries(["contains", "endswith", "exact", "startswith"].map((test) => [`${field}.${test}`, words]));

export const zonesQuery = z.strictObject({
  ...paging,
  per_page: z.coerce.number().min(1).max(50).optional(),
  match,
  name: words,
  order: z.enum(["name", "status", "account.id", "account.name", "plan.id"]).optional(),
  status: zone.shape.status,
  "account.id": words,
  "account.name": words,
});

export const recordsQuery = z.strictObject({
  ...paging,
  per_page: z.coerce.number().min(1).max(5_000_000).optional(),
  match,
  order: z.enum(["type", "name", "content", "ttl", "proxied"]).optional(),
  proxied: z.enum(["true", "false"]).optional(),
  search: words,
  type: z.string().optional(),
  /** Not in the description any more; Cloudflare still takes them, and older clients send them. */
  name: words,
  content: words,
  ...texts("name"),
  ...texts("content"),
  ...texts("comment"),
  "comment.absent": words,
  "comment.present": words,
});

/** True where neither has a name that the other lacks, but for those of `Except`. */
type SameNames<Ours, Sdk, Except = never> = [
  Exclude<Exclude<keyof Ours, keyof Sdk> | Exclude<keyof Sdk, keyof Ours>, Except>,
] extends [never]
  ? true
  : false;
type Names<T> = { [K in keyof T as K extends `${infer Head}.${string}` ? Head : K]: true };
type Txt = Extract<RecordResponse, { type: "TXT" }>;
const every = <_T extends Record<string, true>>() => undefined;
every<{
  zone: SameNames<z.infer<typeof zone>, Zone>;
  account: SameNames<z.infer<typeof zone>["account"], Zone.Account>;
  owner: SameNames<z.infer<typeof zone>["owner"], Zone.Owner>;
  meta: SameNames<z.infer<typeof zone>["meta"], Zone.Meta>;
  plan: SameNames<z.infer<typeof zone>["plan"], Zone.Plan>;
  record: SameNames<z.infer<typeof record>, Txt, "priority">;
  dnsSettings: SameNames<z.infer<typeof dnsSettings>, ZoneGetResponse>;
  deleted: SameNames<z.infer<typeof deleted>, RecordDeleteResponse>;
  zones: SameNames<Names<z.infer<typeof zonesQuery>>, ZoneListParams, "type">;
  records: SameNames<
    Pick<z.infer<typeof recordsQuery>, "page" | "per_page" | "direction" | "match" | "order" | "search" | "type">,
    Pick<RecordListParams, "page" | "per_page" | "direction" | "match" | "order" | "search" | "type">
  >;
}>();
