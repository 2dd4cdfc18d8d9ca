import { openAws } from "../../../provider/aws/aws";
import { AWS_BOUNDS } from "../../../provider/aws/session";
import { silentLog } from "../../../provider/core/ctx";
import { fqdn } from "../../../provider/core/fqdn";
import { openSes } from "../../../provider/ses/ses";
import { openHastyClock } from "../hasty-clock";
import { type Hostility, openHostileServer, type Reply, type Seen } from "./answers";

export const ACCOUNT = "000000000000";
export const DOMAIN = fqdn("example.com");
export const BOUNDS = { ...AWS_BOUNDS, answerMs: 200 };

const xml = (action: string, inner: string): Reply => ({
  type: "text/xml",
  body: `<?xml version="1.0"?>\n<${action}Response xmlns="http://ses.amazonaws.com/doc/2010-12-01/">${inner}</${action}Response>`,
});
const zoneXml = "<Id>/hostedzone/Z1</Id><Name>example.com.</Name><CallerReference>r</CallerReference>";
const setXml =
  "<ResourceRecordSet><Name>_amazonses.example.com.</Name><Type>TXT</Type><TTL>60</TTL><ResourceRecords>" +
  '<ResourceRecord><Value>"token"</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>';
const attributes =
  "<entry><key>example.com</key><value><VerificationStatus>Success</VerificationStatus></value></entry>";

/** What AWS says where all is well, by action: the domain is verified, the zone holds its token. */
export const WELL: Readonly<Record<string, Reply>> = {
  GetCallerIdentity: xml(
    "GetCallerIdentity",
    `<GetCallerIdentityResult><Arn>arn:aws:iam::${ACCOUNT}:user/u</Arn><Account>${ACCOUNT}</Account></GetCallerIdentityResult>`,
  ),
  GetIdentityVerificationAttributes: xml(
    "GetIdentityVerificationAttributes",
    `<GetIdentityVerificationAttributesResult><VerificationAttributes>${attributes}</VerificationAttributes></GetIdentityVerificationAttributesResult>`,
  ),
  DeleteIdentity: xml("DeleteIdentity", "<DeleteIdentityResult/>"),
  ListHostedZonesByName: xml(
    "ListHostedZonesByName",
    `<HostedZones><HostedZone>${zoneXml}</HostedZone></HostedZones><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems>`,
  ),
  GetHostedZone: xml(
    "GetHostedZone",
    `<HostedZone>${zoneXml}</HostedZone><DelegationSet><NameServers><NameServer>ns1.example.net</NameServer></NameServers></DelegationSet>`,
  ),
  ListResourceRecordSets: xml(
    "ListResourceRecordSets",
    `<ResourceRecordSets>${setXml}</ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>300</MaxItems>`,
  ),
  ChangeResourceRecordSets: xml(
    "ChangeResourceRecordSets",
    "<ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status><SubmittedAt>2026-01-01T00:00:00Z</SubmittedAt></ChangeInfo>",
  ),
};

/** By the end of their paths. */
const PUTS: Readonly<Record<string, string>> = {
  dkim: "PutEmailIdentityDkimAttributes",
  "mail-from": "PutEmailIdentityMailFromAttributes",
  "configuration-set": "PutEmailIdentityConfigurationSetAttributes",
  feedback: "PutEmailIdentityFeedbackAttributes",
};

export function actionOf({ method, path, body }: Seen): string {
  const action = /^Action=(\w+)/.exec(body)?.[1];
  if (action !== undefined) return action;
  if (path.includes("/hostedzonesbyname")) return "ListHostedZonesByName";
  if (path.includes("/change/")) return "GetChange";
  if (path.includes("/rrset")) return method === "GET" ? "ListResourceRecordSets" : "ChangeResourceRecordSets";
  if (path.includes("/hostedzone/")) return "GetHostedZone";
  if (path.startsWith("/v2/email/tags")) return method === "GET" ? "ListTagsForResource" : "TagResource";
  if (path.startsWith("/v2/email/account")) return "GetAccount";
  const [, attributes] = /^\/v2\/email\/identities\/[^/]+\/([a-z-]+)/.exec(path) ?? [];
  if (attributes !== undefined) return PUTS[attributes] ?? attributes;
  if (/^\/v2\/email\/identities\/./.test(path)) return "GetEmailIdentity";
  return method === "POST" && "EmailIdentity" in Object(JSON.parse(body))
    ? "CreateEmailIdentity"
    : "ListEmailIdentities";
}

export async function open(hostility: Hostility, action: string, bounds = BOUNDS) {
  const server = await openHostileServer(hostility, (seen) => {
    const asked = actionOf(seen);
    return asked === action ? undefined : WELL[asked];
  });
  const { url } = server;
  const config: Readonly<Record<string, string>> = {
    "aws:region": "us-east-1",
    "aws:accessKey": "AKIAFAKE",
    "aws:secretKey": "not-a-secret",
    "aws:endpoints": JSON.stringify([{ ses: url, sesv2: url, route53: url, sts: url }]),
  };
  const aws = openAws({ get: (key) => config[key], env: {}, bounds });
  const control = new AbortController();
  const ctx = { clock: openHastyClock(), log: silentLog, signal: control.signal };
  return { server, aws, control, ctx };
}
export type Opened = Awaited<ReturnType<typeof open>>;

export const ses = ({ aws }: Opened) => openSes(aws.session(), { spacingMs: 0 });
