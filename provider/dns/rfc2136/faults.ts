import { DnsHostError, type DnsHostErrorDetails } from "../../core/errors";
import { clip } from "../../core/text";
import { HOST, type Rfc2136Access } from "./access";
import type { ReplyTrust } from "./tsig";

/** What is being done, as a clause that names the zone: `adding TXT values to a.example in zone example`. */
export type Doing = string;
export type RequestKind = "question" | "update";

/** The way out where a preview looks for a zone that `up` has yet to create. */
export const OF_PROGRAM =
  'If this program creates the zone, have zone wait for it: dns: { kind: "rfc2136", zone: zone.id.apply(() => "example.com") }.';

const ALLOW =
  "Allow the key to update records of that type there (BIND: update-policy; Knot: acl with action update; PowerDNS: TSIG-ALLOW-DNSUPDATE).";

function fault(
  access: Rfc2136Access,
  doing: Doing,
  code: string,
  what: string,
  details: DnsHostErrorDetails,
): DnsHostError {
  return new DnsHostError(code, `${HOST} server ${access.label}: ${doing} failed: ${what}`, details);
}

export function silenceFault(access: Rfc2136Access, doing: Doing, reason: string): DnsHostError {
  return fault(access, doing, "host-unavailable", `${reason}.`, {
    hint: `Check the server's address, and that ${access.transport.toUpperCase()} port ${access.port} is open from here.`,
    retryable: true,
  });
}

/** Too long or misshapen for a message; nothing was sent. */
export function unfitFault(access: Rfc2136Access, doing: Doing, reason: string): DnsHostError {
  return fault(access, doing, "host-refused", `${clip(reason)}.`, { hint: "A message holds 65,535 octets." });
}

/** Why a reply is not believed. */
export function replyFault(
  access: Rfc2136Access,
  doing: Doing,
  trust: Exclude<ReplyTrust, { kind: "genuine" }>,
  rcode: string,
  asked: RequestKind,
  nowSeconds: number,
): DnsHostError {
  const { name, algorithm } = access.key;
  const checkKey = `Check that the server knows the key "${clip(name)}" with the algorithm ${algorithm} and the same secret.`;
  switch (trust.kind) {
    case "skewed":
      return clockFault(access, doing, trust.serverSeconds - nowSeconds);
    case "refused":
      if (trust.error === "BADTIME") {
        return clockFault(
          access,
          doing,
          trust.serverSeconds === undefined ? undefined : trust.serverSeconds - nowSeconds,
        );
      }
      // The key signed the question before the update; Knot means by it that no rule lets the key update.
      if (trust.error === "BADKEY" && asked === "update") {
        return fault(access, doing, "permission-missing", `the key "${clip(name)}" may not update there (BADKEY).`, {
          hint: ALLOW,
        });
      }
      if (trust.error === "BADKEY") {
        return fault(access, doing, "credentials-refused", "it does not know the TSIG key, or not here (BADKEY).", {
          hint: `${checkKey} Knot says so too where no acl rule of the zone names the key.`,
        });
      }
      if (trust.error === "BADSIG") {
        return fault(access, doing, "credentials-refused", `the TSIG signature does not fit (BADSIG).`, {
          hint: `The secret differs. ${checkKey}`,
        });
      }
      return fault(access, doing, "credentials-refused", `it refused the TSIG signature (${trust.error}).`, {
        hint: checkKey,
      });
    case "forged":
      return fault(access, doing, "host-refused", `a reply came that cannot be trusted: ${trust.reason}.`, {
        hint: `Something between here and the server may have changed it. ${checkKey}`,
      });
    case "unsigned":
      return unsignedFault(access, doing, rcode, asked);
  }
}

/**
 * An unsigned refusal proves nothing, but it is all that some servers send: Knot where it does not serve the zone (REFUSED;
 * to an update NOTAUTH), PowerDNS where it does not take the key (NOTAUTH). An update comes after a question, so that the
 * key was good a moment before.
 */
function unsignedFault(access: Rfc2136Access, doing: Doing, rcode: string, asked: RequestKind): DnsHostError {
  const { name, algorithm } = access.key;
  const said = `it answered ${clip(rcode)}, unsigned`;
  const checkKey = `check that it knows the key "${clip(name)}" with the algorithm ${algorithm} and the same secret`;
  if (rcode === "SERVFAIL") {
    return fault(access, doing, "host-unavailable", `${said}.`, { hint: "See the server's log.", retryable: true });
  }
  if (rcode === "NOTAUTH" && asked === "question") {
    return fault(access, doing, "credentials-refused", `${said}: it takes no such TSIG key.`, {
      hint: `Of the server, ${checkKey}.`,
    });
  }
  if (rcode === "REFUSED" && asked === "update") {
    return fault(access, doing, "permission-missing", `${said}: it takes no update of this zone with this key.`, {
      hint: ALLOW,
    });
  }
  if (rcode === "NOTAUTH" || rcode === "REFUSED" || rcode === "NOTZONE") {
    return fault(access, doing, "zone-missing", `${said}: it does not serve the zone, or not to this key.`, {
      hint: `Name the zone's primary server as dns.server; and ${checkKey}.${asked === "question" ? ` ${OF_PROGRAM}` : ""}`,
    });
  }
  return fault(access, doing, "host-refused", `a reply came that is not signed (it says ${clip(rcode)}).`, {
    hint: `Something between here and the server may have answered in its place, or the server does not do TSIG; ${checkKey}.`,
  });
}

function clockFault(access: Rfc2136Access, doing: Doing, skewSeconds: number | undefined): DnsHostError {
  const apart =
    skewSeconds === undefined
      ? "this machine's clock and the server's differ by too much"
      : `the server's clock is ${Math.abs(skewSeconds)} s ${skewSeconds < 0 ? "behind" : "ahead of"} this machine's`;
  return fault(access, doing, "credentials-refused", `${apart} (BADTIME).`, {
    hint: "Set both by NTP; TSIG allows 300 s.",
  });
}

/** What an RCODE other than NOERROR means for an update (RFC 2136 section 2.2) or a question about a zone. */
export function rcodeFault(access: Rfc2136Access, doing: Doing, rcode: string, asked: RequestKind): DnsHostError {
  const { name } = access.key;
  const said = `it answered ${clip(rcode)}`;
  if (rcode === "SERVFAIL") {
    return fault(access, doing, "host-unavailable", `${said}.`, { hint: "See the server's log.", retryable: true });
  }
  if (asked === "question" && (rcode === "REFUSED" || rcode === "NOTAUTH")) {
    return fault(access, doing, "zone-missing", `${said}: it does not serve the zone, or not to this key.`, {
      hint: `Name the zone's primary server as dns.server, and check which queries it allows. ${OF_PROGRAM}`,
    });
  }
  switch (rcode) {
    case "NOTAUTH":
      return fault(access, doing, "zone-missing", `${said}: it is not the primary of this zone.`, {
        hint: "Name the zone's primary server as dns.server, or the right zone as dns.zone.",
      });
    case "NOTZONE":
      return fault(access, doing, "zone-missing", `${said}: the name is not in this zone.`, {
        hint: "Check dns.zone.",
      });
    case "REFUSED":
      return fault(access, doing, "permission-missing", `${said}: the key "${clip(name)}" may not do this.`, {
        hint: ALLOW,
      });
    case "NOTIMP":
      return fault(access, doing, "host-refused", `${said}: it takes no dynamic updates.`, {
        hint: "Turn them on, or use another kind of host.",
      });
    default:
      return fault(access, doing, "host-refused", `${said}.`, { hint: "See the server's log." });
  }
}

export function missingFault(access: Rfc2136Access, doing: Doing, what: string, hint: string): DnsHostError {
  return fault(access, doing, "zone-missing", what, { hint });
}

/** The server has said, with authority and signed, that there is no such zone. */
export function goneFault(access: Rfc2136Access, doing: Doing, what: string, hint: string): DnsHostError {
  return fault(access, doing, "zone-missing", what, { hint, zoneGone: true });
}

export function busyFault(access: Rfc2136Access, doing: Doing): DnsHostError {
  return fault(access, doing, "host-unavailable", "other writers changed the set repeatedly.", {
    hint: "Run again.",
    retryable: true,
  });
}
