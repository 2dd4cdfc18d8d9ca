import type { RecordDeleteResponse, RecordResponse } from "cloudflare/resources/dns/records" with {
  "resolution-mode": "import",
};
import type { Zone } from "cloudflare/resources/zones/zones" with { "resolution-mode": "import" };
import { z } from "zod";

/**
 * What Cloudflare's published OpenAPI description (github.com/cloudflare/api-schemas, common.yaml and openapi.yaml) says of
 * the answers: envelopes `api-response-*`, `zones_zone`, `dns-records_dns-record-response`. The SDK's types are made
 * from the same description, and the compiler holds these schemas to them.
 */
const identifier = z.string().regex(/^[0-9a-f]{32}$/);
const timestamp = z.iso.datetime();

const message = z.object({
  code: z.number().int(),
  message: z.string().min(1),
  documentation_url: z.string().optional(),
  error_chain: z.array(z.object({ code: z.number().int(), message: z.string() })).optional(),
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

const count = z.number().int().min(0);

export function collection<T extends z.ZodType>(item: T) {
  return single(z.array(item)).extend({
    result_info: z.strictObject({
      page: z.number().int().min(1),
      per_page: z.number().int().min(1),
      count,
      total_count: count,
      total_pages: count,
    }),
  });
}

export const record = z.object({
  id: identifier,
  name: z.string().max(253),
  type: z.enum(["A", "AAAA", "CNAME", "MX", "NS", "TXT"]),
  content: z.string(),
  ttl: z.union([z.literal(1), z.number().int().min(30).max(86_400)]),
  proxied: z.boolean(),
  proxiable: z.boolean(),
  priority: z.number().int().min(0).max(65_535).optional(),
  settings: z.object({}),
  meta: z.object({}),
  comment: z.string().nullable(),
  comment_modified_on: timestamp.optional(),
  tags: z.array(z.string()),
  created_on: timestamp,
  modified_on: timestamp,
});

export const deleted = z.object({ id: identifier });

export const zone = z.object({
  id: identifier,
  name: z.string().max(253),
  status: z.enum(["initializing", "pending", "active", "moved"]),
  paused: z.boolean(),
  type: z.enum(["full", "partial", "secondary", "internal"]),
  development_mode: z.number(),
  name_servers: z.array(z.string()),
  original_name_servers: z.array(z.string()).nullable(),
  original_registrar: z.string().nullable(),
  original_dnshost: z.string().nullable(),
  created_on: timestamp,
  modified_on: timestamp,
  activated_on: timestamp.nullable(),
  account: z.object({ id: identifier, name: z.string() }),
  owner: z.object({ id: z.string().nullable(), type: z.string() }),
  meta: z.object({ step: z.number(), page_rule_quota: z.number(), custom_certificate_quota: z.number() }),
  plan: z.object({ id: identifier, name: z.string(), price: z.number() }),
  permissions: z.array(z.string()),
});

/** Where the SDK has a member, the schema's is of the same kind. */
type Agrees<Schema, Sdk> = {
  [K in keyof Schema & keyof Sdk]: NonNullable<Schema[K]> extends object
    ? true
    : Exclude<Schema[K], null | undefined> extends Exclude<Sdk[K], null | undefined>
      ? true
      : never;
};
type Txt = Extract<RecordResponse, { type: "TXT" }>;
const every = <T extends Record<string, true>>(_agreement?: T) => undefined;
every<Agrees<Omit<z.infer<typeof record>, "type">, Omit<Txt, "type">>>();
every<Agrees<z.infer<typeof zone>, Zone>>();
every<Agrees<z.infer<typeof deleted>, RecordDeleteResponse>>();
