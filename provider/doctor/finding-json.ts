import type { Finding } from "../diagnosis/finding";
import { pageAddress } from "./page-address";

/** One finding as `--json` prints it (docs/doctor.md). */
export function findingJson({ code, severity, identities, seen, why, fix, records, command }: Finding) {
  return {
    code,
    severity,
    identities: [...identities],
    seen,
    why,
    fix,
    records: records?.map((one) => ({ ...one })),
    command,
    page: pageAddress(code),
  };
}
