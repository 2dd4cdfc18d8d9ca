import type { Ctx } from "../../core/ctx";
import type { DnsBackend } from "../../dns/backend";
import { keyText } from "../../dns/record";
import { type Requirement, sameRecord } from "../../dns/requirement";
import type { Step } from "../lifecycle";
import { blockedAt } from "./conflicts";

interface Due {
  readonly hosts: readonly DnsBackend[];
  /** Of the plan. */
  readonly steps: readonly Step[];
  /** What was looked for. */
  readonly expected: readonly Requirement[];
  /** What an earlier run wrote, and takes away itself. */
  readonly former: readonly Requirement[];
}

/** A conflict for each record that is gone and that a host would refuse, for what others have at its name now. Reads only. */
export async function refusedSteps(
  { hosts, steps, expected, former }: Due,
  ctx: Ctx,
): Promise<readonly Extract<Step, { step: "conflict" }>[]> {
  const isAt = ({ record }: Requirement, kind: Step["step"]) =>
    steps.some((one) => one.step === kind && "type" in one && one.name === record.name && one.type === record.type);
  const isOwn = (one: Requirement) =>
    former.some((each) => keyText(each.record) === keyText(one.record) && !sameRecord(each, one));
  const due = expected.filter((one) => isAt(one, "publish") && !isAt(one, "conflict") && !isOwn(one));
  const { blocked } = await blockedAt(hosts, due, ctx);
  return blocked.map(({ requirement: { owner, record } }) => ({
    step: "conflict",
    identity: owner.identity,
    name: record.name,
    type: record.type,
  }));
}
