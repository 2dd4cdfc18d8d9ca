import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { openAws } from "../../provider/aws/aws";
import { readProcess } from "../../provider/aws/credential-process";
import { followProfile } from "../../provider/aws/profile";
import { readSharedFiles } from "../../provider/aws/shared-files";
import { silentLog } from "../../provider/core/ctx";
import { explain, SesError } from "../../provider/core/errors";
import { openHastyClock } from "../support/hasty-clock";

const SECRET = "never-to-be-shown";
const folder = mkdtempSync(join(tmpdir(), "sesdomain-"));
let made = 0;

/** Each time other files: the SDK reads a path once a process. */
function files(config: string, credentials = ""): Record<string, string> {
  made += 1;
  const [one, two] = [join(folder, `config${made}`), join(folder, `credentials${made}`)];
  writeFileSync(one, config);
  writeFileSync(two, credentials);
  return { AWS_CONFIG_FILE: one, AWS_SHARED_CREDENTIALS_FILE: two };
}

interface Source {
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, string>>;
  readonly profile?: string;
  readonly credentials?: string;
}

/** The error of a session with such a source. */
async function refused({ env = {}, config = {}, ...options }: Source): Promise<SesError> {
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    const aws = openAws({ get: (key) => ({ "aws:region": "eu-west-1", ...config })[key] });
    const ctx = { clock: openHastyClock(), log: silentLog, signal: new AbortController().signal };
    const error: unknown = await (async () => aws.session(options).account(ctx))().then(
      () => assert.fail("there are credentials"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof SesError, String(error));
    assert.doesNotMatch(explain(error), new RegExp(SECRET));
    assert.ok(error.hint);
    return error;
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

describe("a profile that the SDK takes", () => {
  const shared = (config: string) => readSharedFiles({ configFiles: [], credentialsFiles: [] }, files(config));
  const role = "role_arn = arn:aws:iam::000000000000:role/r";
  const own = "aws_access_key_id = AKIAFAKE\naws_secret_access_key = y";

  for (const [what, config] of [
    [
      "keys at the end of a chain, whatever stands with them",
      `[profile a]\n${role}\nsource_profile = b\n[profile b]\n${role}\nsource_profile = c\nmfa_serial = m\n${own}`,
    ],
    [
      "a chain back to a profile that has keys",
      `[profile a]\n${role}\nsource_profile = b\n${own}\n[profile b]\n${role}\nsource_profile = a`,
    ],
    [
      "one of two sections, with nested settings",
      `\uFEFF[profile a]\r\ns3 =\r\n  role_arn = x\r\n[profile a] ; again\r\n${own}\r\n[services a]\r\nses =\r\n  endpoint_url = x`,
    ],
  ] as const) {
    it(`is no fault: ${what}`, () => {
      assert.deepEqual(followProfile("a", shared(config), {}), { kind: "other" });
    });
  }

  it("has its role assumed in the region of the stack, unless it has one of its own", async () => {
    const scopes: string[] = [];
    const server = createServer((request, response) => {
      scopes.push(/Credential=[^/]+\/\d+\/([^/]+)/.exec(request.headers.authorization ?? "")?.[1] ?? "");
      response.writeHead(403, { "content-type": "text/xml" });
      response.end("<ErrorResponse><Error><Code>AccessDenied</Code><Message>x</Message></Error></ErrorResponse>");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address === "object");
    const url = `http://127.0.0.1:${address.port}`;
    for (const region of ["", "region = eu-central-1"]) {
      const env = {
        ...files(`[profile a]\n${role}\nsource_profile = b\n${region}\n[profile b]\n${own}`),
        AWS_ENDPOINT_URL_STS: url,
      };
      assert.equal(
        (await refused({ env, profile: "a", config: { "aws:region": "eu-west-3" } })).code,
        "permission-missing",
      );
    }
    assert.deepEqual(scopes, ["eu-west-3", "eu-central-1"]);
    server.close();
  });
});

describe("a profile that gives no credentials", () => {
  after(() => rmSync(folder, { recursive: true }));
  const node = (script: string) => `${process.execPath} -e ${JSON.stringify(script)}`;
  const says = (output: object) => `echo '${JSON.stringify(output)}'`;
  const keys = { Version: 1, AccessKeyId: "AKIAFAKE", SecretAccessKey: SECRET };
  const processOf = (command: string, more = "") => `[profile eu]\ncredential_process = ${command}\n${more}`;

  const cases: readonly [what: string, config: string, code: string, message: RegExp, hint: RegExp][] = [
    [
      "that is misspelt",
      "[default]\n[profile eu-prod]\nregion=x\n[profile us]",
      "missing",
      /no profile eu .*config\d+.*credentials\d+.*"default", "eu-prod", "us"/,
      /./,
    ],
    ["one letter off", "[profile eeu]\nregion = x", "missing", /no profile eu /, /"eeu"/],
    ["without the word profile", "[eu]\naws_access_key_id = x", "missing", /no profile eu /, /\[profile eu\]/],
    ["in no file", "", "missing", /no profile eu .*none at all/, /./],
    [
      "whose process ends with a code",
      processOf(node(`console.error('${SECRET}'); process.exit(3)`)),
      "missing",
      /profile eu.*exit code 3/,
      /credential_process/,
    ],
    [
      "whose process is not there",
      processOf(`/nowhere/${SECRET} --token ${SECRET}`),
      "missing",
      /profile eu.*not found/,
      /./,
    ],
    [
      "whose process prints no JSON",
      processOf(node(`console.log('${SECRET}')`)),
      "missing",
      /profile eu.*no JSON/,
      /./,
    ],
    [
      "whose process prints another version",
      processOf(says({ ...keys, Version: 2 })),
      "missing",
      /profile eu.*Version/,
      /./,
    ],
    [
      "whose process prints half of the keys",
      processOf(says({ Version: 1, SecretAccessKey: SECRET })),
      "missing",
      /profile eu.*AccessKeyId/,
      /./,
    ],
    [
      "whose process gives expired keys",
      processOf(says({ ...keys, Expiration: "2020-01-01T00:00:00Z" })),
      "refused",
      /profile eu.*expired.*2020-01-01/,
      /clock/,
    ],
    [
      "whose process is killed",
      processOf(node("process.kill(process.pid, 'SIGKILL')")),
      "missing",
      /profile eu.*(SIGKILL|137)/,
      /./,
    ],
    [
      "whose source's process ends with a code",
      "[profile eu]\nrole_arn = arn:aws:iam::000000000000:role/r\nsource_profile = base\n[profile base]\ncredential_process = exit 4",
      "missing",
      /profile base.*exit code 4/,
      /./,
    ],
    ["that is its own source", "[profile eu]\nrole_arn = r\nsource_profile = eu", "missing", /eu -> eu/, /source|keys/],
    [
      "in a circle of three",
      "[profile eu]\nrole_arn = r\nsource_profile = a\n[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = eu",
      "missing",
      /eu -> a -> b -> eu/,
      /keys/,
    ],
    [
      "whose source is not there",
      "[profile eu]\nrole_arn = r\nsource_profile = bas\n[profile base]\nregion=x",
      "missing",
      /profile eu .*"bas"/,
      /"base"/,
    ],
    [
      "that needs MFA",
      "[profile eu]\nrole_arn = r\nmfa_serial = m\nsource_profile = a\n[profile a]\naws_access_key_id = x\naws_secret_access_key = y",
      "missing",
      /profile eu .*MFA/,
      /export-credentials/,
    ],
    ["with a role and no source", "[profile eu]\nrole_arn = r", "missing", /profile eu .*role_arn/, /source_profile/],
    [
      "with two sources",
      "[profile eu]\nrole_arn = r\nsource_profile = a\ncredential_source = Environment",
      "missing",
      /profile eu .*source_profile and credential_source/,
      /./,
    ],
    [
      "with a source of no such kind",
      "[profile eu]\nrole_arn = r\ncredential_source = Ec2",
      "missing",
      /profile eu .*"Ec2"/,
      /Ec2InstanceMetadata/,
    ],
    [
      "with keys of an empty environment",
      "[profile eu]\nrole_arn = r\ncredential_source = Environment",
      "missing",
      /profile eu .*environment/,
      /AWS_ACCESS_KEY_ID/,
    ],
    [
      "with half of the keys",
      `[profile eu]\naws_secret_access_key = ${SECRET}`,
      "missing",
      /profile eu .*aws_secret_access_key, and no aws_access_key_id/,
      /aws_access_key_id/,
    ],
    [
      "with the other half",
      "[profile eu]\naws_access_key_id = AKIAFAKE",
      "missing",
      /profile eu .*no aws_secret_access_key/,
      /./,
    ],
    [
      "with an SSO session that is not there",
      "[profile eu]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n[sso-session corps]\nsso_region = x",
      "missing",
      /profile eu .*"corp"/,
      /"corps"/,
    ],
    [
      "with half of SSO",
      "[profile eu]\nsso_session = corp\n[sso-session corp]\nsso_start_url = https://x.invalid",
      "missing",
      /profile eu .*sso_account_id, sso_role_name, sso_region/,
      /aws configure sso/,
    ],
    [
      "with SSO, and no login",
      "[profile eu]\nsso_session = sesdomain-none\nsso_account_id = 1\nsso_role_name = r\n[sso-session sesdomain-none]\nsso_start_url = https://x.invalid\nsso_region = us-east-1",
      "missing",
      /SSO session of profile eu/,
      /aws sso login --profile eu/,
    ],
    [
      "with SSO of the earlier form, and no login",
      "[profile eu]\nsso_start_url = https://sesdomain.invalid\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = r",
      "missing",
      /SSO session of profile eu/,
      /aws sso login --profile eu/,
    ],
    [
      "whose token file is not there",
      "[profile eu]\nrole_arn = r\nweb_identity_token_file = /nowhere/token",
      "missing",
      /\/nowhere\/token.*profile eu.*not there/,
      /./,
    ],
    [
      "whose section is written with two blanks",
      `[profile  eu]\naws_access_key_id = AKIAFAKE\naws_secret_access_key = ${SECRET}`,
      "missing",
      /no profile eu /,
      /\[profile {2}eu\].*\[profile eu\]/,
    ],
    [
      "whose section is padded",
      `[ profile eu ]\r\naws_access_key_id = AKIAFAKE\r\naws_secret_access_key = ${SECRET}`,
      "missing",
      /no profile eu /,
      /\[ profile eu \].*\[profile eu\]/,
    ],
    [
      "whose source takes keys of an empty environment, without a role",
      "[profile eu]\nrole_arn = r\nsource_profile = base\n[profile base]\ncredential_source = Environment",
      "missing",
      /profile base .*environment/,
      /AWS_ACCESS_KEY_ID/,
    ],
    [
      "that needs MFA for keys of the machine",
      "[profile eu]\nrole_arn = r\nmfa_serial = m\ncredential_source = Ec2InstanceMetadata",
      "missing",
      /profile eu .*MFA/,
      /export-credentials/,
    ],
    [
      "that names a source which is not there",
      "[profile eu]\nrole_arn = r\ncredential_source = EcsContainer",
      "missing",
      /profile eu (?!names no).*EcsContainer/,
      /container/,
    ],
    ["that names nothing", "[profile eu]\nregion = eu-west-1", "missing", /profile eu /, /aws configure --profile eu/],
  ];
  for (const [what, config, code, message, hint] of cases) {
    for (const by of ["the program", "stack config", "AWS_PROFILE"]) {
      it(`is told with its cause and its way out: one ${what}, by ${by}`, async () => {
        const env = { ...files(config), ...(by === "AWS_PROFILE" ? { AWS_PROFILE: "eu" } : {}) };
        const error = await refused({
          env,
          ...(by === "the program" ? { profile: "eu" } : {}),
          ...(by === "stack config" ? { config: { "aws:profile": "eu" } } : {}),
        });
        assert.equal(error.code, `credentials-${code}`);
        assert.match(error.message, message);
        assert.match(error.hint ?? "", hint);
      });
    }
  }

  it("is told as passed over by the SDK where its name has blanks or other letters", async () => {
    const own = `\naws_access_key_id = AKIAFAKE\naws_secret_access_key = ${SECRET}`;
    for (const [name, config, credentials] of [
      ["my eu", `[profile "my eu"]${own}`, ""],
      ["my eu", "", `[my eu]${own}`],
      ["b\u00fcro", `[profile b\u00fcro]${own}`, ""],
    ] as const) {
      const error = await refused({ env: files(config, credentials), profile: name });
      assert.equal(error.code, "credentials-missing");
      assert.doesNotMatch(error.message, /no source/);
      assert.match(error.hint ?? "", /AWS SDK/);
    }
  });

  it("is ended in time where its process ignores signals", async () => {
    const began = Date.now();
    await assert.rejects(readProcess("profile eu", 'trap "" TERM; sleep 20; echo x', 300), /did not end/);
    assert.ok(Date.now() - began < 10_000);
  });

  it("is told as not started where the system cannot start its process", async () => {
    const words = async (command: string) =>
      readProcess("profile eu", command, 20_000).then(
        () => "",
        (error: Error) => error.message,
      );
    // Longer than a system takes as one argument.
    assert.match(await words(`: ${"x".repeat(4_000_000)}`), /could not be started/);
    assert.match(await words("yes"), /prints more/);
  });

  it("names the files of stack config, and those that could not be read", async () => {
    const config = { "aws:sharedConfigFiles": join(folder, "none"), "aws:sharedCredentialsFiles": folder };
    const error = await refused({ config, profile: "eu" });
    assert.match(error.message, new RegExp(`${folder}".*could not be read`));
    assert.doesNotMatch(error.message, /no profile/);
    const named = await refused({ config: { ...config, "aws:sharedCredentialsFiles": "~/none" }, profile: "eu" });
    assert.match(named.message, /none" \(not there\).*"~\/none" \(not there\)/);
    assert.ok(!named.message.includes(homedir()));
  });

  it("is told of the default profile too, where no other is named", async () => {
    assert.match(
      (await refused({ env: files("[default]\ncredential_process = exit 5") })).message,
      /default.*exit code 5/,
    );
    const none = await refused({ env: files("[profile eu]\nregion = x") });
    assert.match(none.message, /environment.*config\d+/);
  });
});

describe("keys that are not whole", () => {
  it("are told by what is lacking: in the environment, in a named set, in stack config", async () => {
    assert.match((await refused({ env: { AWS_ACCESS_KEY_ID: "AKIAFAKE" } })).message, /AWS_SECRET_ACCESS_KEY is not/);
    assert.match((await refused({ env: { AWS_SECRET_ACCESS_KEY: SECRET } })).message, /AWS_ACCESS_KEY_ID is not/);
    const config = { "sesdomain:credentials": JSON.stringify({ eu: { secretKey: SECRET } }) };
    assert.match((await refused({ config, credentials: "eu" })).message, /"eu".*no accessKey/);
  });

  it("are told by the file, where a web identity has none", async () => {
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: "/nowhere/token", AWS_ROLE_ARN: "arn:aws:iam::000000000000:role/r" };
    const error = await refused({ env });
    assert.equal(error.code, "credentials-missing");
    assert.match(error.message, /\/nowhere\/token.*AWS_WEB_IDENTITY_TOKEN_FILE.*not there/);
    const role = { roleArn: "arn:aws:iam::000000000000:role/r", webIdentityTokenFile: "/nowhere/other" };
    const config = { "aws:assumeRoleWithWebIdentity": JSON.stringify(role) };
    assert.match((await refused({ config })).message, /\/nowhere\/other.*aws:assumeRoleWithWebIdentity.*not there/);
  });
});
