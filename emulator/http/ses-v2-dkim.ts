import { regionOfOrigin } from "../ses/amazon-names";
import type { DkimMethod, KeyLength } from "../ses/dkim";
import { readOwnKey } from "../ses/dkim-keys";
import type { SesModel } from "../ses/model";
import type { DkimView } from "../ses/signing";
import type { Call } from "./service";
import { identityArn, scopeOf } from "./ses-names";
import { bodyOf, dkimBody, dkimSigningBody, type SigningAttributes } from "./ses-v2-bodies";
import {
  arnOf,
  bad,
  identityOf,
  missing,
  oneOf,
  operationOf,
  type Route,
  refuse,
  reply,
  type SesV2Context,
  STATUS,
} from "./ses-v2-route";

const LENGTHS = { RSA_1024_BIT: 1024, RSA_2048_BIT: 2048 } as const;
const LENGTH_NAMES = ["RSA_1024_BIT", "RSA_2048_BIT"] as const;
const nameOfLength = (length: KeyLength | undefined) => length && LENGTH_NAMES.find((name) => LENGTHS[name] === length);
/** SESv2's model, Selector. */
const SELECTOR = /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

/** SESv2, DkimAttributes. */
export function writeDkim(view: DkimView, model: SesModel) {
  return {
    SigningEnabled: view.signingEnabled,
    Status: STATUS[view.status],
    ...(view.status === "NotStarted" && view.tokens.length === 0 ? {} : { Tokens: writeTokens(view, model) }),
    SigningHostedZone: view.zone,
    SigningAttributesOrigin: view.origin,
    NextSigningKeyLength: nameOfLength(view.nextKeyLength),
    CurrentSigningKeyLength: nameOfLength(view.currentKeyLength),
    LastKeyGenerationTimestamp: view.generatedAt && view.generatedAt / 1000,
  };
}

function writeTokens({ selector, tokens }: DkimView, { choices }: SesModel): readonly string[] {
  if (selector === undefined) return tokens;
  return choices.ownKeyTokens === "selector" ? [selector] : [];
}

/** What CreateEmailIdentity is to set up. Throws `AwsError` BadRequestException. */
export function methodToCreate(asked: SigningAttributes, name: string, call: Call, context: SesV2Context): DkimMethod {
  const origin = asked.DomainSigningAttributesOrigin;
  if (origin === undefined) return ownOf(asked) ?? { kind: "easy", keyLength: keyLengthOf(asked) ?? 2048 };
  // API reference, DkimSigningAttributes: for CreateEmailIdentity neither AWS_SES nor EXTERNAL.
  if (asked.DomainSigningSelector ?? asked.DomainSigningPrivateKey ?? asked.NextSigningKeyLength)
    throw bad("DomainSigningAttributesOrigin excludes the other members of DkimSigningAttributes.");
  return replicaOf(origin, name, call, context);
}

function keyLengthOf({ NextSigningKeyLength: length }: SigningAttributes): KeyLength | undefined {
  return length === undefined ? undefined : LENGTHS[oneOf(length, LENGTH_NAMES, "NextSigningKeyLength")];
}

/** The brought key; `undefined` where the request has none. */
function ownOf(asked: SigningAttributes): Extract<DkimMethod, { kind: "own" }> | undefined {
  const { DomainSigningSelector: selector, DomainSigningPrivateKey: key, NextSigningKeyLength: length } = asked;
  if (selector === undefined && key === undefined) return undefined;
  if (selector === undefined) throw missing("DomainSigningSelector");
  if (key === undefined) throw missing("DomainSigningPrivateKey");
  if (length !== undefined) throw bad("NextSigningKeyLength is for Easy DKIM, DomainSigningPrivateKey for BYODKIM.");
  if (!SELECTOR.test(selector)) throw bad("DomainSigningSelector is not one label of letters, digits and hyphens.");
  const read = readOwnKey(key);
  if ("fault" in read) throw bad(`DomainSigningPrivateKey ${read.fault}.`);
  return { kind: "own", selector, publicKey: read.publicKey };
}

function replicaOf(
  origin: string,
  name: string,
  call: Call,
  { mayReplicate }: SesV2Context,
): Extract<DkimMethod, { kind: "replica" }> {
  const parentRegion = regionOfOrigin(origin);
  if (parentRegion === undefined) throw bad(`The signing attributes origin '${origin}' is not AWS_SES_REGION.`);
  const denied = !mayReplicate(call, identityArn(call.caller, parentRegion, name));
  return { kind: "replica", parentRegion, denied };
}

/** PutEmailIdentityDkimAttributes and PutEmailIdentityDkimSigningAttributes. */
export function dkimRoutes(context: SesV2Context): readonly Route[] {
  const { model } = context;

  const putSigning = async (name: string, call: Call) => {
    const { SigningAttributesOrigin: origin, SigningAttributes: asked } = bodyOf(dkimSigningBody, call);
    if (origin === undefined) throw missing("SigningAttributesOrigin");
    if (asked?.DomainSigningAttributesOrigin !== undefined)
      throw bad("DomainSigningAttributesOrigin is for CreateEmailIdentity; use SigningAttributesOrigin.");
    const identity = identityOf(model, name, call);
    if (identity.kind === "address") throw bad("The EmailIdentity value must be a valid domain.");
    const own = asked === undefined ? undefined : ownOf(asked);
    const length = asked === undefined ? undefined : keyLengthOf(asked);
    const scope = scopeOf(call);
    if (origin === "EXTERNAL") {
      if (own === undefined) throw missing("SigningAttributes.DomainSigningSelector");
      model.useDkim(scope, name, own);
    } else {
      if (own !== undefined) throw bad(`DomainSigningPrivateKey is for EXTERNAL, not for ${origin}.`);
      if (origin === "AWS_SES") refuse(model.useEasyDkim(scope, name, length));
      else {
        if (length !== undefined) throw bad(`NextSigningKeyLength is for AWS_SES, not for ${origin}.`);
        model.useDkim(scope, name, replicaOf(origin, identity.name, call, context));
      }
    }
    await context.settled();
    const view = model.dkim(scope, name);
    return reply({
      DkimStatus: STATUS[view.status],
      DkimTokens: writeTokens(view, model),
      SigningHostedZone: view.zone,
    });
  };

  return [
    {
      method: "PUT",
      path: ["identities", "*", "dkim"],
      operation: (call, [name = ""]) =>
        operationOf("PutEmailIdentityDkimAttributes", arnOf(call, name), () => {
          const { SigningEnabled: enabled } = bodyOf(dkimBody, call);
          refuse(model.setSigning(scopeOf(call), identityOf(model, name, call).name, enabled));
          return reply({});
        }),
    },
    {
      method: "PUT",
      path: ["identities", "*", "dkim", "signing"],
      operation: (call, [name = ""]) =>
        operationOf("PutEmailIdentityDkimSigningAttributes", arnOf(call, name), () => putSigning(name, call)),
    },
  ];
}
