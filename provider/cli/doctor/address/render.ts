import { domainOf } from "../../../core/address";
import { quoted } from "../../../core/text";
import type { AddressObservations } from "../../../diagnosis/finding";
import { maySend } from "../../../lifecycle/address/goal";
import { headed, type TextStyle } from "../paint";
import { renderFindings, share, statusCell, summed } from "../render";
import { type Row, table } from "../table";
import { renderUsers } from "../users";
import type { AddressReport } from "./checkup";

/** The whole report on one address. Pure. */
export function renderAddress(report: AddressReport, look: TextStyle): string {
  return [
    renderAddressSummary(report, look),
    renderSes(report, look),
    renderUsers(report.users, look),
    renderMail(report.observations, look),
    renderFindings(report.findings, look),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

/** `somebody@example.com: verified`. Pure. */
export function renderAddressSummary(
  { observations: { address, identities }, outcome, findings }: AddressReport,
  { width, paint }: TextStyle,
): string {
  const state =
    outcome === "unknown"
      ? "nothing could be learned"
      : identities.length === 0
        ? "looked at"
        : share("verified", "for", {
            count: identities.filter(maySend).length,
            unknown: identities.filter(({ status }) => status === "unknown").length,
            of: identities.length,
            nouns: ["identity", "identities"],
          });
  const { text, tone } = summed([state], findings, outcome);
  return headed(address, `: ${text}`, width, paint, tone);
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
  refused: "the domain says that it takes none (null MX)",
  none: "no MX record, and no address of its own",
  implicit: "no MX record: its own address stands in",
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
