import type { RequestContext } from "../policy";
import { childOf, childrenOf, textOf, type XmlElement } from "../xml";
import type { AskedChange } from "./changes";
import { commentOf, refuseOthers } from "./documents";
import { writeName } from "./names";
import { readSet } from "./sets";

/** A `<ChangeResourceRecordSetsRequest>` as it was sent, not yet judged. */
interface AskedBatch {
  readonly changes: readonly AskedChange[];
  readonly comment: string | undefined;
}

export function readBatch(root: XmlElement): AskedBatch {
  refuseOthers(root, "a ChangeResourceRecordSetsRequest", ["ChangeBatch"]);
  const batch = childOf(root, "ChangeBatch");
  refuseOthers(batch, "a ChangeBatch", ["Comment", "Changes"]);
  const changes = childrenOf(childOf(batch, "Changes"), "Change").map((change) => {
    refuseOthers(change, "a Change", ["Action", "ResourceRecordSet"]);
    return {
      action: textOf(change, "Action")?.trim() ?? "",
      set: readSet(childOf(change, "ResourceRecordSet")),
    };
  });
  return { changes, comment: commentOf(batch) };
}

/** The condition keys of the action (Route 53 Developer Guide, "Using IAM policy conditions"); names without the final dot. */
export function contextOf({ changes }: AskedBatch): RequestContext {
  return {
    "route53:ChangeResourceRecordSetsActions": changes.map(({ action }) => action),
    "route53:ChangeResourceRecordSetsRecordTypes": changes.map(({ set }) => set.type),
    "route53:ChangeResourceRecordSetsNormalizedRecordNames": changes.map(({ set }) =>
      writeName(set.name).replace(/\.$/, ""),
    ),
  };
}
