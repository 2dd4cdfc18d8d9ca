import assert from "node:assert/strict";
import type { Output } from "@pulumi/pulumi";
import type { Adoption } from "../../../provider/lifecycle/arguments/types";
import { AwsDomainIdentity, TxtRecord } from "./aws-resources";
import { statusesOf, US } from "./ownership";
import { DomainIdentity } from "./resources";
import type { EngineRun, EngineStack } from "./stack";
import { DOMAIN, declare, type EngineWorld, NAME, OTHER_TEAM, succeeded } from "./world";

/** `blocks`: a DomainIdentity, and its record by another provider. */
type Kind = "aws" | "blocks" | "ours" | "both";
type Declared = "nothing" | Kind | `${Kind}, retained`;

/** A program that declares the domain with other resources at first, and with a VerifiedDomain later. */
export interface MovingProgram {
  readonly stack: EngineStack;
  /** Changes the program, and runs `up`. */
  becomes(declared: Declared): Promise<EngineRun>;
  previewOf(declared: Declared): Promise<EngineRun>;
}

export async function openMovingProgram(world: EngineWorld, adopt: Adoption): Promise<MovingProgram> {
  let declared: Declared = "nothing";
  const stack = await world.open({
    async program() {
      const kind = declared.split(",")[0];
      if (kind === "nothing") return;
      const retainOnDelete = declared.endsWith("retained");
      const record = (values: Output<string[]>) =>
        new TxtRecord("record", { zoneId: world.zoneId, name: NAME, ttl: 1800, values }, { retainOnDelete });
      if (kind === "ours") return void declare("mail", { regions: [US], adopt }, { retainOnDelete });
      if (kind === "blocks") {
        const { verifications } = new DomainIdentity("mail", { domain: DOMAIN, identities: [{ region: US }] });
        return void record(verifications.apply((all) => [OTHER_TEAM, ...all.map(({ token }) => token)]));
      }
      const identity = new AwsDomainIdentity("identity", { domain: DOMAIN, region: US }, { retainOnDelete });
      const last = record(identity.verificationToken.apply((token) => [OTHER_TEAM, token]));
      if (kind === "both") declare("mail", { regions: [US], adopt }, { dependsOn: [identity, last] });
    },
  });
  return {
    stack,
    async becomes(next) {
      declared = next;
      return succeeded(await stack.up());
    },
    async previewOf(next) {
      declared = next;
      return succeeded(await stack.preview());
    },
  };
}

/** SES looks, and has verified what the program declares. */
export async function verified(world: EngineWorld): Promise<void> {
  await world.emulator.cloud.ses.checkNow();
  assert.deepEqual(statusesOf(world), { [US]: "Success" });
}
