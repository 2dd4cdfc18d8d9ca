import { type Entry, STATUS_COMMAND } from "./entry";

/** Why SES could not be asked: network, credentials, permissions, region. */
export const SES_ACCESS_ENTRIES = [
  {
    code: "ses-unknown",
    family: "ses",
    severity: "warning",
    unlearned: true,
    title: "SES could not be asked",
    why: "The identity's state is unknown, so nothing is changed because of it.",
    causes: [
      "The network is down, or the region's endpoint cannot be reached.",
      "SES throttled the request.",
      "The credentials have expired.",
    ],
    fix: { any: "Remove the cause and try again." },
    command: STATUS_COMMAND,
  },
  {
    code: "ses-credentials",
    family: "ses",
    severity: "warning",
    unlearned: true,
    title: "AWS does not accept the credentials, or there are none",
    why: "The identity's state is unknown, so nothing is changed because of it.",
    causes: [
      "No credentials are set for this profile or role.",
      "A session has expired.",
      "The credentials are not allowed to assume the role.",
    ],
    fix: {
      shell:
        "Set credentials of the identity's account (--identity region@profile, the environment, or a new login), and check them with the command.",
      any: "Set credentials of the identity's account (aws:profile, the environment, or a new login), and check them with the command.",
    },
    command: "aws sts get-caller-identity --region {region}",
  },
  {
    code: "ses-permission-missing",
    family: "ses",
    severity: "warning",
    unlearned: true,
    title: "The credentials are not allowed to ask SES",
    why: "The identity's state is unknown, so nothing is changed because of it.",
    causes: [
      "The policy of the user or role lacks an SES action.",
      "A service control policy or a permissions boundary denies it.",
    ],
    fix: { any: "In the policy of the user or role, allow the action that the message names." },
    command: STATUS_COMMAND,
  },
  {
    code: "ses-region",
    family: "ses",
    severity: "warning",
    unlearned: true,
    title: "SES does not answer in this region",
    why: "The identity's state is unknown. Not every AWS region has SES.",
    causes: [
      "The region's name is misspelt.",
      "SES is not available there.",
      "The region is not enabled for the account.",
    ],
    fix: { any: "Choose a region that has SES, or enable the region for the account." },
    command: "aws ses get-send-quota --region {region}",
    sources: ["https://docs.aws.amazon.com/general/latest/gr/ses.html"],
  },
] as const satisfies readonly Entry[];
