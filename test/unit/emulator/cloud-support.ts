import type { Ground } from "../../../emulator/ground";
import type { AwsCredentials } from "../../../emulator/http/accounts";
import { type Cloud, type CloudOptions, openCloud } from "../../../emulator/http/cloud";
import { openGround } from "../../../emulator/open-ground";

export interface TestCloud extends Cloud {
  readonly ground: Ground;
  /** What any AWS client takes; one try, so that a refusal is seen. */
  client(accountId?: string, region?: string): ClientOptions;
}

interface ClientOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  readonly maxAttempts: number;
}

export const HOUR = 3_600_000;

/** A whole emulated cloud on a clock that stands still until it is turned. */
export async function openTestCloud(options: CloudOptions = {}): Promise<TestCloud> {
  const ground = await openGround({ clock: { mode: "manual" } });
  const cloud = await openCloud(ground, { rateLimits: false, ...options });
  const closeCloud = cloud.close;
  return Object.assign(cloud, {
    ground,
    client: (accountId?: string, region = "us-east-1") => ({
      endpoint: cloud.url,
      region,
      credentials: cloud.credentials(accountId),
      maxAttempts: 1,
    }),
    async close() {
      await closeCloud();
      await ground.close();
    },
  });
}
