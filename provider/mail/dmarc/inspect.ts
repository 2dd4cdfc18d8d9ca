import type { Fqdn } from "../../core/fqdn";
import type { MailFault } from "../fault";
import { type LookTxt, lookOnce } from "../seen";
import { type AlignmentVerdict, type Identifier, judgeAlignment } from "./alignment";
import { type DmarcDiscovery, discoverDmarc, openPolicyLooks } from "./discover";
import { dmarcFaults } from "./judge";
import { misplacedNames, misplacedRecords } from "./misplaced";
import { appliedRecords, type JudgedDestination, judgeDestinations, reportDestinations } from "./reports";

/** All that is known of DMARC for mail from one domain. */
export interface DmarcInspection {
  readonly discovery: DmarcDiscovery;
  readonly alignment: AlignmentVerdict;
  readonly destinations: readonly JudgedDestination[];
  readonly faults: readonly MailFault[];
}

/**
 * Finds and judges the policy for mail from a domain, its alignment and its report addresses. Asks the domain's own TXT records, too: a policy
 * record there is misplaced. Further places are asked where the domain has no record.
 */
export async function inspectDmarc(
  domain: Fqdn,
  identifiers: readonly Identifier[],
  look: LookTxt,
): Promise<DmarcInspection> {
  const once = lookOnce(look);
  const looks = openPolicyLooks(once);
  const discovery = await discoverDmarc(domain, looks);
  const [alignment, destinations, misplaced] = await Promise.all([
    judgeAlignment(discovery, identifiers, looks),
    reportDestinations(appliedRecords(discovery), looks).then((found) => judgeDestinations(found, once)),
    findMisplaced(discovery, once),
  ]);
  return { discovery, alignment, destinations, faults: dmarcFaults({ discovery, alignment, destinations, misplaced }) };
}

async function findMisplaced({ domain, own }: DmarcDiscovery, look: LookTxt): Promise<readonly MailFault[]> {
  const places = misplacedNames(domain).filter(({ reason }) => reason === "at-domain" || own.kind === "none");
  const found = await Promise.all(places.map(async (one) => misplacedRecords(domain, one, await look(one.name))));
  return found.flat();
}
