import { domainOf } from "../../../core/address";
import { quoted } from "../../../core/text";
import type { AddressIdentitySeen, AddressObservations } from "../../../diagnosis/finding";
import type { AddressReport } from "../../../doctor/address/checkup";
import { type Clauses, grouped, summed, whyUnknown } from "../headline";
import { nextStepOf, renderNext } from "../next";
import { headed, type TextStyle } from "../paint";
import { type MoreOf, renderFindings, statusCell } from "../render";
import { renderUsers } from "../render-users";
import { type Row, table } from "../table";

/** The whole report on one address. Pure. */
export function renderAddress(report: AddressReport, look: TextStyle, more?: MoreOf): string {
  const step = nextStepOf(report);
  return [
    [renderAddressSummary(report, look), renderNext(step, look)].filter((text) => text !== "").join("\n"),
    renderSes(report, look),
    renderUsers(report.users, look),
    renderMail(report.observations, look),
    renderFindings(report.findings, look, { shown: step?.records, more }),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

/** `somebody@example.com: verified`. Pure. */
export function renderAddressSummary(report: AddressReport, { width, paint }: TextStyle): string {
  const { text, tone } = addressHeadline(report);
  return headed(report.observations.address, `: ${text}`, width, paint, tone);
}

/** What is known of an address, and what will happen: for each identity where they differ. Pure. */
function addressHeadline({ observations: { identities }, outcome, findings, notAsked }: AddressReport) {
  const asked = identities.map((one) => ({ name: one.name, region: one.region, clauses: clausesOf(one) }));
  const state =
    outcome === "unknown" && identities.every(({ status }) => status === "unknown") && notAsked === undefined
      ? "nothing could be learned"
      : [
          ...(notAsked === undefined ? [] : ["SES was not asked"]),
          ...(asked.length === 0 ? [] : [grouped(asked)]),
        ].join("; ");
  return summed(state === "" ? "looked at" : state, findings, outcome);
}

function clausesOf(seen: AddressIdentitySeen): Clauses {
  if (seen.coveredBy !== undefined) return { state: `verified by ${seen.coveredBy}` };
  switch (seen.status) {
    case "Success":
      return { state: "verified" };
    case "absent":
      return { state: "no identity", fate: "SES has to be asked" };
    case "unknown":
      return { state: "status unknown", because: whyUnknown(seen) };
    case "Failed":
      return {
        state: "not verified, its link was not followed in time",
        fate: "SES sends no other mail until it is asked",
      };
    default:
      return { state: "not verified yet", fate: "SES waits 24 hours for its link to be followed" };
  }
}

function renderSes({ observations: { identities }, notAsked }: AddressReport, { width, paint }: TextStyle): string {
  if (identities.length === 0) {
    return notAsked === undefined ? "" : headed("SES", ` was not asked: ${notAsked}`, width, paint);
  }
  const rows = identities.map((one): Row => {
    const region = one.name === one.region ? one.region : `${one.name} (${one.region})`;
    return [{ text: region }, { text: one.accountId ?? "account unknown" }, statusCell(one)];
  });
  return [paint("strong", "SES"), ...table(rows, width, paint)].join("\n");
}

const ROUTES = {
  "no-domain": "the domain does not exist",
  refused: "the domain accepts none (null MX)",
  none: "no MX record, and no address of its own",
  implicit: "no MX record: its own address is used",
} as const;

/** Who takes mail for the address, where that was looked up. */
function renderMail({ address, mail }: AddressObservations, { width, paint }: TextStyle): string {
  if (mail === undefined) return "";
  const title = `${paint("strong", "Mail")} for ${domainOf(address)}`;
  if (mail.kind !== "servers") return headed("Mail", ` for ${domainOf(address)}: ${ROUTES[mail.kind]}`, width, paint);
  const rows = mail.servers.map(({ name, resolves }): Row => {
    if (resolves === undefined) return [{ text: quoted(name) }, { text: "unknown", tone: "doubt" }];
    return [
      { text: quoted(name) },
      resolves ? { text: "has an address", tone: "good" } : { text: "has no address", tone: "bad" },
    ];
  });
  return [title, ...table(rows, width, paint)].join("\n");
}
