/**
 * Where a hint is read: at a program of Pulumi's, whose stack has a config, at one that uses the plugin, which receives
 * the stack's `sesdomain:` config alone, or at the command line, which has options.
 */
export type Reader = "program" | "plugin" | "shell";

/** The hints that name a setting, which is another one at each place. */
interface Hints {
  readonly noCredentials: string;
  readonly noRegion: string;
  readonly wrongRegion: string;
  readonly foreignAnswer: string;
  readonly unsent: string;
  readonly noSessionToken: string;
  readonly ownAuthority: string;
}

const TEMPORARY = "The access key is a temporary one (ASIA…), and came without its session token";

/** It may be there for Pulumi's AWS provider, and a plugin cannot see that. */
const UNREACHED = "Where the stack sets aws:region, aws:profile or other aws: config, that does not reach a plugin.";

export const HINTS: Readonly<Record<Reader, Hints>> = {
  program: {
    noCredentials:
      "Set stack config (aws:profile, or aws:accessKey and aws:secretKey with --secret) or the environment (AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), or log in (aws sso login).",
    noRegion: "Name it in identities[], or run: pulumi config set aws:region us-east-1",
    wrongRegion: "Correct it in identities[], aws:region, AWS_REGION or AWS_DEFAULT_REGION, or in the profile.",
    foreignAnswer:
      "Something may answer in AWS's place: check aws:endpoints, AWS_ENDPOINT_URL and the proxies of the network.",
    unsent: "Check the stack's aws: config, the AWS environment variables, and that keys hold no blank or line break.",
    noSessionToken: `${TEMPORARY}: set AWS_SESSION_TOKEN, aws:token, or aws_session_token of the profile.`,
    ownAuthority: "For AWS alone: AWS_CA_BUNDLE, aws:customCaBundle, or ca_bundle of the profile.",
  },
  plugin: {
    noCredentials: `Set sesdomain:profile, or sesdomain:accessKey and sesdomain:secretKey (with --secret), or the environment (AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), or log in (aws sso login). ${UNREACHED}`,
    noRegion: `Name it in identities[], or run: pulumi config set sesdomain:region us-east-1. ${UNREACHED}`,
    wrongRegion: "Correct it in identities[], sesdomain:region, AWS_REGION or AWS_DEFAULT_REGION, or in the profile.",
    foreignAnswer:
      "Something may answer in AWS's place: check sesdomain:endpoints, AWS_ENDPOINT_URL and the proxies of the network.",
    unsent:
      "Check the stack's sesdomain: config, the AWS environment variables, and that keys hold no blank or line break.",
    noSessionToken: `${TEMPORARY}: set AWS_SESSION_TOKEN, sesdomain:token, or aws_session_token of the profile.`,
    ownAuthority: "For AWS alone: AWS_CA_BUNDLE, sesdomain:customCaBundle, or ca_bundle of the profile.",
  },
  shell: {
    noCredentials:
      "Name a profile (--identity region@profile, or AWS_PROFILE), set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in (aws sso login).",
    noRegion: "Name one with --identity, or set AWS_REGION, AWS_DEFAULT_REGION or the profile's region.",
    wrongRegion: "Correct it in AWS_REGION or AWS_DEFAULT_REGION, or in the profile, or name another with --identity.",
    foreignAnswer:
      "Something may answer in AWS's place: check AWS_ENDPOINT_URL, endpoint_url of the profile, and the proxies of the network.",
    unsent: "Check the AWS environment variables and the profile, and that keys hold no blank or line break.",
    noSessionToken: `${TEMPORARY}: set AWS_SESSION_TOKEN, or aws_session_token of the profile.`,
    ownAuthority: "For AWS alone: AWS_CA_BUNDLE, or ca_bundle of the profile.",
  },
};
