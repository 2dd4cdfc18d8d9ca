import type { AuthorityOptions } from "../authority/authority";
import type { Aws } from "../aws/aws";
import { silentLog } from "../core/ctx";
import type { Clients } from "../lifecycle/observation/clients";
import { type AddressSubject, checkUpAddress } from "./address/checkup";
import { type CheckupPorts, checkUp } from "./checkup";
import type { Looked } from "./json";
import { INVESTIGATED_AT_MOST, inTurns, type LookPorts, within } from "./looks";
import { openSendingPorts } from "./sending/ask";
import { askStatus, domainsByPort } from "./status-board";
import type { Subject } from "./subject";
import { USERS_AT_MOST } from "./users";

/** What is to be looked at. */
export type Given = { readonly domain: Subject } | { readonly address: AddressSubject };
type Examined = { readonly domain: Looked["domains"][number] } | { readonly address: Looked["addresses"][number] };

/** AWS and DNS as they are reached; `dnsCheck`: how DNS is read where the caller leaves it out. */
export interface Reached {
  readonly clients: Clients;
  readonly aws: Aws;
  readonly dnsCheck: (options: AuthorityOptions) => AuthorityOptions;
}

/** What all looks of one run share. */
export function openCheckup(given: readonly Given[], { clients, aws }: Reached, ports: LookPorts): CheckupPorts {
  const subjects = given.flatMap((one) => ("domain" in one ? [one.domain] : []));
  const shared = { clock: ports.clock, log: silentLog, signal: ports.signal };
  const together =
    given.length > USERS_AT_MOST
      ? { domains: domainsByPort(subjects, clients), deepAtMost: INVESTIGATED_AT_MOST, shared }
      : undefined;
  return {
    clients,
    aws,
    status: askStatus,
    depthBudget: { left: INVESTIGATED_AT_MOST },
    users: given.length <= USERS_AT_MOST,
    sending: openSendingPorts(together),
  };
}

/** Looks at each of them once, for `timeoutMs` at most. Reads only. */
export async function lookAtAll(
  given: readonly Given[],
  own: CheckupPorts,
  timeoutMs: number,
  ports: LookPorts,
): Promise<Looked> {
  const looked = await inTurns(
    given,
    (one): Promise<Examined> =>
      within(timeoutMs, ports, async (ctx) =>
        "domain" in one
          ? { domain: { subject: one.domain, report: await checkUp(one.domain, own, "full", ctx) } }
          : {
              address: {
                subject: one.address,
                report: await checkUpAddress(one.address, own.clients, { fresh: true, users: own.users }, ctx),
              },
            },
      ),
  );
  return {
    domains: looked.flatMap((one) => ("domain" in one ? [one.domain] : [])),
    addresses: looked.flatMap((one) => ("address" in one ? [one.address] : [])),
    skipped: [],
  };
}
