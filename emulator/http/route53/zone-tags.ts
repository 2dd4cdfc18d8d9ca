import type { Zone } from "../../zones";
import { AwsError } from "../errors";
import type { Call, Operation } from "../service";
import { childOf, childrenOf, textOf, type XmlElement, type XmlFields } from "../xml";
import { bodyOf, refuseOthers, xmlReply } from "./documents";

const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
const MOST_TAGS = 50;

type ZoneTags = ReadonlyMap<string, string>;

const tagsOf = ({ notes }: Zone): ZoneTags => (notes.tags instanceof Map ? notes.tags : new Map());

/** A `ResourceTagSet` (API_ListTagsForResource). */
function writeTagSet(zone: Zone): XmlFields {
  const tags = [...tagsOf(zone)].map(([Key, Value]) => ({ Key, Value }));
  return { ResourceType: "hostedzone", ResourceId: zone.id, Tags: { Tag: tags } };
}

/** API_ChangeTagsForResource. Throws `AwsError` InvalidInput, and then changes nothing. */
function changeTags(zone: Zone, request: XmlElement): void {
  refuseOthers(request, "a ChangeTagsForResourceRequest", ["AddTags", "RemoveTagKeys"]);
  const added = childrenOf(childOf(request, "AddTags"), "Tag").map((tag) => {
    const key = textOf(tag, "Key") ?? "";
    const value = textOf(tag, "Value") ?? "";
    if (key === "" || key.length > LONGEST_KEY || value.length > LONGEST_VALUE || /^aws:/i.test(key))
      throw new AwsError("InvalidInput", `Invalid tag: ${key}`);
    return [key, value] as const;
  });
  const removed = childrenOf(childOf(request, "RemoveTagKeys"), "Key").map(({ text }) => text);
  if (added.length + removed.length === 0) throw new AwsError("InvalidInput", "Neither AddTags nor RemoveTagKeys");
  const tags = new Map([...tagsOf(zone), ...added]);
  for (const key of removed) tags.delete(key);
  if (tags.size > MOST_TAGS) throw new AwsError("InvalidInput", `A hosted zone has at most ${MOST_TAGS} tags`);
  zone.notes.tags = tags;
}

/**
 * ListTagsForResource, ListTagsForResources and ChangeTagsForResource, by the segments `type` and `id` of their path;
 * `undefined` for another request. Health checks there are none.
 */
export function tagOperation(
  type: string,
  id: string | undefined,
  call: Call,
  zoneOf: (id: string) => Zone,
): Operation | undefined {
  const on = (action: string, fields: () => XmlFields): Operation => ({
    action,
    permission: `route53:${action}`,
    resource: `arn:${call.caller.partition}:route53:::${type}/${id ?? "*"}`,
    run: () => {
      if (type === "healthcheck") throw new AwsError("NoSuchHealthCheck", `No health check found with ID: ${id}`, 404);
      if (type !== "hostedzone") throw new AwsError("InvalidInput", `Invalid ResourceType: ${type}`);
      return xmlReply(`${action}Response`, fields());
    },
  });
  switch (`${call.request.method}${id === undefined ? "" : " ID"}`) {
    case "GET ID":
      return on("ListTagsForResource", () => ({ ResourceTagSet: writeTagSet(zoneOf(id ?? "")) }));
    case "POST ID":
      return on("ChangeTagsForResource", () => {
        changeTags(zoneOf(id ?? ""), bodyOf(call, "ChangeTagsForResourceRequest"));
        return {};
      });
    case "POST":
      return on("ListTagsForResources", () => {
        const ids = childrenOf(childOf(bodyOf(call, "ListTagsForResourcesRequest"), "ResourceIds"), "ResourceId");
        return { ResourceTagSets: { ResourceTagSet: ids.map(({ text }) => writeTagSet(zoneOf(text.trim()))) } };
      });
    default:
      return undefined;
  }
}
