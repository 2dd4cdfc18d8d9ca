import { createHash } from "node:crypto";
import { openRateLimiters, type RateLimiters } from "../core/queues";
import type { Reader } from "./hints";
import { type Env, resolveRegion } from "./region";
import { AWS_BOUNDS, type AwsBounds, openSession } from "./session";
import type { AwsSession, SessionOptions } from "./session-types";
import { type AwsSettings, type ReadConfig, readSettings } from "./settings";

export interface AwsConfig {
  /** Stack config by full key. */
  readonly get: ReadConfig;
  /** Default: `process.env`. What the SDK reads by itself it reads from there. */
  readonly env?: Env;
  /** One for the process; default: new ones. */
  readonly limiters?: RateLimiters;
  readonly bounds?: AwsBounds;
  /** Where its faults are read; default: at a program, whose settings the hints then name. */
  readonly reader?: Reader;
}

/** AWS as one stack's settings and this machine's environment reach it. One a process, so that its limits hold. */
export interface Aws {
  readonly settings: AwsSettings;
  /** The region by the order of Pulumi's AWS provider; `undefined` where none is set. */
  regionOf(options?: SessionOptions): string | undefined;
  /** The same wish gives the same session. Throws `SesError` `credentials-missing` for a set of credentials that has no such name. */
  session(options?: SessionOptions): AwsSession;
}

/** Throws `SesError` `config-invalid`. Nothing is read from files or the network, and no SDK is loaded, before first use. */
export function openAws({
  get,
  env = process.env,
  limiters = openRateLimiters(),
  bounds = AWS_BOUNDS,
  reader = "program",
}: AwsConfig): Aws {
  // Set before the first client exists: the SDK prints its warning on the version of Node then, into the display of `up`.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const settings = readSettings(get);
  const sessions = new Map<string, AwsSession>();
  const regionOf = (options: SessionOptions = {}) => resolveRegion(options, settings, env);
  return {
    settings,
    regionOf,
    session(options = {}) {
      const region = regionOf(options);
      const { profile, roleArn, externalId, credentials, accountId } = options;
      const whole = JSON.stringify([region, profile, roleArn, externalId, credentials, accountId]);
      const known = sessions.get(whole);
      if (known !== undefined) return known;
      const key = createHash("sha256").update(whole).digest("hex").slice(0, 16);
      const fresh = openSession({ key, region, options, settings, env, limiters, bounds, reader });
      sessions.set(whole, fresh);
      return fresh;
    },
  };
}
