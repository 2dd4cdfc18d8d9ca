/** What the benches' cloud and its process both name. */
export const ACCOUNT = "000000000000";
export const REGION = "us-east-1";
/** The label of each domain's MAIL FROM domain. */
export const MAIL_FROM_LABEL = "bounce";
