import { shellQuoted } from "../../core/words";
import type { IdentityUsers } from "../../doctor/users";
import { USER_PREFIX } from "../../ses/register";
import type { Paint } from "./paint";
import { type Row, table } from "./table";

/** A line a user, and the command that removes one. Empty where there are none. Pure. */
export function renderUsers(
  all: readonly IdentityUsers[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const used = all.filter(({ users }) => users.length > 0);
  const rows = used.flatMap(({ name, made, users }) =>
    users.map(({ mark, state, label, inStack }): Row => {
      const stack = inStack === undefined ? "" : inStack ? ", this stack" : ", not in this stack's state";
      const fate = made ? "" : ", not made by pulumi-sesdomain";
      return [{ text: name }, { text: `${state} ${USER_PREFIX}${mark}` }, { text: `${label}${stack}${fate}` }];
    }),
  );
  if (rows.length === 0) return "";
  return [
    `${paint("strong", "Users")} (resources that use an identity; the last one that is destroyed removes it)`,
    ...table(rows, width, paint),
    "  To remove one whose stack is gone:",
    ...used.map(({ region, arn }) => `    ${removal(region, arn, `${USER_PREFIX}MARK`)}`),
  ].join("\n");
}

function removal(region: string, arn: string, key: string): string {
  return `aws sesv2 untag-resource --region ${region} --resource-arn ${shellQuoted(arn)} --tag-keys ${key}`;
}
