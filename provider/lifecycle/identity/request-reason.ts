/** Why SES has to be asked for an identity: it has none, it failed or revoked it, or it holds no TXT token for it. */
export type RequestReason = "absent" | "lapsed" | "no-token";
