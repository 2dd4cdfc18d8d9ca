"""Has one of certbot's DNS plugins publish what proves a name and its wildcard, and take it away again.

    challenge.py {route53,cloudflare} DOMAIN [CREDENTIALS]

Prints the record's name and the two values as JSON, waits for a line on its standard input, cleans up, and prints "removed".
"""

import json
import sys
from types import SimpleNamespace

import josepy
from acme import challenges, messages
from certbot import achallenges
from certbot._internal.display import obj
from cryptography.hazmat.primitives.asymmetric import rsa


def challenge(key, domain, token):
    body = messages.ChallengeBody(
        chall=challenges.DNS01(token=token), uri="https://acme.example/1", status=messages.STATUS_PENDING
    )
    identifier = messages.Identifier(typ=messages.IDENTIFIER_FQDN, value=domain)
    return achallenges.KeyAuthorizationAnnotatedChallenge(challb=body, identifier=identifier, account_key=key)


def plugin(kind, credentials):
    if kind == "route53":
        from certbot_dns_route53._internal.dns_route53 import Authenticator
        return Authenticator(SimpleNamespace(), "dns-route53")
    from certbot_dns_cloudflare._internal.dns_cloudflare import Authenticator
    settings = {"dns_cloudflare_credentials": credentials, "dns_cloudflare_propagation_seconds": 0}
    return Authenticator(SimpleNamespace(**settings), "dns-cloudflare")


def main():
    kind, domain, *credentials = sys.argv[1:]
    obj.set_display(obj.NoninteractiveDisplay(sys.stderr))
    key = josepy.JWKRSA(key=rsa.generate_private_key(public_exponent=65537, key_size=2048))
    # A name and its wildcard are proven by two values of one record.
    both = [challenge(key, domain, token) for token in (b"a" * 16, b"b" * 16)]
    authenticator = plugin(kind, credentials[0] if credentials else None)
    authenticator.prepare()
    authenticator.perform(both)
    name = both[0].validation_domain_name(domain)
    print(json.dumps({"name": name, "values": [one.validation(key) for one in both]}), flush=True)
    sys.stdin.readline()
    authenticator.cleanup(both)
    print("removed", flush=True)


main()
