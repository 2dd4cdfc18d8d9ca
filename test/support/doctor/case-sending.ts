import type { Emulator } from "../../../emulator";
import { openAuthority } from "../../../provider/authority/open";
import type { Clock } from "../../../provider/core/clock";
import { silentLog } from "../../../provider/core/ctx";
import { child, fqdn } from "../../../provider/core/fqdn";
import { diagnose } from "../../../provider/diagnosis/diagnose";
import { parsePresentation } from "../../../provider/dns/record";
import { type Requirement, required } from "../../../provider/dns/requirement";
import { lookAtSending } from "../../../provider/lifecycle/observation/sending";
import type { CaseSending, Told } from "./case-types";
import { countQuestions } from "./question-count";

/** What is said of the records of DKIM and MAIL FROM, from what the case's servers answer. */
export async function diagnoseSending(
  domainText: string,
  sending: CaseSending,
  { emulator, clock }: { readonly emulator: Emulator; readonly clock: Clock },
): Promise<Told> {
  const domain = fqdn(domainText);
  const { dkim = [], mailFrom = [], held = [], withoutUnderscores = [] } = sending;
  const cname = (identity: string, token: string, zone: string) =>
    required(
      { type: "CNAME", name: child(token, child("_domainkey", domain)), ttl: 300, target: child(token, fqdn(zone)) },
      { identity, arn: undefined, purpose: "dkim" },
    );
  const expected = [
    ...dkim.flatMap(({ identity, tokens, zone }) => tokens.map((token) => cname(identity, token, zone))),
    ...mailFrom.map(({ identity, name, mx }) => mxOf(identity, name, mx)),
  ];
  const former = dkim.flatMap(({ identity, zone, former: tokens = [] }) =>
    tokens.map((token) => cname(identity, token, zone)),
  );
  const authority = openAuthority({
    mode: "authoritative",
    resolvers: [emulator.dns.resolver],
    port: emulator.dns.port,
  });
  const ctx = { clock, log: silentLog, signal: new AbortController().signal };
  const startedMs = performance.now();
  const { result, questions } = await countQuestions(() => lookAtSending(domain, expected, former, authority, ctx));
  const seconds = (performance.now() - startedMs) / 1_000;
  const findings = diagnose({
    domain,
    identities: [],
    expected,
    written: [],
    former,
    held,
    withoutUnderscores,
    ...result,
  });
  const isHealthy = findings.every(({ severity }) => severity === "note");
  return { subjects: [findings], exitCode: isHealthy ? 0 : 1, questions, seconds };
}

function mxOf(identity: string, name: string, mx: string): Requirement {
  const data = parsePresentation("MX", mx);
  if (data?.type !== "MX") throw new RangeError(`"${mx}" is no MX record`);
  return required({ ...data, name: fqdn(name), ttl: 300 }, { identity, arn: undefined, purpose: "mail-from" });
}
