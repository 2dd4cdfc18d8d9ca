import type { SesModel } from "../ses/model";
import { scopeOf } from "./ses-names";
import { bodyOf, recommendationsBody } from "./ses-v2-bodies";
import { bad, oneOf, operationOf, type Route, reply } from "./ses-v2-route";

const MOST_RECOMMENDATIONS = 100;
const FILTERS = ["TYPE", "IMPACT", "STATUS", "RESOURCE_ARN"] as const;

/** GetAccount, and ListRecommendations, which has none: the emulator has no Virtual Deliverability Manager. */
export function accountRoutes({ accounts }: SesModel): readonly Route[] {
  return [
    {
      method: "GET",
      path: ["account"],
      operation: (call) =>
        operationOf("GetAccount", "*", () => {
          const { productionAccess, sendingEnabled } = accounts.of(scopeOf(call));
          return reply({
            DedicatedIpAutoWarmupEnabled: false,
            EnforcementStatus: "HEALTHY",
            ProductionAccessEnabled: productionAccess,
            SendQuota: productionAccess
              ? { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 0 }
              : { Max24HourSend: 200, MaxSendRate: 1, SentLast24Hours: 0 },
            SendingEnabled: sendingEnabled,
            SuppressionAttributes: { SuppressedReasons: ["BOUNCE", "COMPLAINT"] },
          });
        }),
    },
    {
      method: "POST",
      path: ["vdm", "recommendations"],
      operation: (call) =>
        operationOf("ListRecommendations", "*", () => {
          const { PageSize: size, NextToken: mark, Filter: filter } = bodyOf(recommendationsBody, call);
          if (size !== undefined && !(Number.isInteger(size) && size >= 1 && size <= MOST_RECOMMENDATIONS))
            throw bad(`PageSize must be between 1 and ${MOST_RECOMMENDATIONS}.`);
          if (mark !== undefined) throw bad("Invalid NextToken.");
          const keys = Object.keys(filter ?? {});
          if (filter !== undefined && (keys.length < 1 || keys.length > 2)) throw bad("Filter has one or two entries.");
          for (const key of keys) oneOf(key, FILTERS, "Filter");
          return reply({ Recommendations: [] });
        }),
    },
  ];
}
