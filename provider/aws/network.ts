import { X509Certificate } from "node:crypto";
import type { Network } from "../core/agents";
import { SesError } from "../core/errors";
import { environmentProxies, type Proxies, parseProxy } from "../core/proxy";
import { quoted } from "../core/text";
import { type Env, readSharedFiles, readText, type SharedPaths, shown } from "./shared-files";

/** The settings of Pulumi's AWS provider on how its requests leave this machine (github.com/pulumi/pulumi-aws, schema.json). */
export interface NetworkSettings {
  /** An empty text: no proxy, whatever the environment says. */
  readonly httpProxy: string | undefined;
  readonly httpsProxy: string | undefined;
  readonly noProxy: string | undefined;
  /** The path of a PEM file. */
  readonly customCaBundle: string | undefined;
  readonly useFipsEndpoint: boolean | undefined;
  readonly useDualstackEndpoint: boolean | undefined;
}

type ReadConfig = (key: string) => string | undefined;

interface Settings extends SharedPaths {
  readonly network: NetworkSettings;
}

/** Throws `SesError` `config-invalid`, which names the key and no value. */
export function readNetworkSettings(get: ReadConfig): NetworkSettings {
  return {
    httpProxy: proxyIn(get, "aws:httpProxy"),
    httpsProxy: proxyIn(get, "aws:httpsProxy"),
    noProxy: get("aws:noProxy")?.trim() || undefined,
    customCaBundle: get("aws:customCaBundle")?.trim() || undefined,
    useFipsEndpoint: flagIn(get, "aws:useFipsEndpoint"),
    useDualstackEndpoint: flagIn(get, "aws:useDualstackEndpoint"),
  };
}

function proxyIn(get: ReadConfig, key: string): string | undefined {
  const address = get(key)?.trim();
  if (address === undefined || address === "" || parseProxy(address) !== undefined) return address;
  throw new SesError("config-invalid", `The stack config ${key} is no address of an http or https proxy.`, {
    hint: "Write it like http://proxy.example.com:3128, with a user and a password percent-encoded.",
  });
}

function flagIn(get: ReadConfig, key: string): boolean | undefined {
  const text = get(key)?.trim();
  if (text === undefined || text === "") return undefined;
  if (text === "true" || text === "false") return text === "true";
  throw new SesError("config-invalid", `The stack config ${key} is neither true nor false.`, {
    hint: `See: pulumi config get ${key}`,
  });
}

/** As the SDK names them. What is left out here it takes from AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT or the profile. */
export function endpointOptions({ useFipsEndpoint, useDualstackEndpoint }: NetworkSettings): {
  readonly useFipsEndpoint?: boolean;
  readonly useDualstackEndpoint?: boolean;
} {
  return {
    ...(useFipsEndpoint === undefined ? {} : { useFipsEndpoint }),
    ...(useDualstackEndpoint === undefined ? {} : { useDualstackEndpoint }),
  };
}

/**
 * How requests to AWS leave this machine: stack config before the environment, and the CA bundle of the profile last. A proxy
 * for http serves https too where only it is set in stack config, as with Pulumi's AWS provider. Throws `SesError`
 * `config-invalid` for a bundle that is none.
 */
export function networkOf(settings: Settings, profile: string | undefined, env: Env): Network {
  return { proxies: proxiesOf(settings.network, env), ca: bundleOf(settings, profile, env) };
}

function proxiesOf({ httpProxy, httpsProxy, noProxy }: NetworkSettings, env: Env): Proxies {
  const there = environmentProxies(env);
  const http = httpProxy === undefined ? undefined : { address: httpProxy, source: "aws:httpProxy" };
  const https = httpsProxy === undefined ? undefined : { address: httpsProxy, source: "aws:httpsProxy" };
  return { http: http ?? there.http, https: https ?? there.https ?? http, no: noProxy ?? there.no };
}

function bundleOf(settings: Settings, profile: string | undefined, env: Env): string | undefined {
  const name = profile ?? (env.AWS_PROFILE || "default");
  const named: readonly (readonly [source: string, path: string | undefined])[] = [
    ["aws:customCaBundle", settings.network.customCaBundle],
    ["AWS_CA_BUNDLE", env.AWS_CA_BUNDLE || undefined],
    [`ca_bundle of profile ${shown(name)}`, readSharedFiles(settings, env).profiles.get(name)?.ca_bundle],
  ];
  for (const [source, path] of named) if (path !== undefined) return readBundle(source, path);
  return undefined;
}

function readBundle(source: string, path: string): string {
  const text = readText(path);
  if (typeof text !== "string") {
    const why = text.state === "missing" ? "which is not there" : "which could not be read";
    throw new SesError("config-invalid", `${source} names ${quoted(path, 200)}, ${why}.`, {
      hint: "It is the path of a PEM file with the certificates of the CAs that are trusted for AWS.",
    });
  }
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length > 0 && certificates.every(isCertificate)) return certificates.join("\n");
  throw new SesError(
    "config-invalid",
    `${source} names ${quoted(path, 200)}, which ${certificates.length === 0 ? "holds no certificate" : "holds a certificate that does not parse"}.`,
    { hint: "A CA bundle is a PEM file: -----BEGIN CERTIFICATE----- and so on, one certificate after another." },
  );
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
