import { z } from "zod";
import { ERROR_TYPES } from "../ses/port";

/** Grows with every change that a reader of version 1 could trip over; new members alone do not count. */
export const SCHEMA_VERSION = 1;

const status = z.enum(["Pending", "Success", "Failed", "TemporaryFailure", "NotStarted"]);

const word = {
  name: z.string().describe("its name in the program or, on the command line, region or region@profile"),
  region: z.string(),
  accountId: z.string().optional().describe("twelve digits, where the credentials tell"),
  status: z
    .enum([...status.options, "absent", "unknown"])
    .describe(
      "the verification status that SES reports; absent: it has no such identity; unknown: it could not be asked",
    ),
  unknownBecause: z.string().optional(),
  coveredBy: z.string().optional().describe("the verified domain that makes its own verification needless"),
};

const usage = z
  .object({
    arn: z.string(),
    made: z.boolean().describe("made or taken over by this package: removed with its last user"),
    users: z.array(
      z.object({
        mark: z.string().describe("its tag is sesdomain:user:MARK"),
        state: z.enum(["creating", "settled", "leaving"]),
        label: z.string().describe("project/stack/name"),
        inStack: z.boolean().optional().describe("with --stack: whether that stack's state holds the mark"),
      }),
    ),
  })
  .optional()
  .describe("which resources use the identity; not read for a stack of many domains");

const part = {
  state: z
    .enum(["ready", "not-ready", "off", "unknown"])
    .describe("off: no program asks for it, and SES has none; unknown: it could not be learned"),
  codes: z.array(z.string()).describe("of the gravest findings on it, without notes"),
};

const dkim = z.object({
  ...part,
  status: z.enum([...status.options, "absent", "unknown"]).optional(),
  unknownBecause: z.string().optional(),
  signing: z.boolean().optional().describe("whether SES signs, once it sees the records"),
  tokens: z.array(z.string()).optional(),
  origin: z
    .string()
    .optional()
    .describe("AWS_SES: Easy DKIM; EXTERNAL: an own key; AWS_SES_REGION: a replica of that region; the set is open"),
  zone: z.string().optional().describe("where the CNAME records lead"),
  keyLength: z.int().optional().describe("bits"),
  keyMadeAt: z.iso.datetime().optional(),
});

const mailFrom = z.object({
  ...part,
  status: z
    .enum([...status.options, "none", "absent", "unknown"])
    .optional()
    .describe("none: no MAIL FROM domain is set"),
  unknownBecause: z.string().optional(),
  domain: z.string().optional(),
  onMxFailure: z
    .enum(["default", "reject"])
    .optional()
    .describe("what SES does with mail while it does not see the MX"),
});

const sending = z
  .object({
    state: z
      .enum(["ready", "not-ready", "unknown"])
      .describe(
        "ready: every identity is verified and signed, and DMARC is ready. Where a MAIL FROM domain is set, it and its SPF are ready, too",
      ),
    verification: z.object(part),
    dkim: z.object(part),
    mailFrom: z.object(part),
    spf: z.object(part).describe("at the MAIL FROM domains"),
    dmarc: z.object(part),
  })
  .optional()
  .describe("over all identities; left out where SES was not asked and no record for it is known");

const identity = z.object({
  ...word,
  usage,
  dkim: dkim.optional(),
  mailFrom: mailFrom.optional(),
  spf: z.object(part).optional(),
  dkimVerified: z.boolean().optional().describe("whether its DKIM records stand; only asked where something is wrong"),
  lastLook: z
    .object({
      at: z.iso.datetime().optional(),
      succeededAt: z.iso.datetime().optional(),
      error: z.enum(ERROR_TYPES).optional(),
      soa: z.object({ primaryNameServer: z.string(), serial: z.int() }).optional(),
    })
    .optional()
    .describe("what SES itself saw (VerificationInfo); only asked where something is wrong"),
});

const server = z.object({
  server: z.string().describe("the name server's name; with DNS over HTTPS the resolver's"),
  address: z.string().optional().describe("absent where the name does not resolve"),
  answer: z
    .enum([
      "match",
      "lacks",
      "with-others",
      "absent",
      "values",
      "fails",
      "lame",
      "unreachable",
      "unresolvable",
      "not-asked",
    ])
    .describe(
      "match: every expected value; lacks: some are missing; with-others: all of them, and others that should not be. Also absent: no record of the type; values: it has some, and none was expected. The others gave no answer that counts. Of these, fails: it serves the zone, but fails for this name; lame: not authoritative; unreachable: no answer. Also unresolvable: its name has no address; not-asked: unknown",
    ),
  values: z.array(z.string()).optional(),
  missing: z.array(z.string()).optional(),
  others: z.array(z.string()).optional().describe("values that should not be there"),
  ttl: z.int().optional().describe("seconds; with absent, how long caches keep the absence"),
  nxdomain: z.boolean().optional(),
  reason: z.string().optional(),
  serial: z.int().optional().describe("of the zone's SOA record there"),
});

const record = z.object({
  name: z.string(),
  type: z.enum(["TXT", "CNAME", "MX"]),
  target: z.string().describe("what its CNAMEs lead to; the name itself where there are none"),
  via: z.enum(["authoritative", "doh"]),
  zone: z.string().optional(),
  state: z
    .enum(["published", "missing", "with-others", "unknown", "unexpected"])
    .describe(
      "with-others: others are there that should not be; unexpected: it is not known which values should be there",
    ),
  expected: z.array(
    z.object({
      identity: z.string(),
      value: z.string(),
      purpose: z.enum(["verification", "dkim", "mail-from", "dmarc"]),
    }),
  ),
  servers: z.array(server),
});

const finding = z.object({
  code: z.string().describe("stable; a page in docs/problems"),
  severity: z.enum(["error", "warning", "note"]),
  identities: z.array(z.string()).describe("whom it concerns; empty: the domain"),
  seen: z.string(),
  why: z.string(),
  fix: z.string(),
  records: z
    .array(z.object({ name: z.string(), type: z.enum(["TXT", "CNAME", "MX"]), value: z.string() }))
    .optional()
    .describe("the records that the fix says to publish"),
  command: z.string().optional(),
  page: z.string().optional().describe("where the page of its code is read: a URL, or a file of the installed package"),
});

const domain = z.object({
  domain: z.string(),
  resource: z.string().optional().describe("with --stack: the URN of the resource"),
  outcome: z.enum(["healthy", "problems", "unknown"]),
  identities: z.array(identity),
  sending,
  sesNotAsked: z.string().optional().describe("why not, where no identity was named"),
  records: z.array(record),
  unread: z.array(z.object({ name: z.string(), code: z.string(), message: z.string() })),
  dnssec: z.object({ resolver: z.string(), state: z.enum(["secure", "insecure", "bogus"]) }).optional(),
  findings: z.array(finding).describe("the gravest first"),
  commands: z.array(z.string()).describe("lines for the shell that ask the same"),
});

const address = z.object({
  address: z.string(),
  resource: z.string().optional().describe("with --stack: the URN of the resource"),
  outcome: z.enum(["healthy", "problems", "unknown"]),
  identities: z.array(
    z.object({
      ...word,
      usage,
      alike: z
        .array(z.object({ address: z.string(), status }))
        .optional()
        .describe("addresses of the account that differ by a slip"),
    }),
  ),
  sesNotAsked: z.string().optional(),
  mail: z
    .object({
      domain: z.string(),
      kind: z.enum(["servers", "implicit", "refused", "none", "no-domain"]),
      servers: z.array(z.object({ name: z.string(), resolves: z.boolean().optional() })),
    })
    .optional()
    .describe("which servers accept its mail; only asked where a link has to be followed"),
  meant: z.string().optional().describe("the domain that was probably meant"),
  findings: z.array(finding).describe("the gravest first"),
  commands: z.array(z.string()).describe("lines for the shell that ask the same"),
});

export const doctorReport = z
  .object({
    schema: z.literal(`sesdomain-doctor/${SCHEMA_VERSION}`),
    at: z.iso.datetime(),
    exitCode: z.union([z.literal(0), z.literal(1), z.literal(2)]),
    domains: z.array(domain),
    addresses: z.array(address),
    skipped: z
      .array(z.object({ resource: z.string(), reason: z.string() }))
      .describe("with --stack: what was not looked at"),
  })
  .meta({ title: "What `sesdomain doctor --json` prints" });

export type DoctorReport = z.infer<typeof doctorReport>;
export type AddressJson = z.infer<typeof address>;
export type DomainJson = z.infer<typeof domain>;
