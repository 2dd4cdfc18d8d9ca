import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import type { RecordType } from "../wire/presentation";
import type { DkimKeys } from "./dkim-keys";
import type { MailRoute } from "./mail";
import type { Instead } from "./reply";
import type { Validation } from "./validation";

/** A name server and where it was found; `addresses` is empty where its name does not resolve. */
export interface NameServer {
  readonly name: string;
  readonly addresses: readonly string[];
}

/** The zone that holds a name, as its parent and as it itself describe it. Names in lower case, no final dot, sorted. */
export interface Delegation {
  readonly zone: Fqdn;
  /** The NS names in the parent's referral: the servers that resolvers ask. */
  readonly parentServers: readonly string[];
  /** The NS names that the zone itself serves; empty where none of its servers answered. */
  readonly zoneServers: readonly string[];
  /** The servers that `look` asks: the parent's list, each with its addresses. One that it could not ask is missing here, and is a sighting with `NO_ADDRESS`. */
  readonly servers: readonly NameServer[];
  /** Why there is no address of some servers. Those whose names merely could not be resolved are missing in `servers`. */
  readonly unresolved?: readonly UnresolvedServer[];
}

/**
 * A server whose name gave no address. `absent`: the name does not exist, or has none. `no-glue`: it is named in the zone, and the
 * parent gives no address. `bogus`: a validating resolver gives one only when told not to check. `failing`: resolvers that answer
 * other questions fail at this one.
 */
export interface UnresolvedServer {
  readonly server: string;
  readonly why: "absent" | "no-glue" | "bogus" | "failing";
}

/** Why a server was not asked: the delegation names more servers than are asked, or the domain's questions are used up. */
export type Unasked = "excess" | "limit";

/** Stands for the address of a server that was not asked because none is known, or because there are too many. */
export const NO_ADDRESS = "unknown";

/**
 * One address's answer to one question. `values`: of TXT the text, of CNAME and MX the data as a zone file has it, names in
 * lower case (`wire/presentation.ts`).
 */
export type ServerSighting = { readonly server: string; readonly address: string } & (
  | { readonly kind: "values"; readonly values: readonly string[]; readonly ttl: number }
  /**
   * An authoritative NXDOMAIN or NODATA: definite. `negativeTtl` in seconds (RFC 2308 section 5). `instead`: only of a look for
   * a CNAME, where the name has other records.
   */
  | {
      readonly kind: "absent";
      readonly nxdomain: boolean;
      readonly negativeTtl: number | undefined;
      readonly instead?: Instead;
    }
  /**
   * It answered, but not as an authority for the zone: REFUSED, SERVFAIL, no AA. `recursive`: RA was set, as an intercepting
   * resolver does. `servesZone`: it is an authority, and fails at this question
   * only. `endless`: so, since its CNAMEs lead in a circle. `alias`: of a look for a CNAME, the target of the CNAME that it
   * has, and behind which it fails at TXT.
   */
  | {
      readonly kind: "lame";
      readonly reason: string;
      readonly recursive: boolean;
      readonly endless?: boolean;
      readonly servesZone?: true;
      readonly alias?: string;
    }
  /**
   * `noTcp`: over UDP it says that the answer is too long for that, and over TCP it does not answer. `unasked`: nothing is
   * known of it, not even whether it answers. `servesZone`: it answers other questions about the zone, with authority. `alias`: as above. `noRoute`: this
   * machine has no way to an address of that kind. `private`: no server on the internet has such an address.
   */
  | {
      readonly kind: "unreachable";
      readonly reason: string;
      readonly noTcp?: boolean;
      readonly unasked?: Unasked;
      readonly servesZone?: true;
      readonly alias?: string;
      readonly noRoute?: true;
      readonly private?: true;
    }
);

/** What the servers of one zone did together: one showed authority or refused, none answered, or those that did are recursive. */
export type ServersState = "answer" | "silent" | "recursive";

/** What all servers say of one name at one moment. */
export interface Sighting {
  readonly name: Fqdn;
  readonly type: RecordType;
  /**
   * The name where the set was read: `name`, or what its CNAMEs lead to; for a CNAME itself always `name`. Where servers have different ones, what
   * most lead to; the others stand among `servers` with what theirs lead to.
   */
  readonly target: Fqdn;
  readonly cnames: readonly Fqdn[];
  readonly via: "authoritative" | "doh";
  /** Where no server answered with authority: what the root's servers did, asked in this look. */
  readonly root?: ServersState;
  /**
   * Servers that only the zone's own NS set names: the delegation does not lead there, though resolvers that know the zone's
   * set may ask them. Left out where there are none.
   */
  readonly childOnly?: readonly ServerSighting[];
  /** With `via: "doh"` the zone is not walked. */
  readonly delegation: Delegation | undefined;
  readonly servers: readonly ServerSighting[];
}

/** The SOA record's serial that one address serves (RFC 1035 section 3.3.13). `primary`: its MNAME, which tells the hosts of one zone apart. */
export interface SerialSeen {
  readonly zone: Fqdn;
  readonly server: string;
  readonly address: string;
  readonly serial: number;
  readonly primary?: string | undefined;
}

/** A shortcoming of one server that did not keep it from answering: no TCP, nothing but TCP, or confused by EDNS. */
export interface ServerFault {
  readonly server: string;
  readonly address: string;
  readonly fault: "no-tcp" | "no-udp" | "no-edns";
}

export interface Examination {
  readonly serials: readonly SerialSeen[];
  readonly faults: readonly ServerFault[];
}

/**
 * An answer held against the values that should be there. `other`: some are `missing`, or `others` stand among those that
 * should be alone.
 */
export type ServerAnswer = { readonly server: string; readonly address: string } & (
  | { readonly kind: "match" }
  | { readonly kind: "absent" }
  | {
      readonly kind: "other";
      readonly values: readonly string[];
      readonly missing: readonly string[];
      readonly others?: readonly string[];
    }
  | { readonly kind: "lame"; readonly reason: string; readonly recursive: boolean; readonly servesZone?: true }
  | {
      readonly kind: "unreachable";
      readonly reason: string;
      readonly unasked?: Unasked;
      readonly servesZone?: true;
    }
);

export interface Verdict {
  readonly sighting: Sighting;
  readonly answers: readonly ServerAnswer[];
  /**
   * One entry a server name, `unasked` where nothing is known of it: `serves` when some address matches and none definitely
   * lacks a value. `with-others`: it serves every value, and others where these should be alone.
   */
  readonly servers: readonly {
    readonly server: string;
    readonly state: "serves" | "with-others" | "lacks" | "fails" | "lame" | "unreachable" | "unasked";
  }[];
  /** Of the servers that only the zone itself names, those that definitely lack a value, or have others. `state` does not count them. */
  readonly lackingChildOnly: readonly string[];
  /**
   * `published`: every server that answers with authority serves every value, and at least one does.
   * `missing`: at least one server that answers with authority lacks a value. `with-others`: none lacks one, and at least one
   * serves others where these should be alone. `unknown`: no server answered with authority, or
   * none lacks a value and the domain's questions were used up before all were asked.
   */
  readonly state: "published" | "missing" | "with-others" | "unknown";
  /** Values that no server serves. */
  readonly nowhere: readonly string[];
}

/**
 * Reads DNS as resolvers on the internet see it. Throws `AuthorityError`: `zone-unknown` (NXDOMAIN on the way down: the domain is not
 * registered or not delegated), `servers-unreachable` (the root's servers, and those of the zone below that was asked, within seconds),
 * `servers-intercepted` (of these servers only a recursive resolver answers), `parent-unreachable` (a registry's servers give no
 * usable answer, while the root's do), `zone-unread` (no usable answer either, and nothing shows whether this network is at fault),
 * `resolver-unreachable` (no resolver answers anything),
 * `look-too-long` (more zones on the way than one look follows), `dns-limit` (see below), `dns-check-off` (mode "off"). Where only the zone's own servers are dead, that is
 * a sighting in which each of them is `unreachable`. Rejects with the signal's reason once `ctx.signal` aborts.
 *
 * All questions that the methods cause for one domain (`ctx.domain`) use up one allowance, which belongs to the process: an
 * `up` with its whole wait, a preview, a run or a watch of the doctor. What was not asked because it is used up is unknown:
 * `dns-limit`, or `unasked` in a sighting. All domains together keep a rate for each resolver and each server.
 */
export interface Authority {
  /**
   * Asks every server at every address, in parallel, once. For a CNAME the question is for TXT, as SES and receivers ask it: the
   * answer holds the CNAME (RFC 1034 section 3.6.2), or shows what is there instead. It is not followed. Over HTTPS resolvers are
   * asked for the CNAME itself, since their answer would be that of the whole chain.
   */
  look(name: Fqdn, type: RecordType, ctx: Ctx): Promise<Sighting>;
  /** `look` for several types of one name at once: the way to its servers is found once. A sighting a type, in their order. */
  lookAll(name: Fqdn, types: readonly RecordType[], ctx: Ctx): Promise<readonly Sighting[]>;
  /** `look`, then `judge`. Other values may be there. */
  check(name: Fqdn, type: RecordType, values: readonly string[], ctx: Ctx): Promise<Verdict>;
  /** How the servers that answered are set up: their SOA serials, TCP, EDNS. Costs as much as a look; throws nothing of its own. */
  examine(sighting: Sighting, ctx: Ctx): Promise<Examination>;
  /**
   * The names among `names` that have values of the type and in the zone of an earlier look, each as one of its servers says; a
   * bounded number, one question each. For names that are not likely; empty over HTTPS. Throws nothing of its own.
   */
  glance(names: readonly Fqdn[], known: Sighting, ctx: Ctx): Promise<readonly Sighting[]>;
  /**
   * What the recursive resolver says of the DNSSEC of the name's zone, given an
   * earlier look for the same type; undefined where none answers, where the zone is not known, and with mode "off".
   */
  validate(name: Fqdn, type: RecordType, ctx: Ctx): Promise<Validation | undefined>;
  /**
   * Whether resolvers find a DKIM key at one of these names, the targets of an identity's CNAMEs; asked one after the other, at
   * most three. Throws nothing of its own; with mode "off" all is unknown.
   */
  dkimKeys(domain: Fqdn, targets: readonly Fqdn[], ctx: Ctx): Promise<DkimKeys>;
  /** The servers that take mail for a domain, as recursive resolvers say; undefined where none gives a definite answer, and with mode "off". */
  mailRoute(domain: Fqdn, ctx: Ctx): Promise<MailRoute | undefined>;
}

/** How a program asks for DNS to be read (argument `dnsCheck`). */
export interface AuthorityOptions {
  readonly mode: "authoritative" | "doh" | "off";
  /** Recursive resolvers (`address` or `address:port` or `[v6]:port`), or DoH URLs with `mode: "doh"`. Default: the system's, Cloudflare's and Google's for DoH. */
  readonly resolvers?: readonly string[] | undefined;
  /** The port of the authoritative servers. Default 53; others are for tests. */
  readonly port?: number | undefined;
}
