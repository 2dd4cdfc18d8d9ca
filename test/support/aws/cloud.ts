import type { Ground } from "../../../emulator/ground";
import { type Cloud, type CloudOptions, openCloud } from "../../../emulator/http/cloud";
import { type GroundOptions, openGround } from "../../../emulator/open-ground";
import { type Aws, openAws } from "../../../provider/aws/aws";
import type { Clock } from "../../../provider/core/clock";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import { openRateLimiters, type RateLimiters } from "../../../provider/core/queues";

export interface AwsCloud extends Cloud {
  readonly ground: Ground;
  /** A sleep on it turns the cloud's own clock: waiting costs no real time, and limits still hold. */
  readonly clock: Clock;
  ctx(more?: Partial<Ctx>): Ctx;
  /** AWS as a stack with this config reaches the cloud. Default: with the first account's keys, in us-east-1. */
  aws(config?: Readonly<Record<string, string>>): Aws;
  /** Requests so far, by `service:action`. */
  counts(): Readonly<Record<string, number>>;
}

/** An emulated AWS for tests of what speaks to AWS. */
export async function openAwsCloud(options: CloudOptions = {}, ground: GroundOptions = {}): Promise<AwsCloud> {
  const base = await openGround({ clock: { mode: "manual" }, ...ground });
  const cloud = await openCloud(base, options);
  const under = { way: 0 };
  const clock: Clock = {
    now: base.clock.now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      // What is on its way has set out before this time passed.
      do await new Promise((resolve) => setImmediate(resolve));
      while (under.way > 0);
      await base.clock.advance(ms);
      signal?.throwIfAborted();
    },
  };
  const closeCloud = cloud.close;
  return Object.assign(cloud, {
    ground: base,
    clock,
    ctx: (more: Partial<Ctx> = {}) => ({ clock, log: silentLog, signal: new AbortController().signal, ...more }),
    aws: (config: Readonly<Record<string, string>> = {}) => {
      const all = { ...awsConfig(cloud), ...config };
      return openAws({
        get: (key) => all[key as keyof typeof all],
        env: {},
        limiters: watched(openRateLimiters(), under),
      });
    },
    counts: () => base.requests.counts().http,
    async close() {
      await closeCloud();
      await base.close();
    },
  });
}

/** Counts the calls that have begun and not ended. */
function watched(limiters: RateLimiters, under: { way: number }): RateLimiters {
  return {
    for(key, limits) {
      const limiter = limiters.for(key, limits);
      return {
        get spacingMs() {
          return limiter.spacingMs;
        },
        hold: (ms, ctx) => limiter.hold(ms, ctx),
        async turn(ctx) {
          const turn = await limiter.turn(ctx);
          under.way += 1;
          return {
            done(outcome) {
              under.way -= 1;
              turn.done(outcome);
            },
          };
        },
      };
    },
  };
}

/** Stack config that leads to the cloud. */
export function awsConfig(cloud: Cloud, accountId?: string): Record<string, string> {
  const { accessKeyId, secretAccessKey } = cloud.credentials(accountId);
  const { url } = cloud;
  return {
    "aws:region": "us-east-1",
    "aws:accessKey": accessKeyId,
    "aws:secretKey": secretAccessKey,
    "aws:endpoints": JSON.stringify([{ ses: url, sesv2: url, route53: url, sts: url }]),
  };
}
