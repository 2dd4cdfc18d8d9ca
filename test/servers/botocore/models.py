"""Holds the emulator's Route 53 and STS to botocore's models: replies, required members, enums and error codes.

Each call of CALLS is made as it is, and its reply is judged: it has the members that the model requires, none that the
model does not have, values of the enums' and of the types'. Then the call is made with each member of its input left
out, empty, too long, of odd characters, and with each enum's place holding what is none of it: an error has a code that the
operation's model has, or one that every operation of the service has. At last each operation of the models that is
not among CALLS is asked for: the emulator has to say that it has none. Prints one JSON object.
"""

import argparse
import json
import xml.etree.ElementTree as xml
from datetime import datetime

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError

DOMAIN = "ses-example.com"
ROLE = "arn:aws:iam::123456789012:role/mail"
TYPES = {
    "A": "192.0.2.1",
    "AAAA": "2001:db8::1",
    "CAA": '0 issue "ca.example.net"',
    "CNAME": "t.example.net.",
    "DS": "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118",
    "HTTPS": "1 . alpn=h2",
    "MX": "10 mx.example.net.",
    "NAPTR": '1 2 "s" "SIP+D2U" "" _sip._udp.example.net.',
    "NS": "ns.example.net.",
    "PTR": "h.example.net.",
    "SPF": '"v=spf1 -all"',
    "SRV": "1 2 3 t.example.net.",
    "SSHFP": "1 1 123456789abcdef67890123456789abcdef67890",
    "SVCB": "0 t.example.net.",
    "TLSA": "3 1 0 0102",
    "TXT": '"token"',
}


def change(action, kind, value, **more):
    record = {"Name": f"{kind.lower()}.{DOMAIN}", "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}], **more}
    return {"Action": action, "ResourceRecordSet": record}


def batch(*changes):
    return {"HostedZoneId": "{zone}", "ChangeBatch": {"Comment": "a", "Changes": list(changes)}}


ROUTED = [{"Weight": 1}, {"Region": "eu-west-1"}, {"Failover": "PRIMARY"}, {"GeoLocation": {"ContinentCode": "EU"}},
          {"MultiValueAnswer": True}]
TAGGED = {"ResourceType": "hostedzone", "ResourceId": "{zone}"}
NEW = {"Name": DOMAIN, "CallerReference": "once"}

# In this order. `{zone}` and `{change}` are the ids of the zone that was made, and of the last change.
CALLS = [
    ("sts", "GetCallerIdentity", {}),
    ("sts", "AssumeRole", {"RoleArn": ROLE, "RoleSessionName": "a", "DurationSeconds": 900}),
    ("sts", "AssumeRole", {"RoleArn": ROLE, "RoleSessionName": "session", "DurationSeconds": 900}),
    ("sts", "AssumeRole", {"RoleArn": ROLE + "x", "RoleSessionName": "session"}),
    ("route53", "ListHostedZones", {}),
    ("route53", "CreateHostedZone", {**NEW, "HostedZoneConfig": {"Comment": "a", "PrivateZone": False}}),
    ("route53", "CreateHostedZone", NEW),
    ("route53", "CreateHostedZone", {"Name": "private.example", "CallerReference": "private",
                                     "VPC": {"VPCRegion": "us-east-1", "VPCId": "vpc-1"}}),
    ("route53", "CreateHostedZone", {**NEW, "CallerReference": "other", "DelegationSetId": "N1"}),
    ("route53", "GetHostedZone", {"Id": "{zone}"}),
    ("route53", "GetHostedZoneCount", {}),
    ("route53", "ListHostedZones", {"MaxItems": "1", "Marker": "{zone}"}),
    ("route53", "ListHostedZones", {"DelegationSetId": "N1"}),
    ("route53", "ListHostedZones", {"HostedZoneType": "PrivateHostedZone"}),
    ("route53", "ListHostedZonesByName", {}),
    ("route53", "ListHostedZonesByName", {"DNSName": "a.example", "MaxItems": "1"}),
    ("route53", "ChangeTagsForResource", {**TAGGED, "AddTags": [{"Key": "a", "Value": "b"}]}),
    ("route53", "ListTagsForResource", TAGGED),
    ("route53", "ListTagsForResource", {"ResourceType": "healthcheck", "ResourceId": "x"}),
    ("route53", "ListTagsForResources", {"ResourceType": "hostedzone", "ResourceIds": ["{zone}"]}),
    ("route53", "ListHealthChecks", {"MaxItems": "1"}),
    ("route53", "GetDNSSEC", {"HostedZoneId": "{zone}"}),
    *[("route53", "ChangeResourceRecordSets", batch(change("UPSERT", *one))) for one in TYPES.items()],
    *[("route53", "ChangeResourceRecordSets", batch(change("CREATE", "TXT", '"x"', SetIdentifier="a", **policy,
                                                           Name=f"routed{index}.{DOMAIN}")))
      for index, policy in enumerate(ROUTED)],
    ("route53", "ChangeResourceRecordSets", batch(change("CREATE", "A", "192.0.2.9", HealthCheckId="h"))),
    ("route53", "ChangeResourceRecordSets", batch(change("CREATE", "A", "nonsense"))),
    ("route53", "GetChange", {"Id": "{change}"}),
    ("route53", "ListResourceRecordSets", {"HostedZoneId": "{zone}"}),
    ("route53", "ListResourceRecordSets",
     {"HostedZoneId": "{zone}", "StartRecordName": DOMAIN, "StartRecordType": "TXT", "MaxItems": "1"}),
    ("route53", "DeleteHostedZone", {"Id": "{zone}"}),
    *[("route53", "ChangeResourceRecordSets", batch(change("DELETE", *one))) for one in TYPES.items()],
    *[("route53", "ChangeResourceRecordSets", batch(change("DELETE", "TXT", '"x"', SetIdentifier="a", **policy,
                                                           Name=f"routed{index}.{DOMAIN}")))
      for index, policy in enumerate(ROUTED)],
    ("route53", "DeleteHostedZone", {"Id": "{zone}"}),
]
# Those that are to fail as they are.
REFUSED = [
    ("AssumeRole", "ValidationError"), ("AssumeRole", "AccessDenied"), ("CreateHostedZone", "HostedZoneAlreadyExists"),
    ("CreateHostedZone", "NoSuchDelegationSet"), ("ListHostedZones", "NoSuchDelegationSet"),
    ("ListTagsForResource", "NoSuchHealthCheck"), ("ChangeResourceRecordSets", "NoSuchHealthCheck"),
    ("ChangeResourceRecordSets", "InvalidChangeBatch"), ("DeleteHostedZone", "HostedZoneNotEmpty"),
]
# What every operation of a service may say (its API reference, "Common Errors").
COMMON = {"sts": {"AccessDenied", "ValidationError"}, "route53": {"AccessDenied"}}
ODD = ["", "x" * 2000, "a b", "ä", "a\u0001b", "..", "-1"]


class Judge:
    def __init__(self):
        self.problems, self.calls, self.refused = [], 0, []

    def tell(self, where, what):
        self.problems.append(f"{where}: {what}")

    def reply(self, shape, element, headers, where):
        children = {}
        for child in element:
            children.setdefault(child.tag.split("}")[-1], []).append(child)
        if shape.type_name == "structure":
            self.structure(shape, children, headers, where)
        elif shape.type_name == "list":
            name = shape.member.serialization.get("name", "member")
            for other in set(children) - {name}:
                self.tell(where, f"{other} in a list of {name}")
            for child in children.get(name, []):
                self.reply(shape.member, child, headers, where)
        elif list(element):
            self.tell(where, f"elements within a {shape.type_name}")
        else:
            self.text(shape, element.text or "", where)

    def structure(self, shape, children, headers, where):
        names = {}
        for name, member in shape.members.items():
            wire = member.serialization.get("name", name)
            if member.serialization.get("location") == "header":
                if name in shape.required_members and wire.lower() not in headers:
                    self.tell(where, f"the header {wire} is required")
                continue
            names[wire] = member
            found = children.get(wire, [])
            if name in shape.required_members and not found:
                self.tell(where, f"{shape.name}.{name} is required")
            if len(found) > 1:
                self.tell(where, f"{shape.name}.{name} is there {len(found)} times")
            for child in found:
                self.reply(member, child, headers, f"{where}.{name}")
        for other in set(children) - set(names):
            self.tell(where, f"{other} is no member of {shape.name}")

    def text(self, shape, text, where):
        if shape.type_name == "string" and shape.enum and text not in shape.enum:
            self.tell(where, f"{text} is no {shape.name}")
        if shape.type_name == "boolean" and text not in ("true", "false"):
            self.tell(where, f"{text} is no boolean")
        if shape.type_name in ("integer", "long") and not text.isdigit():
            self.tell(where, f"{text} is no {shape.type_name}")
        if shape.type_name == "timestamp":
            try:
                datetime.fromisoformat(text.replace("Z", "+00:00"))
            except ValueError:
                self.tell(where, f"{text} is no timestamp")


class Client:
    def __init__(self, judge, service, url, access_key, secret):
        self.judge, self.service, self.reply = judge, service, None
        self.client = boto3.client(
            service, endpoint_url=url, region_name="us-east-1", aws_access_key_id=access_key,
            aws_secret_access_key=secret, config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
        )
        self.client.meta.events.register("before-parse", self.keep)
        self.model = self.client.meta.service_model

    def keep(self, response_dict, **_):
        self.reply = response_dict

    def call(self, operation, arguments, where):
        """The parsed answer, or the code of the refusal. Judges either; `None` where the client sends nothing."""
        model = self.model.operation_model(operation)
        try:
            answer = self.client._make_api_call(operation, arguments)
        except ClientError as error:
            self.judge.calls += 1
            code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
            known = {shape.metadata.get("error", {}).get("code", shape.name) for shape in model.error_shapes}
            known |= COMMON[self.service]
            if status >= 500 or code not in known:
                self.judge.tell(where, f"{status} {code} is not among {sorted(known)}")
            return code
        except (ParamValidationError, AttributeError, KeyError, TypeError, ValueError):
            return None
        self.judge.calls += 1
        if model.output_shape is not None:
            root = xml.fromstring(self.reply["body"])
            headers = {name.lower() for name in self.reply["headers"]}
            wrapper = model.output_shape.serialization.get("resultWrapper")
            result = root.find(f"{{*}}{wrapper}") if wrapper else root
            self.judge.reply(model.output_shape, result, headers, where)
        return answer


def places(shape, arguments, path=()):
    """The places of strings in the arguments, with their shapes."""
    if shape.type_name == "structure":
        for name, value in arguments.items():
            yield from places(shape.members[name], value, (*path, name))
    elif shape.type_name == "list":
        for index, value in enumerate(arguments):
            yield from places(shape.member, value, (*path, index))
    elif shape.type_name == "string":
        yield path, shape


def without(arguments, path):
    name, *rest = path
    copy = dict(arguments) if isinstance(arguments, dict) else list(arguments)
    if rest:
        copy[name] = without(copy[name], rest)
    else:
        del copy[name]
    return copy


def with_value(arguments, path, value):
    name, *rest = path
    copy = dict(arguments) if isinstance(arguments, dict) else list(arguments)
    copy[name] = with_value(copy[name], rest, value) if rest else value
    return copy


def filled(value, ids):
    if isinstance(value, dict):
        return {key: filled(inner, ids) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, ids) for inner in value]
    return value.format(**ids) if isinstance(value, str) and value in ("{zone}", "{change}") else value


def changed(client, operation, arguments):
    """The same call with one part of it wrong, each part in turn. What is accepted is made by no id that others use."""
    shape = client.model.operation_model(operation).input_shape
    for path, part in places(shape, arguments):
        label = ".".join(map(str, path))
        yield f"{operation} without {label}", without(arguments, path)
        # The client makes another path of these.
        in_path = len(path) == 1 and shape.members[path[0]].serialization.get("location") == "uri"
        for value in ["NO_SUCH_VALUE"] if part.enum else [one for one in ODD if not in_path or one not in ("", "..")]:
            yield f"{operation} with {label} {value[:20]!r}", with_value(arguments, path, value)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--access-key", required=True)
    parser.add_argument("--secret", required=True)
    options = parser.parse_args()
    judge = Judge()
    clients = {s: Client(judge, s, options.url, options.access_key, options.secret) for s in ("sts", "route53")}
    ids = {"zone": "ZNONE", "change": "CNONE"}
    refused = []
    for service, operation, given in CALLS:
        client, arguments = clients[service], filled(given, ids)
        answer = client.call(operation, arguments, operation)
        if isinstance(answer, str):
            refused.append((operation, answer))
        elif answer is not None:
            if operation == "CreateHostedZone" and ids["zone"] == "ZNONE":
                ids["zone"] = answer["HostedZone"]["Id"].split("/")[-1]
            if "ChangeInfo" in answer:
                ids["change"] = answer["ChangeInfo"]["Id"]
        if client.model.operation_model(operation).input_shape is None or operation == "DeleteHostedZone":
            continue
        for where, wrong in changed(client, operation, filled(given, ids)):
            client.call(operation, wrong, where)
    covered = {(service, operation) for service, operation, _ in CALLS}
    silent = []
    for service, client in clients.items():
        for operation in client.model.operation_names:
            if (service, operation) in covered:
                continue
            before = len(judge.problems)
            code = client.call(operation, example(client.model.operation_model(operation).input_shape), operation)
            del judge.problems[before:]
            if code != "InvalidAction":
                silent.append(f"{service}:{operation}: {code}")
    print(json.dumps({
        "calls": judge.calls,
        "operations": sorted(f"{service}:{operation}" for service, operation in covered),
        "problems": judge.problems,
        "refused": [list(one) for one in refused if one not in REFUSED],
        "accepted": [list(one) for one in REFUSED if one not in refused],
        "claimed": silent,
    }))


def example(shape):
    """The least that the model lets one send."""
    if shape is None:
        return {}
    values = {"string": "x", "integer": 1, "long": 1, "boolean": True, "list": [], "map": {}, "timestamp": 0, "blob": b"x"}
    return {
        name: example(shape.members[name]) if shape.members[name].type_name == "structure"
        else values[shape.members[name].type_name]
        for name in shape.required_members
    }


main()
