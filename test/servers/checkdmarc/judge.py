"""Lets checkdmarc judge SPF and DMARC records. Reads cases from stdin, as JSON, and writes what it says of each.

Each case has the zone that its look-ups see: {name: {"txt": [...], "a": [...], "mx": [...], "failing": true}}.
No question leaves this process.
"""

import json
import sys

import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.resolver
from dns.rdtypes.ANY.TXT import TXT

import checkdmarc
import checkdmarc.dmarc
import checkdmarc.spf
import checkdmarc.utils

LONGEST_STRING = 255
zone = {}


def txt(value):
    octets = value.encode("utf-8")
    strings = [octets[at : at + LONGEST_STRING] for at in range(0, len(octets), LONGEST_STRING)] or [b""]
    return TXT(dns.rdataclass.IN, dns.rdatatype.TXT, strings)


def resolve(domain, record_type, **_):
    name = domain.lower().rstrip(".")
    data = zone.get(name)
    if data is None:
        if any(one.endswith(f".{name}") for one in zone):
            raise dns.resolver.NoAnswer
        raise dns.resolver.NXDOMAIN
    if data.get("failing"):
        raise dns.resolver.NoNameservers
    if record_type == "TXT":
        answers = [txt(value) for value in data.get("txt", [])]
    elif record_type == "MX":
        answers = [dns.rdata.from_text("IN", "MX", f"10 {host}.") for host in data.get("mx", [])]
    elif record_type == "A":
        answers = [dns.rdata.from_text("IN", "A", address) for address in data.get("a", [])]
    else:
        answers = []
    if not answers:
        raise dns.resolver.NoAnswer
    return answers


def spf(domain):
    found = checkdmarc.spf.query_spf_record(domain)
    parsed = checkdmarc.spf.parse_spf_record(found["record"], domain)
    return {
        "lookups": parsed["dns_lookups"],
        "voids": parsed["void_dns_lookups"],
        "all": parsed["parsed"]["all"],
    }


def dmarc(domain):
    found = checkdmarc.dmarc.query_dmarc_record(domain, ignore_unrelated_records=True)
    parsed = checkdmarc.dmarc.parse_dmarc_record(found["record"], found["location"], ignore_unrelated_records=True)
    tags = parsed["tags"]
    addresses = lambda tag: [uri["address"] for uri in tags[tag]["value"]] if tag in tags else []
    plain = {tag: tags[tag]["value"] for tag in ("p", "sp", "np", "psd", "t", "adkim", "aspf")}
    return {"location": found["location"], **plain, "rua": addresses("rua"), "ruf": addresses("ruf")}


def judged(judge, case):
    global zone
    zone = {**{case["domain"]: {}}, **case["zone"]}
    checkdmarc.utils.DNS_CACHE.clear()
    try:
        return {"read": judge(case["domain"])}
    except (checkdmarc.spf.SPFError, checkdmarc.dmarc.DMARCError) as error:
        return {"refused": type(error).__name__}


checkdmarc.utils._resolve_with_failover = resolve
cases = json.load(sys.stdin)
json.dump(
    {
        "version": checkdmarc.__version__,
        "spf": [judged(spf, case) for case in cases["spf"]],
        "dmarc": [judged(dmarc, case) for case in cases["dmarc"]],
    },
    sys.stdout,
)
