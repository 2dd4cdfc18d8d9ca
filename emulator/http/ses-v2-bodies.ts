import { z } from "zod";
import { AwsError } from "./errors";
import type { Call } from "./service";

/** A member that is null counts as left out (AWS restJson1 protocol). */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

const tag = z.object({ Key: maybe(z.string()), Value: maybe(z.string()) });

const signingAttributes = z.object({
  DomainSigningSelector: maybe(z.string()),
  DomainSigningPrivateKey: maybe(z.string()),
  NextSigningKeyLength: maybe(z.string()),
  DomainSigningAttributesOrigin: maybe(z.string()),
});

/** The members that the emulator reads; what no model has is ignored. What is required is judged by the operation, as AWS does. */
export const createBody = z.object({
  EmailIdentity: maybe(z.string()),
  Tags: maybe(z.array(tag)),
  DkimSigningAttributes: maybe(signingAttributes),
  ConfigurationSetName: maybe(z.string()),
});
export const tagBody = z.object({ ResourceArn: maybe(z.string()), Tags: maybe(z.array(tag)) });
export const listBody = z.object({
  PageSize: maybe(z.number()),
  NextToken: maybe(z.string()),
  Filter: maybe(z.record(z.string(), maybe(z.string()))),
});
/** A flag that is left out is false: so some SDKs write that. */
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
export const dkimBody = z.object({ SigningEnabled: flag });
export const dkimSigningBody = z.object({
  SigningAttributesOrigin: maybe(z.string()),
  SigningAttributes: maybe(signingAttributes),
});
export const mailFromBody = z.object({ MailFromDomain: maybe(z.string()), BehaviorOnMxFailure: maybe(z.string()) });
export const feedbackBody = z.object({ EmailForwardingEnabled: flag });
export const configurationSetBody = z.object({ ConfigurationSetName: maybe(z.string()) });

/** What configures a set; the emulator keeps its name and tags. */
const setOptions = {
  TrackingOptions: z.unknown().optional(),
  DeliveryOptions: z.unknown().optional(),
  ReputationOptions: z.unknown().optional(),
  SendingOptions: z.unknown().optional(),
  SuppressionOptions: z.unknown().optional(),
  VdmOptions: z.unknown().optional(),
  ArchivingOptions: z.unknown().optional(),
  MessageSecurityOptions: z.unknown().optional(),
};
export const createSetBody = z.object({
  ConfigurationSetName: maybe(z.string()),
  Tags: maybe(z.array(tag)),
  ...setOptions,
});
/** The first member of the body that would configure the set. */
export function optionIn(body: z.infer<typeof createSetBody>): string | undefined {
  return Object.entries(body).find(
    ([name, value]) => Object.hasOwn(setOptions, name) && value !== undefined && value !== null,
  )?.[0];
}

export const listSetsBody = z.object({
  PageSize: maybe(z.number()),
  NextToken: maybe(z.string()),
  Filter: maybe(z.record(z.string(), z.string())),
});
export const recommendationsBody = listSetsBody;

export type ListRequest = z.infer<typeof listBody>;
export type AskedTag = z.infer<typeof tag>;
export type SigningAttributes = Partial<z.infer<typeof signingAttributes>>;

/** The JSON body as the operation's model has it. Throws `AwsError` SerializationException for any other. */
export function bodyOf<T>(schema: z.ZodType<T>, { request }: Call): T {
  const text = request.body.toString("utf8");
  const parsed = schema.safeParse(text === "" ? {} : parseJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "The request body" : issue.path.join(".");
  throw new AwsError("SerializationException", `${where}: ${issue?.message ?? "unexpected"}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError("SerializationException", "The request body is not JSON.");
  }
}
