import { AwsError } from "./errors";
import { segmentsOf } from "./message";
import type { AwsService, Call, Operation } from "./service";
import { accountRoutes } from "./ses-v2-account";
import { attributeRoutes } from "./ses-v2-attributes";
import { configurationSetRoutes } from "./ses-v2-configuration-sets";
import { dkimRoutes } from "./ses-v2-dkim";
import { identityRoutes } from "./ses-v2-identities";
import type { Route, SesV2Context } from "./ses-v2-route";
import { tagRoutes } from "./ses-v2-tags";

/** Amazon SES's API v2 (version 2019-09-27), as far as identities, their DKIM, MAIL FROM and tags go. */
export function openSesV2(context: SesV2Context): AwsService {
  const routes: readonly Route[] = [
    ...identityRoutes(context),
    ...dkimRoutes(context),
    ...attributeRoutes(context),
    ...configurationSetRoutes(context.model),
    ...tagRoutes(context.model),
    ...accountRoutes(context.model),
  ];

  const operation = (call: Call): Operation => {
    const { method, path } = call.request;
    const segments = segmentsOf(path);
    const [version, email, ...rest] = segments;
    for (const route of version === "v2" && email === "email" ? routes : []) {
      if (route.method !== method) continue;
      const names = namesIn(route.path, rest);
      if (names !== undefined) return route.operation(call, names);
    }
    throw new AwsError("UnknownOperationException", `The emulator's SES has no ${method} ${path}`, 404);
  };

  return {
    name: "sesv2",
    dialect: { kind: "json" },
    accepts: ({ path }, signedFor) => (signedFor ?? "ses") === "ses" && path.startsWith("/v2/email/"),
    limit: ({ caller, region }, { action }) => ({
      key: `${caller.accountId}/${region}/${action}`,
      rate: { perSecond: 1, burst: 1 },
    }),
    operation,
  };
}

/** The segments that fill a route's places; `undefined` where it is another route. */
function namesIn(path: readonly string[], segments: readonly string[]): readonly string[] | undefined {
  if (path.length !== segments.length) return undefined;
  const names: string[] = [];
  for (const [index, part] of path.entries()) {
    const segment = segments[index] ?? "";
    if (part === "*" && segment !== "") names.push(segment);
    else if (part !== segment) return undefined;
  }
  return names;
}
