import type { Ctx } from "../../core/ctx";
import { findIdentities, markStateOf, namedIn, notImported } from "../identity/find";
import { readAddressId } from "../identity/import-id";
import type { Adopted, Caller, Ports } from "../lifecycle";
import type { AddressState, AddressVerification } from "./state";

/**
 * Reads an address that SES has already, for an import. Reads only: no mail is sent. Undefined where SES has it in none of the
 * regions. Throws `SesDomainError`: `import-id-invalid`, and what keeps an identity from being learned.
 */
export async function adoptAddress(
  id: string,
  caller: Caller,
  ports: Ports,
  ctx: Ctx,
): Promise<Adopted<AddressState> | undefined> {
  const wanted = readAddressId(id);
  const address = wanted.subject;
  try {
    const found = await findIdentities(wanted, ports, caller, ctx);
    if (found.length === 0) return undefined;
    const verified = found.every(({ status }) => status === "Success");
    const identities = namedIn(wanted, found);
    for (const { arn } of found) caller.hold(arn);
    return {
      inputs: { address, ...(identities && { identities }) },
      state: {
        ...markStateOf(found),
        address,
        identities: found.map(({ spec }) => spec),
        verifications: found.map(
          ({ spec, account, arn, status, adopted }): AddressVerification => ({
            name: spec.name,
            region: spec.region,
            accountId: account.id,
            identityArn: arn,
            status,
            adopted,
          }),
        ),
        verified,
        verifiedAt: verified ? new Date(ctx.clock.now()).toISOString() : undefined,
      },
    };
  } catch (error) {
    throw notImported(error, address);
  }
}
