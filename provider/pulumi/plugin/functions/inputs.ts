import type { ObjectType, Properties } from "./declaration";

const IDENTITY: ObjectType = {
  object: "AskedIdentity",
  comment: "An identity that SES is asked about.",
  properties: {
    region: { type: "text", comment: "Its region. Default: the provider's own." },
    name: { type: "text", comment: "What the answer calls it. Default: its region." },
    profile: { type: "text", comment: "A profile of the shared AWS configuration files." },
    roleArn: { type: "text", comment: "A role to assume." },
    externalId: { type: "text", comment: "The external id of the role. It goes with `roleArn`." },
    accountId: { type: "text", comment: "The account that it has to be in, twelve digits." },
    credentials: { type: "text", comment: "The name of a set of credentials in the provider's `credentials`." },
  },
};

/** What both functions that look something up take. */
export const SUBJECT_INPUTS: Properties = {
  domain: { type: "text", comment: "A domain. Either this or `address` has to be given." },
  address: { type: "text", comment: "An e-mail address." },
  identities: {
    type: { list: IDENTITY },
    comment: "The identities that are asked, 100 at most. Default: one in the provider's own region.",
  },
  timeout: {
    type: "text",
    fallback: "1m",
    comment: "How long the look may take, such as `30s`; from `1s` to `10m`. What is not known by then is unknown.",
  },
};
