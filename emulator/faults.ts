/** What a name server can be made to do wrong. Several at once add up. Times in ms. */
export interface DnsFault {
  /** Serves each zone as it was so long ago on the emulator's clock, or as it was when the fault was switched on. */
  readonly lagMs?: number | "frozen";
  /** Gives no answer over these transports. */
  readonly silent?: "udp" | "tcp" | "both";
  /** Answers as no authority does: with that code, without AA, or as a resolver would (RA set, no AA). */
  readonly lame?: "REFUSED" | "SERVFAIL" | "no-aa" | "recursive";
  /** Every UDP answer comes empty with TC set. */
  readonly truncate?: boolean;
  /** Connections are reset. */
  readonly refuseTcp?: boolean;
  /** How it takes a question with EDNS: FORMERR, or no answer. */
  readonly edns?: "FORMERR" | "drop";
  /** Answers with these values (text as in a record set) wherever the type is asked for; `name` narrows it; none: absent. */
  readonly lie?: {
    /** The record type that it lies about. */
    readonly type: string;
    /** The name that it lies about. Left out: every name. */
    readonly name?: string;
    /** What it answers with. */
    readonly values: readonly string[];
  };
  /** Every answer carries another id, or another question, than was asked. */
  readonly mismatch?: "id" | "question";
  /** Added to each answer, in real time. */
  readonly latencyMs?: number;
  /** Of so many questions over UDP, the first gets no answer: 2 loses every second one. */
  readonly losesOneOf?: number;
  /** Narrows the fault to questions at or below this name. */
  readonly within?: string;
  /** Narrows the fault to questions for this record type. */
  readonly only?: string;
  /** It is the user's network that does it: the resolver and SES, which are elsewhere, do not notice. */
  readonly onTheWay?: boolean;
}

/** Which requests a fault concerns; what is left out means any. */
export interface HttpMatch {
  /** "ses", "sts", "route53", "cloudflare", "googleDns". */
  readonly service?: string;
  /** "VerifyDomainIdentity", "ChangeResourceRecordSets", …; `*` stands for any characters: "List*". */
  readonly action?: string;
  /** The region that the request is signed for, such as "us-east-1". */
  readonly region?: string;
  /** Twelve digits: the caller's account. */
  readonly account?: string;
  /** The host's name in the request. */
  readonly host?: string;
}

/** What an endpoint can be made to do wrong. */
export interface HttpFault {
  /**
   * `throttle`: as the service throttles. `error`: 500, 503 or an error of its own. `cut`: the connection breaks, before
   * or after the effect. `deny`: access denied. `delay`: only late. `reply`: a raw status and body. `late-tags`: tags are
   * answered as they were; any other fault goes with it.
   */
  readonly kind: "throttle" | "error" | "cut-before" | "cut-after" | "deny" | "delay" | "reply" | "late-tags";
  /** For so many requests; left out: until it is switched off. */
  readonly times?: number;
  /** For `error` and `reply`: the HTTP status. Default 503 for an error without `code`, 400 with it, 200 for a reply. */
  readonly status?: number;
  /** For `error`: one of the API's own codes ("ConcurrentModificationException"), in the API's own form. */
  readonly code?: string;
  /** For `error` with `code`. */
  readonly message?: string;
  /** For `reply`. Default empty. */
  readonly body?: string;
  /** For `reply`. Default "application/json". */
  readonly contentType?: string;
  /** For `error`, `reply` and `deny`: the request has its effect first. Default false. */
  readonly afterEffect?: boolean;
  /** For `delay`: real time. */
  readonly delayMs?: number;
  /** For `late-tags`: so long ago on the emulator's clock, or as they were when the fault was switched on. */
  readonly lagMs?: number | "frozen";
}

/** Of a DNS question, what a fault can be narrowed to. */
interface AskedName {
  readonly name: string;
  readonly type: string;
}

/** A fault that was switched on. */
export interface FaultSwitch {
  /** Ends the fault. Has no effect where it has ended already. */
  off(): void;
}

/** A fault that is on, with the moment (emulator's clock) it was switched on. */
export type ActiveDnsFault = DnsFault & { readonly since: number };

/** What misbehaves now, and how to have more of it misbehave. */
export interface Faults {
  /** At a server by its name or one of its addresses; "*" is every server. */
  dns(target: string, fault: DnsFault): FaultSwitch;
  /** At every endpoint whose requests match. */
  http(match: HttpMatch, fault: HttpFault): FaultSwitch;
  /** Switches all off. */
  clear(): void;
  /** The faults at a server for one question, added up; `undefined` where there are none. */
  ofServer(
    names: readonly string[],
    address: string,
    question: AskedName | undefined,
    fromElsewhere?: boolean,
  ): ActiveDnsFault | undefined;
  /** The first fault that concerns this request; counts it as used. For the endpoints. */
  takeHttp(request: HttpAsked): HttpFault | undefined;
  /** The moment as of which `late-tags` answers this request; counts it as used. For the endpoints. */
  takeTagsAt(request: HttpAsked): number | undefined;
}

type HttpAsked = Required<Pick<HttpMatch, "service" | "action">> & HttpMatch;

interface HeldHttpFault {
  readonly match: HttpMatch;
  readonly fault: HttpFault;
  readonly since: number;
  left: number;
}

export function openFaults(now: () => number): Faults {
  const dnsFaults = new Set<{ readonly target: string; readonly fault: ActiveDnsFault }>();
  const httpFaults = new Set<HeldHttpFault>();
  const take = (request: HttpAsked, late: boolean): HeldHttpFault | undefined => {
    for (const entry of httpFaults) {
      if ((entry.fault.kind === "late-tags") !== late || !concerns(entry.match, request)) continue;
      entry.left -= 1;
      if (entry.left <= 0) httpFaults.delete(entry);
      return entry;
    }
    return undefined;
  };
  const bare = (name: string) => name.toLowerCase().replace(/\.$/, "");

  return {
    dns(target, fault) {
      const entry = { target: bare(target), fault: { ...fault, since: now() } };
      dnsFaults.add(entry);
      return { off: () => void dnsFaults.delete(entry) };
    },
    http(match, fault) {
      const entry = { match, fault, since: now(), left: fault.times ?? Number.POSITIVE_INFINITY };
      httpFaults.add(entry);
      return { off: () => void httpFaults.delete(entry) };
    },
    clear() {
      dnsFaults.clear();
      httpFaults.clear();
    },
    ofServer(names, address, question, fromElsewhere = false) {
      let sum: ActiveDnsFault | undefined;
      const asked = question?.name.toLowerCase() ?? "";
      for (const { target, fault } of dnsFaults) {
        if (fault.onTheWay && fromElsewhere) continue;
        if (fault.only !== undefined && fault.only !== question?.type) continue;
        if (target !== "*" && target !== address && !names.includes(target)) continue;
        const within = fault.within === undefined ? "" : bare(fault.within);
        if (within !== "" && asked !== within && !asked.endsWith(`.${within}`)) continue;
        sum = { ...sum, ...fault };
      }
      return sum;
    },
    takeHttp: (request) => take(request, false)?.fault,
    takeTagsAt(request) {
      const late = take(request, true);
      if (late === undefined) return undefined;
      return late.fault.lagMs === "frozen" ? late.since : now() - (late.fault.lagMs ?? 0);
    },
  };
}

function concerns(match: HttpMatch, request: HttpAsked): boolean {
  const { action, ...rest } = match;
  return (
    (action === undefined || fitsPattern(action, request.action)) &&
    (Object.keys(rest) as (keyof typeof rest)[]).every(
      (field) => rest[field] === undefined || rest[field] === request[field],
    )
  );
}

function fitsPattern(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}
