import type { SesModel } from "../ses/model";
import { AwsError } from "./errors";
import type { Call } from "./service";
import { configurationSetArn, scopeOf } from "./ses-names";
import { bodyOf, createSetBody, listSetsBody, optionIn } from "./ses-v2-bodies";
import { bad, missing, notFound, operationOf, pageOf, type Route, reply } from "./ses-v2-route";
import { askedTags, writeTags } from "./ses-v2-tags";

const MOST_SETS = 1000;

/** Configuration sets as names with tags. What they would configure is refused. */
export function configurationSetRoutes({ configurationSets }: SesModel): readonly Route[] {
  const arn = ({ caller, region }: Call, name: string) => configurationSetArn(caller, region, name);
  const take = (call: Call, name: string) => {
    const found = configurationSets.find(scopeOf(call), name);
    if (!found) throw notFound(`Configuration set <${name}> does not exist.`);
    return found;
  };

  return [
    {
      method: "POST",
      path: ["configuration-sets"],
      operation(call) {
        const body = bodyOf(createSetBody, call);
        const { ConfigurationSetName: name, Tags = [] } = body;
        return operationOf("CreateConfigurationSet", name === undefined ? "*" : arn(call, name), () => {
          if (name === undefined) throw missing("ConfigurationSetName");
          const option = optionIn(body);
          if (option !== undefined) throw bad(`The emulator keeps the names of configuration sets, not ${option}.`);
          const refusal = configurationSets.create(scopeOf(call), name, askedTags(Tags));
          if (refusal === "exists")
            throw new AwsError("AlreadyExistsException", `Configuration set <${name}> already exists.`, 400);
          if (refusal !== undefined) throw bad(refusal.message);
          return reply({});
        });
      },
    },
    {
      method: "POST",
      path: ["list-configuration-sets"],
      operation: (call) =>
        operationOf("ListConfigurationSets", "*", () => {
          const asked = bodyOf(listSetsBody, call);
          if (asked.Filter !== undefined) throw bad("The emulator does not filter configuration sets.");
          const { page, next } = pageOf(configurationSets.list(scopeOf(call)), asked, MOST_SETS);
          return reply({ ConfigurationSets: page.map(({ name }) => name), ...next });
        }),
    },
    {
      method: "GET",
      path: ["configuration-sets", "*"],
      operation: (call, [name = ""]) =>
        operationOf("GetConfigurationSet", arn(call, name), () => {
          const set = take(call, name);
          return reply({ ConfigurationSetName: set.name, Tags: writeTags(set.tags) });
        }),
    },
    {
      method: "DELETE",
      path: ["configuration-sets", "*"],
      operation: (call, [name = ""]) =>
        operationOf("DeleteConfigurationSet", arn(call, name), () => {
          configurationSets.remove(scopeOf(call), take(call, name).name);
          return reply({});
        }),
    },
  ];
}
