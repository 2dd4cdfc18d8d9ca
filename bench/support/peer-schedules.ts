import type { Dice } from "../../test/support/dice";

/** When a peer looks, in ms, as its source has it. Its time-out is left out: the schedule is taken to go on. */
interface PeerSchedule {
  readonly name: string;
  /** Before the first look. */
  readonly first: number;
  /** After the look of that number, counted from 1. */
  next(attempt: number, dice: Dice): number;
}

export const PEERS: readonly PeerSchedule[] = [
  {
    // hashicorp/terraform-provider-aws, internal/backoff/backoff.go: from 0.5 s, doubled up to 10 s. Asks SES.
    name: "terraform-provider-aws",
    first: 0,
    next: (attempt) => Math.min(10_000, 500 * 2 ** Math.min(attempt - 1, 10)),
  },
  {
    // go-acme/lego, providers/dns/route53/route53.go and challenge/dns01: 4 s before the first look and between two. Reads DNS.
    name: "lego (Route 53)",
    first: 4_000,
    next: () => 4_000,
  },
  {
    // cert-manager/cert-manager, DNS01CheckRetryPeriod: 10 s. Reads DNS.
    name: "cert-manager",
    first: 0,
    next: () => 10_000,
  },
  {
    // mooyoul/aws-cdk-ses-domain-identity, verifier.ts: the AWS SDK's waiter, from 2 s at random up to 30 s. Asks SES.
    name: "aws-cdk-ses-domain-identity",
    first: 0,
    next(attempt, dice) {
      if (attempt > Math.log2(30 / 2) + 1) return 30_000;
      const mostMs = Math.min(30_000, 2_000 * 2 ** (attempt - 1));
      return 2_000 + dice.below(mostMs - 2_000 + 1);
    },
  },
];
