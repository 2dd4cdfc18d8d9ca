import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAws } from "../../provider/aws/aws";
import { chainFault } from "../../provider/aws/chain-fault";
import { AwsFaultError, CredentialsError, classify, toSesError } from "../../provider/aws/faults";
import { AWS_BOUNDS } from "../../provider/aws/session";
import { silentLog } from "../../provider/core/ctx";
import { explain, SesError } from "../../provider/core/errors";
import { openHastyClock } from "../support/hasty-clock";
import { openHostileServer } from "../support/hostile/answers";
import { selfSigned } from "../support/tls/certificates";
import { openTlsServer, type TlsServer } from "../support/tls/server";

const ACCOUNT = "000000000000";
const MINUTE_MS = 60_000;
const CONTEXT = { action: "ses:VerifyDomainIdentity", region: "eu-west-1", regional: true, secrets: [] } as const;

function refusal(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, $fault: "client", $metadata: { httpStatusCode: 403 }, ...more });
}
function told(error: unknown, context: object = {}): SesError {
  const ses = toSesError(new AwsFaultError(classify(error, { ...CONTEXT, ...context })), "asking SES");
  assert.ok(ses instanceof SesError);
  assert.ok(ses.hint);
  return ses;
}
const context = () => ({ clock: openHastyClock(), log: silentLog, signal: new AbortController().signal });
const identityXml =
  "<GetCallerIdentityResponse><GetCallerIdentityResult>" +
  `<Arn>arn:aws:iam::${ACCOUNT}:user/u</Arn><Account>${ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
const keys = { "aws:region": "us-east-1", "aws:accessKey": "AKIAFAKE", "aws:secretKey": "not-a-secret" };

describe("a clock that differs from AWS's", () => {
  const stamp = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
  const now = Date.now();
  const behind = `Signature expired: ${stamp(now)} is now earlier than ${stamp(now + 5 * MINUTE_MS)} (${stamp(now + 10 * MINUTE_MS)} - 5 min.)`;
  const ahead = `Signature not yet current: ${stamp(now)} is still later than ${stamp(now - 5 * MINUTE_MS)} (${stamp(now - 10 * MINUTE_MS)} + 5 min.)`;
  // Made as the test runs: a difference is counted against the clock at that moment, long after the file was loaded.
  const dated = (ms: number) => ({ $response: { headers: { Date: new Date(Date.now() + ms).toUTCString() } } });
  const cases: readonly [string, () => Error, RegExp][] = [
    ["SignatureDoesNotMatch", () => refusal("SignatureDoesNotMatch", behind), /10m behind/],
    ["InvalidSignatureException", () => refusal("InvalidSignatureException", ahead), /10m ahead/],
    [
      "RequestTimeTooSkewed",
      () => refusal("RequestTimeTooSkewed", "too large", dated(-20 * MINUTE_MS)),
      /(19|20|21)m(\d+s)? ahead/,
    ],
    ["RequestExpired", () => refusal("RequestExpired", "Request has expired."), /differs/],
    ["AccessDenied", () => refusal("AccessDenied", "Request has expired"), /differs/],
  ];
  for (const [what, refused, words] of cases) {
    it(`is told with the difference where it was seen, and not as wrong credentials: ${what}`, () => {
      const error = refused();
      for (const each of [error, new CredentialsError(error, "profile eu")]) {
        const ses = told(each);
        assert.equal(ses.code, "clock-skew");
        assert.equal(ses.retryable, false);
        assert.match(ses.message, words);
        assert.doesNotMatch(explain(ses), /log in/i);
      }
    });
  }

  it("is not seen in a signature or a permission that is wrong for another reason", () => {
    assert.equal(told(refusal("SignatureDoesNotMatch", "does not match")).code, "credentials-refused");
    assert.equal(told(refusal("AccessDenied", "not authorized")).code, "permission-missing");
  });

  it("is not at fault where the answer shows that the clocks agree", () => {
    for (const [error, code] of [
      [refusal("RequestExpired", "Request has expired.", dated(-1_000)), "credentials-refused"],
      [refusal("RequestTimeTooSkewed", "too large", dated(0)), "ses-refused"],
      [refusal("AccessDenied", "Request has expired", dated(2_000)), "permission-missing"],
    ] as const) {
      assert.equal(told(error).code, code);
    }
  });

  for (const [what, times] of [
    ["once more, since the SDK learns the time by the refusal", 1],
    ["no more than that", 9],
  ] as const) {
    it(`has the call tried ${what}`, async () => {
      let asked = 0;
      const server = await openHostileServer("HTML", () => {
        asked += 1;
        if (asked > times) return { type: "text/xml", body: identityXml };
        const body = `<ErrorResponse><Error><Type>Sender</Type><Code>RequestTimeTooSkewed</Code><Message>${behind}</Message></Error></ErrorResponse>`;
        return { status: 403, type: "text/xml", body };
      });
      const config: Readonly<Record<string, string>> = {
        ...keys,
        "aws:endpoints": JSON.stringify([{ sts: server.url }]),
      };
      const account = openAws({ get: (key) => config[key], env: {} })
        .session()
        .account(context());
      if (times === 1) assert.equal((await account).id, ACCOUNT);
      else await assert.rejects(account, { code: "clock-skew" });
      assert.equal(asked, 2);
      await server.close();
    });
  }
});

describe("keys that AWS does not know", () => {
  const unknown = refusal("InvalidClientTokenId", "The security token included in the request is invalid.");

  it("may be of another partition: each region names the others", () => {
    for (const [region, partition] of [
      ["cn-north-1", /aws-cn/],
      ["us-gov-west-1", /aws-us-gov/],
      ["eu-west-1", /aws-cn, aws-us-gov/],
    ] as const) {
      const ses = told(unknown, { region });
      assert.equal(ses.code, "credentials-refused");
      assert.match(ses.hint ?? "", partition);
    }
    assert.doesNotMatch(told(refusal("SignatureDoesNotMatch", "x")).hint ?? "", /partition/);
  });

  it("may be temporary ones without their session token", async () => {
    assert.match(told(unknown, { tokenless: true }).hint ?? "", /AWS_SESSION_TOKEN/);
    const body = `<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>x</Message></Error></ErrorResponse>`;
    const server = await openHostileServer("HTML", () => ({ status: 403, type: "text/xml", body }));
    for (const [more, tokenless] of [
      [{ "aws:accessKey": "ASIAFAKE" }, true],
      [{ "aws:accessKey": "ASIAFAKE", "aws:token": "a-token" }, false],
      [{}, false],
    ] as const) {
      const config: Readonly<Record<string, string>> = {
        ...keys,
        ...more,
        "aws:endpoints": JSON.stringify([{ sts: server.url }]),
      };
      const account = openAws({ get: (key) => config[key], env: {} })
        .session()
        .account(context());
      await assert.rejects(account, (error: SesError) => {
        assert.equal(/AWS_SESSION_TOKEN/.test(error.hint ?? ""), tokenless, error.hint);
        return true;
      });
    }
    await server.close();
  });
});

describe("what was never sent", () => {
  it("is not told as refused by AWS", () => {
    const ses = told(new TypeError("Invalid character in header content"));
    assert.equal(ses.code, "ses-unsent");
    assert.doesNotMatch(explain(ses), /refused/);
  });
});

describe("an error that comes while credentials are looked for", () => {
  const shared = { files: [], profiles: new Map(), ssoSessions: new Map(), passedOver: new Map() };
  const env = { AWS_WEB_IDENTITY_TOKEN_FILE: "/not/there/token", AWS_ROLE_ARN: "arn:aws:iam::000000000000:role/r" };
  const from = { profile: "eu", shared, env };

  it("is the token file's only where a file could not be read", () => {
    const missing = Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT", syscall: "open" });
    const ses = told(new CredentialsError(chainFault(missing, from), "profile eu"));
    assert.equal(ses.code, "credentials-missing");
    assert.match(ses.message, /token/);
  });

  for (const error of [refusal("AccessDenied", "not authorized"), refusal("ExpiredToken", "x"), new TypeError("x")]) {
    it(`stays what it is: ${error.name}`, () => {
      assert.equal(chainFault(error, from), error);
    });
  }
});

describe("an SSO session", () => {
  const shared = { files: [], profiles: new Map(), ssoSessions: new Map(), passedOver: new Map() };
  const from = { profile: "eu", shared, env: {} };
  const sdk = (message: string, name = "CredentialsProviderError") => Object.assign(new Error(message), { name });
  const cases: readonly [string, string, string, RegExp][] = [
    ["expired", "The SSO session associated with this profile has expired.", "refused", /aws sso login --profile eu/],
    [
      "expired, as its token is",
      "Token is expired. To refresh this SSO session run 'aws sso login'",
      "refused",
      /login/,
    ],
    ["no longer taken", "UnauthorizedException: Session token not found or invalid", "refused", /aws sso login/],
    ["of a role that is not assigned", "ForbiddenException: No access", "refused", /sso_role_name/],
    ["not open", "The SSO session associated with this profile is invalid.", "missing", /aws sso login/],
  ];
  for (const [what, message, kind, hint] of cases) {
    it(`is told with its way out: ${what}`, () => {
      for (const name of ["CredentialsProviderError", "TokenProviderError"]) {
        const ses = told(new CredentialsError(chainFault(sdk(message, name), from), "profile eu"));
        assert.equal(ses.code, `credentials-${kind}`);
        assert.match(ses.message, /profile eu/);
        assert.match(ses.hint ?? "", hint);
      }
    });
  }
});

describe("FIPS and dual-stack endpoints", () => {
  const hostOf = async (config: Readonly<Record<string, string>>) => {
    const all: Readonly<Record<string, string>> = { ...keys, ...config };
    const session = openAws({ get: (key) => all[key], env: {} }).session();
    const { endpointProvider, useFipsEndpoint, useDualstackEndpoint, region } = (await session.sts()).config;
    const [UseFIPS, UseDualStack] = [await useFipsEndpoint(), await useDualstackEndpoint()];
    const { url } = endpointProvider({ Region: await region(), UseFIPS, UseDualStack, UseGlobalEndpoint: false });
    return url.hostname;
  };
  it("are asked for by stack config", async () => {
    assert.equal(await hostOf({}), "sts.us-east-1.amazonaws.com");
    assert.equal(await hostOf({ "aws:useFipsEndpoint": "true" }), "sts-fips.us-east-1.amazonaws.com");
    assert.equal(await hostOf({ "aws:useDualstackEndpoint": "true" }), "sts.us-east-1.api.aws");
  });

  it("are named where a region has none, by stack config and by the environment", () => {
    for (const [config, env, words] of [
      [{ "aws:useFipsEndpoint": "true" }, {}, /FIPS/],
      [{}, { AWS_USE_FIPS_ENDPOINT: "true" }, /FIPS/],
      [
        { "aws:useFipsEndpoint": "false" },
        { AWS_USE_FIPS_ENDPOINT: "true", AWS_USE_DUALSTACK_ENDPOINT: "true" },
        /dual-stack/,
      ],
    ] as const) {
      const all: Readonly<Record<string, string>> = { ...keys, ...config };
      const { variant } = openAws({ get: (key) => all[key], env })
        .session()
        .context("ses:VerifyDomainIdentity", "ses");
      const ses = told(Object.assign(new Error("x"), { code: "ENOTFOUND" }), { variant });
      assert.equal(ses.code, "region-unknown");
      assert.match(ses.hint ?? "", words);
    }
  });

  it("say nothing of a region that is known, nor where the endpoint is another's", () => {
    const folder = mkdtempSync(join(tmpdir(), "sesdomain-"));
    const file = join(folder, "config");
    writeFileSync(file, "[default]\nendpoint_url = http://no-such.invalid\n");
    for (const [region, env, regional] of [
      ["eu-west-1", {}, false],
      ["eu-west-1", { AWS_USE_FIPS_ENDPOINT: "true" }, true],
      ["eu-wset-1", { AWS_CONFIG_FILE: join(folder, "none") }, true],
      ["eu-wset-1", { AWS_CONFIG_FILE: file }, false],
    ] as const) {
      const all: Readonly<Record<string, string>> = { ...keys, "aws:region": region };
      const context = openAws({ get: (key) => all[key], env })
        .session()
        .context("ses:VerifyDomainIdentity", "ses");
      assert.equal(context.regional, regional, region);
      const { code } = told(Object.assign(new Error("x"), { code: "ENOTFOUND" }), context);
      assert.equal(code, regional ? "region-unknown" : "ses-unavailable");
    }
    rmSync(folder, { recursive: true });
  });

  it("are refused as neither true nor false, by the key", () => {
    for (const key of ["aws:useFipsEndpoint", "aws:useDualstackEndpoint"])
      assert.throws(() => openAws({ get: (each) => (each === key ? "yes" : undefined) }), {
        code: "config-invalid",
        message: new RegExp(key),
      });
  });
});

describe("a bundle of CAs for AWS", () => {
  const folder = mkdtempSync(join(tmpdir(), "sesdomain-"));
  const ca = selfSigned({ commonName: "Corporate CA", ca: true });
  const other = selfSigned({ commonName: "Another CA", ca: true });
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  let server: TlsServer;
  before(async () => {
    server = await openTlsServer(ca.issue({ commonName: "leaf", hosts: ["127.0.0.1"] }), (_, response) =>
      response.writeHead(200, { "content-type": "text/xml" }).end(identityXml),
    );
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const account = (config: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) => {
    const all: Readonly<Record<string, string>> = {
      ...keys,
      "aws:endpoints": JSON.stringify([{ sts: `https://127.0.0.1:${server.port}` }]),
      ...config,
    };
    return openAws({ get: (key) => all[key], env, bounds: { ...AWS_BOUNDS, answerMs: 2_000 } })
      .session()
      .account(context());
  };
  const profile = (name: string, bundle: string) => file(name, `[default]\nca_bundle = ${bundle}\n`);

  it("is taken from stack config, AWS_CA_BUNDLE, and the profile, in this order", async () => {
    const [right, wrong] = [file("right.pem", `# ours\n${other.cert}${ca.cert}`), file("wrong.pem", other.cert)];
    const config = { "aws:customCaBundle": right };
    await assert.rejects(account({}), { code: "ses-unavailable", hint: /AWS_CA_BUNDLE/ });
    assert.equal((await account(config)).id, ACCOUNT);
    assert.equal((await account({}, { AWS_CA_BUNDLE: right })).id, ACCOUNT);
    assert.equal((await account({ "aws:sharedConfigFiles": profile("one", right) })).id, ACCOUNT);
    assert.equal((await account(config, { AWS_CA_BUNDLE: wrong })).id, ACCOUNT);
    const both = { "aws:sharedConfigFiles": profile("two", wrong) };
    assert.equal((await account(both, { AWS_CA_BUNDLE: right })).id, ACCOUNT);
    await assert.rejects(account(both), { code: "ses-unavailable" });
  });

  it("is named by its source where it is none", async () => {
    const empty = file("empty.pem", "nothing");
    const broken = file("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    for (const path of [empty, broken, folder, join(folder, "none")]) {
      for (const [source, config, env] of [
        ["aws:customCaBundle", { "aws:customCaBundle": path }, {}],
        ["AWS_CA_BUNDLE", {}, { AWS_CA_BUNDLE: path }],
        ["ca_bundle of profile default", { "aws:sharedConfigFiles": profile("three", path) }, {}],
      ] as const) {
        await assert.rejects(account(config, env), (error: SesError) => {
          assert.equal(error.code, "config-invalid");
          assert.ok(error.message.includes(source) && error.message.includes(path), error.message);
          return true;
        });
      }
    }
  });
});
