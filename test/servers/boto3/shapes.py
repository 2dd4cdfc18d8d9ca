"""Holds the emulator's SES to botocore's models: its replies, its error codes, required members and enums.

Each call of CALLS is made as it is, then once without each required member of its body, and with each value of each enum
and one that is none. A reply has only members of the model, of their types, with the values of their enums and all that
are required. An error has a code of the operation's model. Prints one JSON object.
"""

import argparse
import base64
import json
import xml.etree.ElementTree as xml

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

DOMAIN = "ses-example.com"
EASY = {"EmailIdentity": "easy-example.com"}
KEY = base64.b64encode(
    rsa.generate_private_key(65537, 1024).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
).decode()
OWN = {"DomainSigningSelector": "mine", "DomainSigningPrivateKey": KEY}

# In this order; each call's answer is judged, whether it succeeds or not.
CALLS = [
    ("sesv2", "CreateConfigurationSet", {"ConfigurationSetName": "main", "Tags": [{"Key": "a", "Value": "b"}]}),
    ("sesv2", "CreateConfigurationSet", {"ConfigurationSetName": "main"}),
    ("sesv2", "GetConfigurationSet", {"ConfigurationSetName": "main"}),
    ("sesv2", "GetConfigurationSet", {"ConfigurationSetName": "absent"}),
    ("sesv2", "ListConfigurationSets", {"PageSize": 1}),
    ("sesv2", "CreateEmailIdentity", {"EmailIdentity": DOMAIN, "ConfigurationSetName": "absent"}),
    ("sesv2", "CreateEmailIdentity", {**EASY, "ConfigurationSetName": "main", "Tags": [{"Key": "a", "Value": "b"}]}),
    ("sesv2", "CreateEmailIdentity", EASY),
    ("sesv2", "CreateEmailIdentity", {"EmailIdentity": "me@easy-example.com"}),
    ("sesv2", "CreateEmailIdentity", {"EmailIdentity": "own-example.com", "DkimSigningAttributes": OWN}),
    ("sesv2", "CreateEmailIdentity",
     {"EmailIdentity": "short-example.com", "DkimSigningAttributes": {"NextSigningKeyLength": "RSA_1024_BIT"}}),
    ("sesv2", "CreateEmailIdentity",
     {"EmailIdentity": "replica-example.com",
      "DkimSigningAttributes": {"DomainSigningAttributesOrigin": "AWS_SES_EU_WEST_1"}}),
    ("sesv2", "GetEmailIdentity", EASY),
    ("sesv2", "GetEmailIdentity", {"EmailIdentity": "me@easy-example.com"}),
    ("sesv2", "GetEmailIdentity", {"EmailIdentity": "own-example.com"}),
    ("sesv2", "GetEmailIdentity", {"EmailIdentity": "replica-example.com"}),
    ("sesv2", "GetEmailIdentity", {"EmailIdentity": "absent.example"}),
    ("sesv2", "ListEmailIdentities", {"PageSize": 2, "Filter": {"IDENTITY_TYPE": "DOMAIN"}}),
    ("sesv2", "PutEmailIdentityDkimAttributes", {**EASY, "SigningEnabled": True}),
    ("sesv2", "PutEmailIdentityDkimSigningAttributes",
     {**EASY, "SigningAttributesOrigin": "AWS_SES", "SigningAttributes": {"NextSigningKeyLength": "RSA_1024_BIT"}}),
    ("sesv2", "PutEmailIdentityDkimSigningAttributes",
     {**EASY, "SigningAttributesOrigin": "EXTERNAL", "SigningAttributes": OWN}),
    ("sesv2", "PutEmailIdentityDkimSigningAttributes", {**EASY, "SigningAttributesOrigin": "AWS_SES"}),
    ("sesv2", "PutEmailIdentityDkimSigningAttributes",
     {"EmailIdentity": "absent.example", "SigningAttributesOrigin": "AWS_SES"}),
    ("sesv2", "PutEmailIdentityMailFromAttributes",
     {**EASY, "MailFromDomain": "bounce.easy-example.com", "BehaviorOnMxFailure": "REJECT_MESSAGE"}),
    ("sesv2", "GetEmailIdentity", EASY),
    ("sesv2", "PutEmailIdentityMailFromAttributes", {**EASY, "MailFromDomain": "elsewhere.example"}),
    ("sesv2", "PutEmailIdentityFeedbackAttributes", {**EASY, "EmailForwardingEnabled": False}),
    ("sesv2", "PutEmailIdentityConfigurationSetAttributes", {**EASY, "ConfigurationSetName": "main"}),
    ("sesv2", "PutEmailIdentityConfigurationSetAttributes", {**EASY, "ConfigurationSetName": "absent"}),
    ("sesv2", "GetAccount", {}),
    ("sesv2", "ListRecommendations", {"Filter": {"STATUS": "OPEN"}, "PageSize": 1}),
    ("sesv2", "DeleteConfigurationSet", {"ConfigurationSetName": "main"}),
    ("sesv2", "DeleteEmailIdentity", {"EmailIdentity": "short-example.com"}),
    ("ses", "VerifyDomainIdentity", {"Domain": DOMAIN}),
    ("ses", "VerifyDomainDkim", {"Domain": DOMAIN}),
    ("ses", "GetIdentityVerificationAttributes", {"Identities": [DOMAIN, "absent.example"]}),
    ("ses", "GetIdentityDkimAttributes", {"Identities": [DOMAIN, "me@easy-example.com"]}),
    ("ses", "SetIdentityDkimEnabled", {"Identity": DOMAIN, "DkimEnabled": True}),
    ("ses", "SetIdentityDkimEnabled", {"Identity": "absent.example", "DkimEnabled": True}),
    ("ses", "SetIdentityMailFromDomain",
     {"Identity": DOMAIN, "MailFromDomain": "bounce." + DOMAIN, "BehaviorOnMXFailure": "RejectMessage"}),
    ("ses", "GetIdentityMailFromDomainAttributes", {"Identities": [DOMAIN]}),
    ("ses", "SetIdentityMailFromDomain", {"Identity": DOMAIN}),
    ("ses", "GetIdentityMailFromDomainAttributes", {"Identities": [DOMAIN]}),
    ("ses", "SetIdentityFeedbackForwardingEnabled", {"Identity": DOMAIN, "ForwardingEnabled": False}),
    ("ses", "GetIdentityNotificationAttributes", {"Identities": [DOMAIN]}),
    ("ses", "ListIdentities", {"IdentityType": "Domain", "MaxItems": 2}),
    ("ses", "DeleteIdentity", {"Identity": DOMAIN}),
]

# The model of version 1 names no error of these operations; these are of its "Common Errors" or were seen.
COMMON = {"InvalidParameterValue", "ValidationError", "MalformedInput"}

# What the model requires and SES leaves out where nothing was set (SES API reference, the members' descriptions).
LEFT_OUT = {
    "MailFromAttributes.MailFromDomain", "MailFromAttributes.MailFromDomainStatus",
    "IdentityMailFromDomainAttributes.MailFromDomain", "IdentityMailFromDomainAttributes.MailFromDomainStatus",
    "IdentityNotificationAttributes.BounceTopic", "IdentityNotificationAttributes.ComplaintTopic",
    "IdentityNotificationAttributes.DeliveryTopic",
}
# A flag that is left out is false.
FLAGS = {"DkimEnabled", "ForwardingEnabled"}


class Judge:
    def __init__(self):
        self.problems, self.left_out, self.calls = [], set(), 0

    def tell(self, where, what):
        self.problems.append(f"{where}: {what}")

    def structure(self, shape, names, where):
        for name in names:
            if name not in shape.members:
                self.tell(where, f"{name} is no member of {shape.name}")
        for name in shape.required_members:
            if name in names:
                continue
            path = f"{shape.name}.{name}"
            if path in LEFT_OUT:
                self.left_out.add(path)
            else:
                self.tell(where, f"{path} is required")

    def text(self, shape, text, where):
        if shape.type_name == "string" and shape.enum and text not in shape.enum:
            self.tell(where, f"{text} is no {shape.name}")
        if shape.type_name == "boolean" and text not in ("true", "false"):
            self.tell(where, f"{text} is no boolean")

    def json(self, shape, value, where):
        kinds = {"structure": dict, "map": dict, "list": list, "string": str, "boolean": bool, "integer": int,
                 "long": int, "double": (int, float), "timestamp": (int, float)}
        if not isinstance(value, kinds[shape.type_name]) or (isinstance(value, bool) != (shape.type_name == "boolean")):
            self.tell(where, f"{value!r} is no {shape.type_name}")
        elif shape.type_name == "structure":
            self.structure(shape, value, where)
            for name in set(value) & set(shape.members):
                self.json(shape.members[name], value[name], f"{where}.{name}")
        elif shape.type_name == "list":
            for one in value:
                self.json(shape.member, one, where)
        elif shape.type_name == "map":
            for one in value.values():
                self.json(shape.value, one, where)
        elif shape.type_name == "string":
            self.text(shape, value, where)

    def xml(self, shape, element, where):
        children = [(child.tag.split("}")[-1], child) for child in element]
        if shape.type_name == "structure":
            self.structure(shape, [name for name, _ in children], where)
            for name, child in children:
                if name in shape.members:
                    self.xml(shape.members[name], child, f"{where}.{name}")
        elif shape.type_name == "list":
            for name, child in children:
                if name != "member":
                    self.tell(where, f"{name} in a list")
                self.xml(shape.member, child, where)
        elif shape.type_name == "map":
            for name, entry in children:
                parts = {part.tag.split("}")[-1]: part for part in entry}
                if name != "entry" or set(parts) != {"key", "value"}:
                    self.tell(where, f"{name} with {sorted(parts)} in a map")
                else:
                    self.xml(shape.value, parts["value"], where)
        else:
            self.text(shape, element.text or "", where)


class Client:
    def __init__(self, judge, service, url, access_key, secret):
        self.judge, self.service, self.body = judge, service, b""
        self.client = boto3.client(
            service, endpoint_url=url, region_name="us-east-1", aws_access_key_id=access_key,
            aws_secret_access_key=secret, config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
        )
        self.client.meta.events.register("before-parse", self.keep)

    def keep(self, response_dict, **_):
        self.body = response_dict["body"]

    def model(self, operation):
        return self.client.meta.service_model.operation_model(operation)

    def call(self, operation, arguments, where):
        """Whether it succeeded. Judges the answer."""
        model = self.model(operation)
        self.judge.calls += 1
        try:
            self.client._make_api_call(operation, arguments)
        except ClientError as error:
            code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
            known = {shape.name for shape in model.error_shapes} if self.service == "sesv2" else COMMON
            if status >= 500 or code not in known:
                self.judge.tell(where, f"{status} {code} is not among {sorted(known)}")
            return False
        if self.service == "sesv2":
            self.judge.json(model.output_shape, json.loads(self.body), where)
        elif model.output_shape is not None:
            result = xml.fromstring(self.body)[0]
            self.judge.xml(model.output_shape, result, where)
        return True


def enums_in(shape, arguments, path=()):
    """The places in the arguments that hold an enum, with its values."""
    if shape.type_name == "structure" and isinstance(arguments, dict):
        for name, value in arguments.items():
            yield from enums_in(shape.members[name], value, (*path, name))
    elif shape.type_name == "string" and shape.enum:
        yield path, shape.enum


def with_value(arguments, path, value):
    name, *rest = path
    return {**arguments, name: with_value(arguments[name], rest, value) if rest else value}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--access-key", required=True)
    parser.add_argument("--secret", required=True)
    options = parser.parse_args()
    judge = Judge()
    clients = {s: Client(judge, s, options.url, options.access_key, options.secret) for s in ("ses", "sesv2")}
    for service, operation, arguments in CALLS:
        client = clients[service]
        shape = client.model(operation).input_shape
        client.call(operation, arguments, operation)
        for name in shape.required_members:
            where = f"{operation} without {name}"
            if shape.members[name].serialization.get("location") == "uri" or name in FLAGS:
                continue
            rest = {key: value for key, value in arguments.items() if key != name}
            if client.call(operation, rest, where) and shape.members[name].type_name != "list":
                judge.tell(where, "is accepted")
        for path, values in enums_in(shape, arguments):
            for value in [*values, "NO_SUCH_VALUE"]:
                where = f"{operation} with {'.'.join(path)} {value}"
                if client.call(operation, with_value(arguments, path, value), where) and value == "NO_SUCH_VALUE":
                    judge.tell(where, "is accepted")
    print(json.dumps({
        "calls": judge.calls,
        "operations": sorted({f"{service}:{operation}" for service, operation, _ in CALLS}),
        "problems": judge.problems,
        "stale": sorted(LEFT_OUT - judge.left_out),
    }))


main()
