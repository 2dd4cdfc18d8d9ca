import assert from "node:assert/strict";
import type { RecordSet } from "../../emulator/records";
import { type Fqdn, fqdn } from "../../provider/core/fqdn";
import type { DnsBackend } from "../../provider/dns/backend";
import { openManual } from "../../provider/dns/manual/manual";
import type { DnsRecord, WantedRecord } from "../../provider/dns/record";
import { required, wantedOf } from "../../provider/dns/requirement";
import { openRoute53 } from "../../provider/dns/route53/route53";
import { standingOf } from "../../provider/dns/standing";
import { type AwsCloud, openAwsCloud } from "../support/aws/cloud";
import { recordOf } from "../support/backend/records";

const ACCOUNT = "111111111111";
const DOMAIN = fqdn("ses-example.com");
const at = (label: string) => fqdn(`${label}.${DOMAIN}`);

/** What an identity with DKIM, MAIL FROM and DMARC wants, with the rules of its purposes. */
const WANTED: readonly WantedRecord[] = (
  [
    ["verification", recordOf("TXT", at("_amazonses"), "token")],
    ...["t1", "t2", "t3"].map(
      (token) => ["dkim", recordOf("CNAME", at(`${token}._domainkey`), `${token}.dkim.amazonses.com.`)] as const,
    ),
    ["mail-from", recordOf("MX", at("bounce"), "10 feedback-smtp.us-east-1.amazonses.com.")],
    ["mail-from", recordOf("TXT", at("bounce"), "v=spf1 include:amazonses.com ~all")],
    ["dmarc", recordOf("TXT", at("_dmarc"), "v=DMARC1; p=none;")],
  ] as const
).map(([purpose, record]: readonly ["verification" | "dkim" | "mail-from" | "dmarc", DnsRecord]) =>
  wantedOf(required(record, { identity: "one", arn: undefined, purpose })),
);

describe("records at a host before anything is touched", () => {
  let cloud: AwsCloud;
  let backend: DnsBackend;
  beforeEach(async () => {
    cloud = await openAwsCloud({ accounts: [{ id: ACCOUNT }], rateLimits: false });
    backend = openRoute53({}, cloud.aws());
  });
  afterEach(() => cloud.close());
  const set = (name: Fqdn, type: string, ...values: string[]): RecordSet => ({ name, type, ttl: 60, values });
  const zone = (name: Fqdn, ...sets: readonly RecordSet[]) =>
    cloud.ground.zones.add({ name, account: ACCOUNT, ...(sets.length > 0 && { sets }) });
  const verdicts = async () => {
    const found = await standingOf(backend, "Route 53", WANTED, cloud.ctx());
    return found.map(({ record, verdict }) => `${record.type} ${record.name.split(".")[0]} ${verdict.kind}`);
  };
  const conflicts = async () => {
    const found = await standingOf(backend, "Route 53", WANTED, cloud.ctx());
    return found.flatMap(({ conflict }) => conflict ?? []);
  };

  it("are all absent in an empty zone, which takes one reading", async () => {
    zone(DOMAIN);
    const told = await verdicts();
    assert.deepEqual([told.length, told.every((each) => each.endsWith(" absent"))], [WANTED.length, true]);
    assert.equal(cloud.counts()["route53:ListResourceRecordSets"], 1);
    assert.deepEqual(await conflicts(), []);
  });

  it("are each told by its own rule, all conflicts at once", async () => {
    zone(
      DOMAIN,
      set(at("_amazonses"), "TXT", '"theirs"'),
      set(at("t1._domainkey"), "CNAME", "t1.dkim.amazonses.com."),
      set(at("t2._domainkey"), "CNAME", "stale.dkim.amazonses.com."),
      set(at("t3._domainkey"), "TXT", '"v=DKIM1; p="'),
      set(at("bounce"), "MX", "10 inbound.example."),
      set(at("bounce"), "TXT", '"v=spf1 -all"', '"theirs"'),
      set(at("_dmarc"), "TXT", '"v=DMARC1; p=reject;"'),
    );
    assert.deepEqual(await verdicts(), [
      "TXT _amazonses absent",
      "CNAME t1 present",
      "CNAME t2 replaced",
      "CNAME t3 conflict",
      "MX bounce conflict",
      "TXT bounce conflict",
      "TXT _dmarc conflict",
    ]);
    assert.deepEqual(
      (await conflicts()).map(({ host, zone: { name }, name: of, wanted, present }) => [
        `${host} ${name} ${of} ${wanted}`,
        ...present.map(({ text }) => text),
      ]),
      [
        [`Route 53 ${DOMAIN} ${at("t3._domainkey")} CNAME`, '"v=DKIM1; p="'],
        [`Route 53 ${DOMAIN} ${at("bounce")} MX`, "10 inbound.example."],
        [`Route 53 ${DOMAIN} ${at("bounce")} TXT`, '"v=spf1 -all"'],
        [`Route 53 ${DOMAIN} ${at("_dmarc")} TXT`, '"v=DMARC1; p=reject;"'],
      ],
    );
    // Nothing was written.
    assert.equal(cloud.counts()["route53:ChangeResourceRecordSets"], undefined);
  });

  it("are looked for in the zone of each name: keys in a zone of their own", async () => {
    const parent = zone(DOMAIN);
    const keys = zone(at("_domainkey"), set(at("t1._domainkey"), "A", "192.0.2.1"));
    const found = await standingOf(backend, "Route 53", WANTED, cloud.ctx());
    assert.deepEqual(
      found.map(({ zone: { id } }) => id),
      WANTED.map(({ type }) => (type === "CNAME" ? keys.id : parent.id)),
    );
    assert.deepEqual(
      found.flatMap(({ conflict }) => (conflict ? [conflict.zone.name] : [])),
      [at("_domainkey")],
    );
  });

  it("are told to be delegated to another host, where the zone says so", async () => {
    zone(DOMAIN, set(at("_dmarc"), "NS", "ns1.other.example."), set(at("_domainkey"), "NS", "ns2.other.example."));
    const found = await conflicts();
    assert.deepEqual(
      found.map(({ name, cut }) => [name, cut?.name, cut?.servers]),
      [
        ...["t1", "t2", "t3"].map((token) => [at(`${token}._domainkey`), at("_domainkey"), ["ns2.other.example"]]),
        [at("_dmarc"), at("_dmarc"), ["ns1.other.example"]],
      ],
    );
  });

  it("are not known at a host that cannot be asked", async () => {
    const manual = openManual({ underscores: true, multipleValues: true });
    const found = await standingOf(manual, "By hand", WANTED, cloud.ctx());
    assert.deepEqual([...new Set(found.map(({ verdict }) => verdict.kind))], ["unknown"]);
    assert.ok(found.every(({ conflict }) => conflict === undefined));
    const elsewhere = [...WANTED, recordOf("TXT", fqdn("_amazonses.other.example"), "token")];
    const zones = (await standingOf(manual, "By hand", elsewhere, cloud.ctx())).map((each) => each.zone.name);
    assert.deepEqual([...new Set(zones)], [DOMAIN, "other.example"]);
  });
});
