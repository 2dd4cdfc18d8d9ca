import { z } from "zod";
import { VERIFICATION_STATUSES } from "../provider/ses/port";
import { MAIL_FROM_STATUSES } from "./ses/mail-from";
import type { SesModel } from "./ses/model";
import type { Scope } from "./ses/scope";

/** What the routes for SES need. */
export interface ControlledSes {
  readonly model: SesModel;
  /** The account where none is named. */
  account(): string;
}

const MOST_IDENTITIES = 10_000;

const account = z.string().regex(/^\d{12}$/, "twelve digits");
const region = z.string().regex(/^[a-z]{2,}(-[a-z0-9]+)+$/, "a region such as us-east-1");
const name = z.string().min(1).max(320);
const where = { accountId: account.optional(), region, name };
const keyLength = z.union([z.literal(1024), z.literal(2048)]);
const method = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("easy"), keyLength: keyLength.default(2048) }),
  z.strictObject({ kind: z.literal("own"), selector: z.string(), publicKey: z.string() }),
  z.strictObject({ kind: z.literal("replica"), parentRegion: region, denied: z.boolean().default(false) }),
]);
const status = z.enum(VERIFICATION_STATUSES);
const mailFromStatus = z.enum(MAIL_FROM_STATUSES);
const held = z.boolean().optional();

const identity = z.strictObject({
  ...where,
  status: status.optional(),
  token: z.string().optional(),
  withoutToken: z.boolean().optional(),
  dkim: z
    .strictObject({
      method: method.optional(),
      status: status.optional(),
      signingEnabled: z.boolean().optional(),
      held,
    })
    .optional(),
  mailFrom: z
    .strictObject({
      domain: z.string().min(1).max(253),
      status: mailFromStatus.optional(),
      onMxFailure: z.enum(["default", "reject"]).optional(),
      held,
    })
    .optional(),
  feedbackForwarding: z.boolean().optional(),
  configurationSet: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

const sesBodies = {
  identities: z.strictObject({ identities: z.array(identity).min(1).max(MOST_IDENTITIES) }),
  identityKey: z.strictObject(where),
  status: z.discriminatedUnion("part", [
    z.strictObject({ ...where, part: z.literal("verification"), status, held }),
    z.strictObject({ ...where, part: z.literal("dkim"), status, held }),
    z.strictObject({ ...where, part: z.literal("mailFrom"), status: mailFromStatus, held }),
  ]),
  look: z.strictObject({ accountId: account.optional(), region: region.optional(), name: name.optional() }),
  choices: z.strictObject({
    recreatedKey: z.enum(["same", "another"]).optional(),
    tokenWithDkim: z.enum(["none", "given"]).optional(),
    v1DkimDelayMs: z.number().min(0).optional(),
    dkimOfUnknown: z.enum(["nothing", "not-started"]).optional(),
    ownKeyTokens: z.enum(["selector", "none"]).optional(),
    mailFromBelow: z.enum(["identity", "registered"]).optional(),
    mailFromUnverified: z.enum(["taken", "refused"]).optional(),
    mailFromAgain: z.enum(["keeps", "restarts"]).optional(),
  }),
  account: z.strictObject({
    accountId: account.optional(),
    region,
    productionAccess: z.boolean().optional(),
    sendingEnabled: z.boolean().optional(),
  }),
  configurationSet: z.strictObject(where),
};

export const SES_ROUTES = {
  "GET /ses": "the identities with the status of each part, the choices and the mails",
  "POST /ses/identities":
    '{"identities": [{"region": "us-east-1", "name": "example.com", "dkim": {"status": "Success"}, "mailFrom": {"domain": "bounce.example.com", "status": "Pending"}}]}: puts them in place',
  "DELETE /ses/identities": '{"region": "us-east-1", "name": "example.com"}',
  "POST /ses/status":
    '{"region": "us-east-1", "name": "example.com", "part": "dkim", "status": "Failed"}. Parts: verification, dkim, mailFrom. With "held": true SES does not look before /ses/look',
  "POST /ses/look": '{"name": "example.com"}: looks at DNS at once; with {} for all identities',
  "POST /ses/choices": '{"recreatedKey": "another"}: what AWS does not document',
  "POST /ses/account": '{"region": "us-east-1", "productionAccess": false, "sendingEnabled": false}',
  "POST /ses/configuration-sets": '{"region": "us-east-1", "name": "main"}',
} as const;

/** JSON has no undefined members: what zod types as `undefined` is absent, as T wants it. */
function read<T>(schema: z.ZodType, body: unknown): T {
  return schema.parse(body) as T;
}

/**
 * The routes of the control endpoint that concern SES. Each throws for a body it does not take. `settled`: resolves once what
 * SES publishes is served.
 */
export function sesRoutes(
  ses: ControlledSes,
  settled: () => Promise<void>,
): Readonly<Record<keyof typeof SES_ROUTES, (body: unknown) => unknown>> {
  const { model } = ses;
  const scopeOf = (asked: { readonly accountId?: string | undefined; readonly region: string }): Scope => ({
    accountId: asked.accountId ?? ses.account(),
    region: asked.region,
  });
  type Init = Parameters<SesModel["inject"]>[0][number];

  return {
    "GET /ses": () => ({
      identities: model.identities().map(({ info, tags, dkim, ...one }) => ({
        ...one,
        tags: Object.fromEntries(tags),
        dkim: {
          ...model.dkim(one, one.name),
          since: dkim.since,
          nextLook: dkim.nextLook,
          warned: dkim.warned,
          signingKey: model.signingKey(one, one.name),
        },
        lookInfo: model.lookInfo(one, one.name),
      })),
      choices: model.choices,
      mails: model.mails,
    }),
    "POST /ses/identities": async (body) => {
      const { identities } = read<{ identities: readonly Omit<Init, "accountId">[] }>(sesBodies.identities, body);
      model.inject(identities.map((init) => ({ ...init, ...scopeOf(init) })));
      await settled();
    },
    "DELETE /ses/identities": (body) => {
      const asked = sesBodies.identityKey.parse(body);
      if (!model.remove(scopeOf(asked), asked.name)) throw new RangeError(`there is no identity ${asked.name}`);
    },
    "POST /ses/status": (body) => {
      const asked = sesBodies.status.parse(body);
      const scope = scopeOf(asked);
      const options = { held: asked.held ?? false };
      if (asked.part === "mailFrom") model.setMailFromStatus(scope, asked.name, asked.status, options);
      else if (asked.part === "dkim") model.setDkimStatus(scope, asked.name, asked.status, options);
      else model.setStatus(scope.accountId, scope.region, asked.name, asked.status, options);
    },
    "POST /ses/look": (body) => model.checkNow(read(sesBodies.look, body)),
    "POST /ses/choices": (body) => {
      Object.assign(model.choices, sesBodies.choices.parse(body));
      return model.choices;
    },
    "POST /ses/account": (body) => {
      const { productionAccess, sendingEnabled, ...where } = sesBodies.account.parse(body);
      const scope = scopeOf(where);
      model.accounts.set(scope, {
        ...(productionAccess !== undefined && { productionAccess }),
        ...(sendingEnabled !== undefined && { sendingEnabled }),
      });
      return model.accounts.of(scope);
    },
    "POST /ses/configuration-sets": (body) => {
      const asked = sesBodies.configurationSet.parse(body);
      const refusal = model.configurationSets.create(scopeOf(asked), asked.name);
      if (refusal !== undefined) throw new RangeError(refusal === "exists" ? "it exists" : refusal.message);
    },
  };
}
