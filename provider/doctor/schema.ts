import { z } from "zod";
import { ERROR_TYPES } from "../ses/port";

/** Grows with every change that a reader of version 1 could trip over; new members alone do not count. */
export const SCHEMA_VERSION = 1;

const status = z.enum(["Pending", "Success", "Failed", "TemporaryFailure", "NotStarted"]);

/** What SES says of the verification of one identity. */
export const word = {
  name: z.string().describe("its name in the program or, on the command line, region or region@profile"),
  region: z.string().describe("the AWS region"),
  accountId: z.string().optional().describe("twelve digits, where the credentials tell"),
  status: z
    .enum([...status.options, "absent", "unknown"])
    .describe(
      "the verification status that SES reports; absent: it has no such identity; unknown: it could not be asked",
    ),
  unknownBecause: z.string().optional().describe("why the status is unknown, and what to do"),
  coveredBy: z.string().optional().describe("the verified domain that makes its own verification needless"),
};

const usage = z
  .object({
    arn: z.string().describe("of the identity"),
    made: z.boolean().describe("made or taken over by this package: removed with its last user"),
    users: z
      .array(
        z.object({
          mark: z.string().describe("its tag is sesdomain:user:MARK"),
          state: z.enum(["creating", "settled", "leaving"]).describe("how far the resource is with it"),
          label: z.string().describe("project/stack/name"),
          inStack: z.boolean().optional().describe("with --stack: whether that stack's state holds the mark"),
        }),
      )
      .describe("the resources, by their tags"),
  })
  .optional()
  .describe("which resources use the identity; not read for a stack of many domains");

const part = {
  state: z
    .enum(["ready", "not-ready", "off", "unknown"])
    .describe("off: no program asks for it, and SES has none; unknown: it could not be learned"),
  codes: z.array(z.string()).describe("of the gravest findings on it, without notes"),
};

export const dkim = z.object({
  ...part,
  status: z
    .enum([...status.options, "absent", "unknown"])
    .optional()
    .describe("the status of DKIM that SES reports"),
  unknownBecause: z.string().optional().describe("why the status is unknown, and what to do"),
  signing: z.boolean().optional().describe("whether SES signs, once it sees the records"),
  tokens: z.array(z.string()).optional().describe("of Easy DKIM: each makes the name of a CNAME record"),
  origin: z
    .string()
    .optional()
    .describe("AWS_SES: Easy DKIM; EXTERNAL: an own key; AWS_SES_REGION: a replica of that region; the set is open"),
  zone: z.string().optional().describe("where the CNAME records lead"),
  keyLength: z.int32().optional().describe("bits"),
  keyMadeAt: z.iso.datetime().optional().describe("when SES made the key"),
});

export const mailFrom = z.object({
  ...part,
  status: z
    .enum([...status.options, "none", "absent", "unknown"])
    .optional()
    .describe("none: no MAIL FROM domain is set"),
  unknownBecause: z.string().optional().describe("why the status is unknown, and what to do"),
  domain: z.string().optional().describe("the MAIL FROM domain"),
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
    verification: z.object(part).describe("the TXT record that verifies the domain"),
    dkim: z.object(part).describe("the keys that sign its mail"),
    mailFrom: z.object(part).describe("the MX records of the MAIL FROM domains"),
    spf: z.object(part).describe("at the MAIL FROM domains"),
    dmarc: z.object(part).describe("the policy of the domain"),
  })
  .optional()
  .describe("over all identities; left out where SES was not asked and no record for it is known");

const identity = z.object({
  ...word,
  usage,
  dkim: dkim.optional().describe("DKIM of the identity"),
  mailFrom: mailFrom.optional().describe("the MAIL FROM domain of the identity"),
  spf: z.object(part).optional().describe("SPF at its MAIL FROM domain"),
  dkimVerified: z.boolean().optional().describe("whether its DKIM records stand; only asked where something is wrong"),
  lastLook: z
    .object({
      at: z.iso.datetime().optional().describe("when"),
      succeededAt: z.iso.datetime().optional().describe("when it last saw what it looks for"),
      error: z.enum(ERROR_TYPES).optional().describe("what kept it from that"),
      soa: z
        .object({
          primaryNameServer: z.string().describe("its first field (RFC 1035 section 3.3.13, MNAME)"),
          serial: z.int().describe("the version of the zone"),
        })
        .optional()
        .describe("the SOA record that it saw"),
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
  values: z.array(z.string()).optional().describe("what it serves"),
  missing: z.array(z.string()).optional().describe("expected values that it does not serve"),
  others: z.array(z.string()).optional().describe("values that should not be there"),
  ttl: z.int32().optional().describe("seconds; with absent, how long caches keep the absence"),
  nxdomain: z.boolean().optional().describe("whether it says that no such name exists"),
  reason: z.string().optional().describe("why its answer does not count"),
  serial: z.int().optional().describe("of the zone's SOA record there"),
});

const record = z.object({
  name: z.string().describe("of the record set"),
  type: z.enum(["TXT", "CNAME", "MX"]).describe("of the record set"),
  target: z.string().describe("what its CNAMEs lead to; the name itself where there are none"),
  via: z.enum(["authoritative", "doh"]).describe("doh: resolvers were asked over HTTPS"),
  zone: z.string().optional().describe("which it is in"),
  state: z
    .enum(["published", "missing", "with-others", "unknown", "unexpected"])
    .describe(
      "with-others: others are there that should not be; unexpected: it is not known which values should be there",
    ),
  expected: z
    .array(
      z.object({
        identity: z.string().describe("whose value it is"),
        value: z.string().describe("as the report writes values of this type"),
        purpose: z.enum(["verification", "dkim", "mail-from", "dmarc"]).describe("what it is for"),
      }),
    )
    .describe("the values that should be there"),
  servers: z.array(server).describe("each server at each of its addresses"),
});

const finding = z.object({
  code: z.string().describe("stable; a page in docs/problems"),
  severity: z.enum(["error", "warning", "note"]).describe("note: nothing has to be done"),
  identities: z.array(z.string()).describe("whom it concerns; empty: the domain"),
  seen: z.string().describe("what was found"),
  why: z.string().describe("why it matters"),
  fix: z.string().describe("what to do"),
  records: z
    .array(
      z.object({
        name: z.string().describe("whole, without a final dot"),
        type: z.enum(["TXT", "CNAME", "MX"]).describe("of the record"),
        value: z.string().describe("as the report writes values of this type"),
      }),
    )
    .optional()
    .describe("the records that the fix says to publish"),
  command: z.string().optional().describe("a line for the shell that shows it"),
  page: z.string().optional().describe("where the page of its code is read: a URL, or a file of the installed package"),
});

const domain = z.object({
  domain: z.string().describe("as DNS writes it"),
  resource: z.string().optional().describe("with --stack: the URN of the resource"),
  outcome: z
    .enum(["healthy", "problems", "unknown"])
    .describe("unknown: no problem was found, and not all could be learned"),
  identities: z.array(identity).describe("what SES says of each identity"),
  sending,
  sesNotAsked: z.string().optional().describe("why not, where no identity was named"),
  records: z.array(record).describe("the record sets that were looked at"),
  unread: z
    .array(
      z.object({
        name: z.string().describe("that could not be read"),
        code: z.string().describe("stable; what kept it from being read"),
        message: z.string().describe("the same as a text"),
      }),
    )
    .describe("names of which no server told anything"),
  dnssec: z
    .object({
      resolver: z.string().describe("that was asked"),
      state: z.enum(["secure", "insecure", "bogus"]).describe("RFC 4035 section 4.3"),
    })
    .optional()
    .describe("what a validating resolver says of the zone"),
  findings: z.array(finding).describe("the gravest first"),
  commands: z.array(z.string()).describe("lines for the shell that ask the same"),
});

const address = z.object({
  address: z.string().describe("its domain as DNS writes it"),
  resource: z.string().optional().describe("with --stack: the URN of the resource"),
  outcome: z
    .enum(["healthy", "problems", "unknown"])
    .describe("unknown: no problem was found, and not all could be learned"),
  identities: z
    .array(
      z.object({
        ...word,
        usage,
        alike: z
          .array(
            z.object({
              address: z.string().describe("the other one"),
              status: status.describe("the verification status that SES reports"),
            }),
          )
          .optional()
          .describe("addresses of the account that differ by a slip"),
      }),
    )
    .describe("what SES says of each identity"),
  sesNotAsked: z.string().optional().describe("why not, where no identity was named"),
  mail: z
    .object({
      domain: z.string().describe("after the @"),
      kind: z
        .enum(["servers", "implicit", "refused", "none", "no-domain"])
        .describe(
          "servers: it has MX records; implicit: its own address is used; refused: a null MX; none: neither; no-domain: it does not exist",
        ),
      servers: z
        .array(
          z.object({
            name: z.string().describe("of an MX record"),
            resolves: z.boolean().optional().describe("whether it has an address, where that is known"),
          }),
        )
        .describe("by preference"),
    })
    .optional()
    .describe("which servers accept its mail; only asked where a link has to be followed"),
  meant: z.string().optional().describe("the domain that was probably meant"),
  findings: z.array(finding).describe("the gravest first"),
  commands: z.array(z.string()).describe("lines for the shell that ask the same"),
});

export const doctorReport = z
  .object({
    schema: z.literal(`sesdomain-doctor/${SCHEMA_VERSION}`).describe("the form of this report"),
    at: z.iso.datetime().describe("when the report was made"),
    exitCode: z
      .union([z.literal(0), z.literal(1), z.literal(2)])
      .describe("0: all verified and published; 1: a problem was found; 2: none was, and not all could be learned"),
    domains: z.array(domain).describe("the domains that were looked at"),
    addresses: z.array(address).describe("the addresses that were looked at"),
    skipped: z
      .array(z.object({ resource: z.string().describe("its URN"), reason: z.string().describe("why not") }))
      .describe("with --stack: what was not looked at"),
  })
  .meta({ title: "What `sesdomain doctor --json` prints" });

export type DoctorReport = z.infer<typeof doctorReport>;
export type AddressJson = z.infer<typeof address>;
export type DomainJson = z.infer<typeof domain>;
