import type { SesModel } from "../ses/model";
import { refuseKeys, refuseTags, type Tag, type Tags } from "../ses/tags";
import { queryOf } from "./message";
import type { Call } from "./service";
import { configurationSetArn, identityArn, scopeOf } from "./ses-names";
import { type AskedTag, bodyOf, tagBody } from "./ses-v2-bodies";
import { bad, identityOf, missing, notFound, operationOf, type Route, refuse, reply } from "./ses-v2-route";

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

/** A tag of a key that is there already takes its place. */
export function withTags(present: Tags, tags: readonly Tag[]): Tags {
  return new Map([...present, ...tags.map(({ key, value }) => [key, value] as const)]);
}

/** What an ARN names that has tags. */
interface Tagged {
  /** Of an identity also as they were at a moment of the emulator's clock. */
  read(at?: number): Tags;
  write(tags: Tags): void;
}

/** TagResource, UntagResource and ListTagsForResource, of identities and configuration sets. */
export function tagRoutes(model: SesModel): readonly Route[] {
  /** Throws `AwsError` NotFoundException for what is not in this account and region. */
  const taggedBy = (arn: string | undefined, call: Call): Tagged => {
    if (arn === undefined || arn === "") throw missing("ResourceArn");
    if (!/^arn:[\w-]+:ses:/.test(arn)) throw bad(`Invalid resource ARN: ${arn}`);
    const { caller, region } = call;
    const below = (prefix: string) => (arn.startsWith(prefix) ? arn.slice(prefix.length) : undefined);
    const scope = scopeOf(call);
    const set = below(configurationSetArn(caller, region, ""));
    if (set !== undefined && model.configurationSets.find(scope, set))
      return {
        read: () => model.configurationSets.find(scope, set)?.tags ?? new Map(),
        write: (tags) => model.configurationSets.setTags(scope, set, tags),
      };
    const identity = below(identityArn(caller, region, ""));
    if (identity === undefined) throw notFound(`Resource ${arn} does not exist.`);
    const { name } = identityOf(model, identity, call);
    return {
      read: (at) => tagsOf(model, name, call, at),
      write: (tags) => model.setTags(scope, name, tags),
    };
  };
  return [
    {
      method: "GET",
      path: ["tags"],
      operation(call) {
        const arn = queryOf(call.request, "ResourceArn");
        return operationOf("ListTagsForResource", arn ?? "*", ({ tagsAt }) =>
          reply({ Tags: writeTags(taggedBy(arn, call).read(tagsAt)) }),
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
          const tagged = taggedBy(arn, call);
          refuse(refuseTags(tagged.read(), tags));
          tagged.write(withTags(tagged.read(), tags));
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
          const tagged = taggedBy(arn, call);
          tagged.write(new Map([...tagged.read()].filter(([key]) => !keys.includes(key))));
          return reply({});
        });
      },
    },
  ];
}
