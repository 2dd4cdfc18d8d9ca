import { ASK_AGAIN_BY_HAND, ASK_BY_HAND, AWS_GUIDE, type Entry, IDENTITY_COMMAND, STATUS_COMMAND } from "./entry";

/** In the doctor's report of a stack, where the cause is looked for. */
const FAILING_AGAIN =
  "Find what removes the value after each `up`, or what keeps AWS from the name servers: other findings may name it. Then ask SES yourself (aws ses verify-domain-identity --domain {domain} --region {region}) and run `pulumi up`, or wait for the next request.";

/** The status that SES reports for an identity. */
export const SES_ENTRIES = [
  {
    code: "verification-failed",
    family: "ses",
    severity: "error",
    title: "SES has stopped looking for the value",
    why: "SES looked for 72 hours and did not find the value. It does not look again by itself, even if the record is right by now.",
    causes: [
      "The record was published too late, wrongly, or not at all: see the other findings.",
      "The domain's name servers did not answer SES.",
    ],
    fix: {
      shell: ASK_AGAIN_BY_HAND,
      any: "Run `pulumi up`: it publishes what is missing and asks SES again, as for a new domain.",
    },
    fixWhere: {
      held: {
        shell: "Fix what keeps SES from finding the value before asking again: see the other findings.",
        any: "Fix what keeps SES from finding the value: see the other findings. Until the date named there, `pulumi up` publishes what is missing and does not ask again.",
        doctor: FAILING_AGAIN,
      },
    },
    command: STATUS_COMMAND,
    sources: [AWS_GUIDE],
    excludes: ["ses-saw-otherwise"],
  },
  {
    code: "verification-revoked",
    family: "ses",
    severity: "error",
    title: "SES has revoked the verification",
    why: "The domain was verified, and is no longer. SES did not find the value for 72 hours after its warning. Now it refuses mail from this domain in this region.",
    causes: [
      "The record was removed by a change of host, by a tool that owns the record set, or by hand.",
      "The domain's registration was not renewed in time.",
      "The identity was deleted.",
    ],
    fix: {
      shell: ASK_AGAIN_BY_HAND,
      any: "Run `pulumi up`: it publishes what is missing and asks SES again, as for a new domain.",
    },
    fixWhere: {
      held: {
        shell: "Fix what keeps SES from finding the value before asking again: see the other findings.",
        any: "Fix what keeps SES from finding the value: see the other findings. Until the date named there, `pulumi up` publishes what is missing and does not ask again.",
        doctor: FAILING_AGAIN,
      },
    },
    command: STATUS_COMMAND,
    sources: [AWS_GUIDE, "https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html"],
    leadsTo: ["verification-failing"],
    excludes: ["ses-saw-otherwise"],
  },
  {
    code: "verification-failing",
    family: "ses",
    severity: "error",
    title: "The verification fails repeatedly",
    why: "Another request does not remove the cause of the failure. So `up` asks SES three times in a row, and then at most once a week. It still publishes what is missing.",
    causes: [
      "The record is removed again after each `up`, by a second tool or by a secondary with an old copy of the zone.",
      "SES gets other answers than this check did (a different delegation, DNSSEC, a firewall that blocks AWS).",
    ],
    fix: {
      shell: `Fix what the other findings name. ${ASK_AGAIN_BY_HAND}`,
      doctor: FAILING_AGAIN,
      any: "Find the cause with `npx sesdomain doctor {domain}`. After the fix, ask SES yourself (aws ses verify-domain-identity --domain {domain} --region {region}) and run `pulumi up`, or wait for the next request.",
    },
    command: IDENTITY_COMMAND,
  },
  {
    code: "revocation-pending",
    family: "ses",
    severity: "error",
    title: "SES is about to revoke the verification",
    why: "SES checks verified domains from time to time. If the value is not back within 72 hours after its warning mail, SES refuses mail from this domain in this region.",
    causes: ["The record was removed after the domain was verified."],
    fix: {
      shell: "Publish {records} again soon. SES need not be asked again.",
      any: "Run `pulumi up` soon: it publishes the value again. SES need not be asked again.",
      manual: "Publish {records} again soon. SES need not be asked again.",
    },
    command: STATUS_COMMAND,
    sources: [AWS_GUIDE],
    excludes: ["success-without-txt"],
  },
  {
    code: "success-without-txt",
    family: "ses",
    severity: "warning",
    title: "Verified by DKIM alone",
    why: "SES reports Success because DKIM is verified, and does not revoke it while DKIM is. The TXT record is still missing.",
    causes: [
      "The TXT record was removed after DKIM was set up.",
      "The identity was created for DKIM only, with the SESv2 API or the console.",
    ],
    fix: {
      shell: "Nothing needs to be done if DKIM is all you want. Otherwise, publish {records} again.",
      any: "Run `pulumi up` to restore the record, or remove this resource if DKIM is all you want.",
      manual: "Publish {records} again, or remove this resource if DKIM is all you want.",
    },
    fixWhere: {
      tokenless: {
        shell: `Nothing needs to be done if DKIM is all you want. Otherwise: ${ASK_BY_HAND}`,
        any: "Run `pulumi up` to get a token and its record, or remove this resource if DKIM is all you want.",
      },
    },
    command: IDENTITY_COMMAND,
    excludes: ["txt-missing"],
  },
  {
    code: "verification-pending",
    family: "ses",
    severity: "note",
    title: "SES has not found the value yet",
    why: "SES looks on its own schedule: usually within minutes, at the latest after some hours. It stops 72 hours after the request.",
    causes: ["The record is new.", "SES looked just before it was published."],
    fix: { any: "Wait: SES looks again by itself." },
    waits: true,
    command: STATUS_COMMAND,
  },
  {
    code: "verification-not-started",
    family: "ses",
    severity: "error",
    title: "SES was not asked to verify the domain by TXT",
    why: "The identity exists, but SES looks for no TXT record. Any other status that it shows is about DKIM. Waiting does not help.",
    causes: ["It was created for DKIM only, with the SESv2 API or the console."],
    fix: {
      shell: `${ASK_BY_HAND} DKIM and the identity's settings do not change.`,
      any: "Run `pulumi up`: it asks SES for a token. DKIM and the identity's settings do not change.",
    },
    command: IDENTITY_COMMAND,
    excludes: ["ses-saw-otherwise", "verification-pending"],
  },
  {
    code: "temporary-failure",
    family: "ses",
    severity: "warning",
    title: "SES could not look at the last attempt",
    why: "SES could not read the record, and tries again by itself. Until then, the verification stays valid if it was.",
    causes: ["The domain's name servers did not answer SES in time.", "SES has a fault."],
    fix: { any: "Wait: SES looks again by itself. Asking it again would not help." },
    waits: true,
    command: IDENTITY_COMMAND,
    excludes: ["verification-failing"],
  },
  {
    code: "identity-missing",
    family: "ses",
    severity: "error",
    title: "SES does not know the domain in this region",
    why: "Without an identity SES looks for no record, and refuses mail from the domain in this region.",
    causes: [
      "Its verification has not been requested yet.",
      "The identity was deleted.",
      "It is in another region or account.",
    ],
    fix: {
      shell: `${ASK_BY_HAND} If you mean another region or account, name it with --identity region@profile instead.`,
      any: "Run `pulumi up`: it asks SES. If you mean another region or account, correct `identities`.",
    },
    command: "aws sesv2 list-email-identities --region {region}",
  },
  {
    code: "covered-by-parent",
    family: "ses",
    severity: "note",
    title: "A parent domain is verified",
    why: "SES accepts mail from every subdomain of a verified domain, in the same region and account. The subdomain needs no identity of its own.",
    causes: ["The parent domain was verified for all of its subdomains."],
    fix: {
      any: "Nothing needs to be done, unless the subdomain needs settings of its own (DKIM keys, a configuration set).",
    },
    command: "aws sesv2 list-email-identities --region {region}",
    sources: ["https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html"],
    excludes: ["txt-missing", "identity-missing"],
  },
  {
    code: "identity-in-other-region",
    family: "ses",
    severity: "note",
    title: "The domain has an identity in another region",
    why: "Verification is per region: a verification there is not valid here.",
    causes: ["The program names another region than the one where the domain was set up."],
    fix: {
      shell: "If you mean that region, name it with --identity.",
      any: "If you mean that region, name it in `identities`.",
    },
    command: IDENTITY_COMMAND,
  },
  {
    code: "ses-saw-otherwise",
    family: "ses",
    severity: "note",
    title: "SES saw something else when it last looked",
    why: "The record is right on every server now. At its last look, SES saw an earlier state, or an answer from a cache.",
    causes: [
      "SES looked before the record was published.",
      "The resolver of SES still had the earlier answer, or the earlier name servers, in its cache.",
    ],
    fix: { any: "Wait until SES looks again." },
    waits: true,
    command: IDENTITY_COMMAND,
  },
] as const satisfies readonly Entry[];
