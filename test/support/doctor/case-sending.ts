import type { Emulator } from "../../../emulator";
import { openAuthority } from "../../../provider/authority/open";
import type { Clock } from "../../../provider/core/clock";
import { silentLog } from "../../../provider/core/ctx";
import { child, fqdn } from "../../../provider/core/fqdn";
import { diagnose } from "../../../provider/diagnosis/diagnose";
import type { Observations } from "../../../provider/diagnosis/finding";
import { parsePresentation } from "../../../provider/dns/record";
import { type Requirement, required } from "../../../provider/dns/requirement";
import { lookAtSending } from "../../../provider/lifecycle/observation/sending";
import type { DmarcInspection } from "../../../provider/mail/dmarc/inspect";
import { judgeWish } from "../../../provider/mail/dmarc/wish";
import type { CaseSending, Told } from "./case-types";
import { countQuestions } from "./question-count";

/** What is said of the records of DKIM and MAIL FROM, from what the case's servers answer. */
export async function diagnoseSending(
  domainText: string,
  sending: CaseSending,
  { emulator, clock }: { readonly emulator: Emulator; readonly clock: Clock },
): Promise<Told> {
  const domain = fqdn(domainText);
  const { dkim = [], mailFrom = [], held = [], withoutUnderscores = [], dmarc = false, ses } = sending;
  const cname = (identity: string, token: string, zone: string) =>
    required(
      { type: "CNAME", name: child(token, child("_domainkey", domain)), ttl: 300, target: child(token, fqdn(zone)) },
      { identity, arn: undefined, purpose: "dkim" },
    );
  const expected = [
    ...dkim.flatMap(({ identity, tokens, zone }) => tokens.map((token) => cname(identity, token, zone))),
    ...mailFrom.map(({ identity, name, mx }) => mxOf(identity, name, mx)),
    ...mailFrom.flatMap(({ identity, name, spf }) => (spf === undefined ? [] : [spfOf(identity, name, spf)])),
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
  const { result, questions } = await countQuestions(() =>
    lookAtSending(domain, expected, former, authority, ctx, { dmarc: dmarc !== false }),
  );
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
    ...ses,
    ...weaker(dmarc, result.dmarc),
  });
  const isHealthy = findings.every(({ severity }) => severity === "note");
  return { subjects: [findings], exitCode: isHealthy ? 0 : 1, questions, seconds };
}

/** What the lifecycle says of a value that would weaken the policy. */
function weaker(wish: string | boolean, dmarc: DmarcInspection | undefined): Pick<Observations, "dmarcWeaker"> {
  if (typeof wish !== "string" || dmarc === undefined) return {};
  const { discovery } = dmarc;
  const applied = [discovery.walk.applied, discovery.list.applied].find(({ kind }) => kind === "found");
  if (judgeWish(wish, discovery).kind !== "weaker" || applied?.kind !== "found") return {};
  return { dmarcWeaker: { wish, name: child("_dmarc", applied.at), text: applied.record.text } };
}

function spfOf(identity: string, name: string, text: string): Requirement {
  return required(
    { type: "TXT", name: fqdn(name), ttl: 300, text },
    { identity, arn: undefined, purpose: "mail-from" },
  );
}

function mxOf(identity: string, name: string, mx: string): Requirement {
  const data = parsePresentation("MX", mx);
  if (data?.type !== "MX") throw new RangeError(`"${mx}" is no MX record`);
  return required({ ...data, name: fqdn(name), ttl: 300 }, { identity, arn: undefined, purpose: "mail-from" });
}
