import type { SesModel } from "../ses/model";
import { refuseKeys, refuseTags, type Tag, type Tags } from "../ses/tags";
import { queryOf } from "./message";
import type { Call } from "./service";
import { identityArn } from "./ses-names";
import { type AskedTag, bodyOf, tagBody } from "./ses-v2-bodies";
import { bad, identityOf, missing, notFound, operationOf, type Route, refuse, reply, scopeOf } from "./ses-v2-route";

export const writeTags = (tags: Tags) => [...tags].map(([Key, Value]) => ({ Key, Value }));

/** A tag without a value has the empty one; one without a key is refused. */
export function askedTags(tags: readonly AskedTag[]): readonly Tag[] {
  return tags.map(({ Key: key, Value: value = "" }, index) => {
    if (key === undefined) throw missing(`Tags.${index + 1}.Key`);
    return { key, value };
  });
}

export function tagsOf(model: SesModel, name: string, call: Call, at?: number): Tags {
  return model.tags(scopeOf(call), name, at) ?? new Map();
}

export function addTags(model: SesModel, name: string, tags: readonly Tag[], call: Call): void {
  const added = tags.map(({ key, value }) => [key, value] as const);
  model.setTags(scopeOf(call), name, new Map([...tagsOf(model, name, call), ...added]));
}

/** TagResource, UntagResource and ListTagsForResource, of identities. */
export function tagRoutes(model: SesModel): readonly Route[] {
  /** The name of an identity of this account and region, by its ARN. */
  const nameOf = (arn: string | undefined, call: Call): string => {
    if (arn === undefined || arn === "") throw missing("ResourceArn");
    const prefix = identityArn(call.caller, call.region, "");
    if (!/^arn:[\w-]+:ses:/.test(arn)) throw bad(`Invalid resource ARN: ${arn}`);
    if (!arn.startsWith(prefix)) throw notFound(`Resource ${arn} does not exist.`);
    return identityOf(model, arn.slice(prefix.length), call).name;
  };
  return [
    {
      method: "GET",
      path: ["tags"],
      operation(call) {
        const arn = queryOf(call.request, "ResourceArn");
        return operationOf("ListTagsForResource", arn ?? "*", ({ tagsAt }) =>
          reply({ Tags: writeTags(tagsOf(model, nameOf(arn, call), call, tagsAt)) }),
        );
      },
    },
    {
      method: "POST",
      path: ["tags"],
      operation(call) {
        const { ResourceArn: arn, Tags } = bodyOf(tagBody, call);
        return operationOf("TagResource", arn ?? "*", () => {
          if (Tags === undefined) throw missing("Tags");
          const tags = askedTags(Tags);
          const identity = nameOf(arn, call);
          refuse(refuseTags(tagsOf(model, identity, call), tags));
          addTags(model, identity, tags, call);
          return reply({});
        });
      },
    },
    {
      method: "DELETE",
      path: ["tags"],
      operation(call) {
        const arn = queryOf(call.request, "ResourceArn");
        return operationOf("UntagResource", arn ?? "*", () => {
          const keys = call.request.query.filter(([name]) => name === "TagKeys").map(([, key]) => key);
          if (keys.length === 0) throw missing("TagKeys");
          refuse(refuseKeys(keys));
          const identity = nameOf(arn, call);
          const left = [...tagsOf(model, identity, call)].filter(([key]) => !keys.includes(key));
          model.setTags(scopeOf(call), identity, new Map(left));
          return reply({});
        });
      },
    },
  ];
}
