"""Makes the same boto3 calls to the emulator and to moto's server, and compares what both support.

An outcome is the shape of the answer (its keys, the types of its values, the values themselves where both must agree) or
the error's code and HTTP status. Where moto is known to differ from AWS, KNOWN says how; one that is no difference any
more is reported as stale. Prints one JSON object.
"""

import argparse
import json
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

DOMAIN = "ses-example.com"
RECORD = "_amazonses." + DOMAIN + "."
ACCOUNT = "123456789012"
ARN = f"arn:aws:ses:us-east-1:{ACCOUNT}:identity/{DOMAIN}"

# Values under these keys must agree; of all others only the type must.
LITERAL = {
    "Account", "Action", "Comment", "IdentityName", "IdentityType", "IsTruncated", "Key", "MaxItems", "MultiValueAnswer",
    "Name", "NextRecordName", "NextRecordType", "PrivateZone", "ResourceRecordSetCount", "SetIdentifier", "TTL", "Type",
    "Value", "VerificationStatus", "VerifiedForSendingStatus", "Weight",
}

# Where moto 5.2 is not as AWS documents it.
KNOWN = {
    "sts assume no role": "moto assumes a role whatever its ARN says",
    "zones": "moto leaves out Marker, which the API's model requires",
    "zones paged": "moto leaves out Marker, which the API's model requires",
    "zones by name": "moto leaves out IsTruncated and MaxItems, which the API's model requires",
    "zones from a name": "moto leaves out IsTruncated and MaxItems, and the limit",
    "zone create again": "moto makes a second zone for the same caller reference",
    "set create over": "moto lets CREATE replace a set",
    "set delete stale": "moto lets DELETE remove a set whose values have changed",
    "set delete absent": "moto says InvalidInput where Route 53 says InvalidChangeBatch",
    "set unquoted": "moto takes a TXT value without quotes",
    "set twice a value": "moto takes the same value twice",
    "set wildcard listed": "moto writes an asterisk where Route 53 writes its octal escape",
    "dkim attributes absent": "moto says NotStarted of an identity that is not there",
    "mail from suffix": "moto takes a MAIL FROM domain that only ends like the identity",
    "mail from itself": "moto takes the identity itself as MAIL FROM domain",
    "v2 get": "moto says that a verified domain may not send, and leaves out the tags",
    "v2 create again": "moto makes an identity that is there once more",
    "v2 delete again": "moto deletes an identity that is not there",
    "tags absent": "moto lists the tags of an identity that is not there",
}


def shape(value, key=""):
    if isinstance(value, dict):
        return {name: shape(inner, name) for name, inner in sorted(value.items()) if name != "ResponseMetadata"}
    if isinstance(value, list):
        return [shape(inner, key) for inner in value]
    if key in LITERAL:
        return value
    return type(value).__name__


class Session:
    """One run of all calls against one server."""

    def __init__(self, url, access_key, secret):
        self.url, self.keys, self.outcomes = url, (access_key, secret, None), {}
        self.token = None

    def client(self, service):
        access_key, secret, token = self.keys
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=access_key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=Config(retries={"total_max_attempts": 1}),
        )

    def step(self, name, call, pick=lambda answer: answer, **arguments):
        """Records what the call comes to, and returns its answer (None for an error)."""
        try:
            answer = call(**arguments)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            self.outcomes[name] = {"error": error.response["Error"]["Code"], "status": status}
            return None
        outcome = json.dumps(shape(pick(answer)))
        self.outcomes[name] = json.loads(outcome.replace(self.token, "TOKEN") if self.token else outcome)
        return answer


def sts(run):
    run.step("sts caller", run.client("sts").get_caller_identity)
    role = f"arn:aws:iam::{ACCOUNT}:role/mail"
    answer = run.step("sts assume", run.client("sts").assume_role, RoleArn=role, RoleSessionName="compare")
    if answer:
        mine, given = run.keys, answer["Credentials"]
        run.keys = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        run.step("sts caller by role", run.client("sts").get_caller_identity)
        run.keys = mine
    run.step("sts assume no role", run.client("sts").assume_role, RoleArn="short-and-no-arn-at-all", RoleSessionName="compare")


def zones(run):
    route53 = run.client("route53")
    made = run.step("zone create", route53.create_hosted_zone, Name=DOMAIN, CallerReference="first",
                    HostedZoneConfig={"Comment": "a comment"}, pick=without("DelegationSet", "Location"))
    zone = made["HostedZone"]["Id"].split("/")[-1]
    run.step("zone get", route53.get_hosted_zone, Id=zone, pick=without("DelegationSet"))
    run.step("zone get absent", route53.get_hosted_zone, Id="ZABSENT")
    run.step("zone create second", route53.create_hosted_zone, Name="a.example", CallerReference="second",
             pick=without("DelegationSet", "Location"))
    run.step("zones", route53.list_hosted_zones)
    run.step("zones paged", route53.list_hosted_zones, MaxItems="1")
    run.step("zones by name", route53.list_hosted_zones_by_name)
    run.step("zones from a name", route53.list_hosted_zones_by_name, DNSName="a.example", MaxItems="1")
    run.step("zone create again", route53.create_hosted_zone, Name="a.example", CallerReference="second")
    return zone


def without(*keys):
    return lambda answer: {key: value for key, value in answer.items() if key not in keys}


def records(run, zone):
    route53 = run.client("route53")

    def change(name, *changes):
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record} for action, record in changes]}
        return run.step(name, route53.change_resource_record_sets, HostedZoneId=zone, ChangeBatch=batch)

    def text(*values, name=RECORD, ttl=300, **more):
        return {"Name": name, "Type": "TXT", "TTL": ttl, "ResourceRecords": [{"Value": v} for v in values], **more}

    def listed(name, **arguments):
        def pick(answer):
            sets = [one for one in answer["ResourceRecordSets"] if one["Type"] not in ("SOA", "NS")]
            return {**answer, "ResourceRecordSets": sets}
        return run.step(name, route53.list_resource_record_sets, pick=pick, HostedZoneId=zone, **arguments)

    one, two = f'"{run.token}"', '"another team" "in two strings"'
    made = change("set create", ("CREATE", text(one)))
    run.step("change get", route53.get_change, Id=made["ChangeInfo"]["Id"])
    listed("sets")
    change("set create over", ("CREATE", text(two)))
    change("set swap", ("DELETE", text(one)), ("CREATE", text(one, two)))
    listed("sets after swap")
    change("set delete stale", ("DELETE", text(one)))
    change("set restore", ("UPSERT", text(one, two)))
    change("set upsert", ("UPSERT", text(one, two, ttl=60)))
    change("set delete absent", ("DELETE", text(one, name="absent." + DOMAIN)))
    change("set outside", ("CREATE", text(one, name="other.example")))
    change("set multivalue", ("CREATE", text('"x"', name="m." + DOMAIN, SetIdentifier="a", MultiValueAnswer=True)),
           ("CREATE", text('"y"', name="m." + DOMAIN, SetIdentifier="b", MultiValueAnswer=True)))
    change("set weighted", ("CREATE", text('"x"', name="w." + DOMAIN, SetIdentifier="a", Weight=1)))
    listed("sets of all kinds")
    listed("sets from a name", StartRecordName="m." + DOMAIN, StartRecordType="TXT", MaxItems="2")
    change("set wildcard", ("CREATE", text('"x"', name="*." + DOMAIN)))
    listed("set wildcard listed")
    change("set unquoted", ("CREATE", text("bare", name="bare." + DOMAIN)))
    change("set twice a value", ("CREATE", text(one, one, name="twice." + DOMAIN)))
    run.step("sets of no zone", route53.list_resource_record_sets, HostedZoneId="ZABSENT")
    run.step("zone delete full", route53.delete_hosted_zone, Id=zone)


def identities(run):
    ses = run.client("ses")
    answer = run.step("domain verify", ses.verify_domain_identity, Domain=DOMAIN)
    run.step("domain verify again", ses.verify_domain_identity, Domain=DOMAIN)
    run.step("address verify", ses.verify_email_identity, EmailAddress="me@" + DOMAIN)
    run.step("identities", ses.list_identities)
    run.step("identities domains", ses.list_identities, IdentityType="Domain")
    run.step("identities addresses", ses.list_identities, IdentityType="EmailAddress")
    run.token = answer["VerificationToken"]


def verified(run):
    """What SES says once the token is published: waits for it as any client does."""
    ses, sesv2 = run.client("ses"), run.client("sesv2")
    for _ in range(100):
        answer = ses.get_identity_verification_attributes(Identities=[DOMAIN])
        if answer["VerificationAttributes"][DOMAIN]["VerificationStatus"] == "Success":
            break
        time.sleep(0.1)
    run.step("attributes", ses.get_identity_verification_attributes, Identities=[DOMAIN])
    run.step("attributes absent", ses.get_identity_verification_attributes, Identities=["absent.example"])
    keep = ("IdentityType", "FeedbackForwardingStatus", "VerifiedForSendingStatus", "VerificationStatus", "Tags")
    run.step("v2 get", sesv2.get_email_identity, EmailIdentity=DOMAIN,
             pick=lambda answer: {key: answer.get(key) for key in keep})
    run.step("v2 get absent", sesv2.get_email_identity, EmailIdentity="absent.example")
    run.step("v2 list", sesv2.list_email_identities,
             pick=lambda answer: [one for one in answer["EmailIdentities"] if one["IdentityType"] == "DOMAIN"])


def sending(run):
    """DKIM and MAIL FROM, as far as moto has them: in version 1."""
    ses = run.client("ses")
    run.step("dkim verify", ses.verify_domain_dkim, Domain=DOMAIN)
    run.step("dkim attributes", ses.get_identity_dkim_attributes, Identities=[DOMAIN])
    run.step("dkim attributes absent", ses.get_identity_dkim_attributes, Identities=["absent.example"])
    run.step("mail from none", ses.get_identity_mail_from_domain_attributes, Identities=[DOMAIN])
    mail_from = {"Identity": DOMAIN, "MailFromDomain": "bounce." + DOMAIN, "BehaviorOnMXFailure": "RejectMessage"}
    run.step("mail from set", ses.set_identity_mail_from_domain, **mail_from)
    run.step("mail from attributes", ses.get_identity_mail_from_domain_attributes, Identities=[DOMAIN])
    run.step("mail from attributes absent", ses.get_identity_mail_from_domain_attributes, Identities=["absent.example"])
    run.step("mail from outside", ses.set_identity_mail_from_domain, **{**mail_from, "MailFromDomain": "bounce.example.com"})
    run.step("mail from suffix", ses.set_identity_mail_from_domain, **{**mail_from, "MailFromDomain": "bad" + DOMAIN})
    run.step("mail from itself", ses.set_identity_mail_from_domain, **{**mail_from, "MailFromDomain": DOMAIN})
    run.step("mail from behavior", ses.set_identity_mail_from_domain, **{**mail_from, "BehaviorOnMXFailure": "Other"})
    run.step("mail from of none", ses.set_identity_mail_from_domain, **{**mail_from, "Identity": "absent.example"})
    run.step("mail from clear", ses.set_identity_mail_from_domain, Identity=DOMAIN)
    run.step("mail from cleared", ses.get_identity_mail_from_domain_attributes, Identities=[DOMAIN])


def tags(run):
    sesv2 = run.client("sesv2")
    run.step("tag", sesv2.tag_resource, ResourceArn=ARN, Tags=[{"Key": "owner", "Value": "us"}, {"Key": "b", "Value": ""}])
    run.step("tags", sesv2.list_tags_for_resource, ResourceArn=ARN)
    run.step("untag", sesv2.untag_resource, ResourceArn=ARN, TagKeys=["b"])
    run.step("tags left", sesv2.list_tags_for_resource, ResourceArn=ARN)
    run.step("tags absent", sesv2.list_tags_for_resource, ResourceArn=ARN.replace(DOMAIN, "absent.example"))


def removal(run):
    ses, sesv2 = run.client("ses"), run.client("sesv2")
    run.step("delete", ses.delete_identity, Identity=DOMAIN)
    run.step("delete again", ses.delete_identity, Identity=DOMAIN)
    run.step("attributes after delete", ses.get_identity_verification_attributes, Identities=[DOMAIN])
    run.step("v2 create", sesv2.create_email_identity, EmailIdentity="new.example",
             pick=lambda answer: {"IdentityType": answer["IdentityType"]})
    run.step("v2 create again", sesv2.create_email_identity, EmailIdentity="new.example")
    run.step("v2 delete", sesv2.delete_email_identity, EmailIdentity="new.example")
    run.step("v2 delete again", sesv2.delete_email_identity, EmailIdentity="new.example")


def everything(url, access_key, secret):
    run = Session(url, access_key, secret)
    sts(run)
    zone = zones(run)
    identities(run)
    records(run, zone)
    verified(run)
    sending(run)
    tags(run)
    removal(run)
    return run.outcomes


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--emulator", required=True)
    parser.add_argument("--moto", required=True)
    parser.add_argument("--access-key", required=True)
    parser.add_argument("--secret", required=True)
    options = parser.parse_args()
    ours = everything(options.emulator, options.access_key, options.secret)
    theirs = everything(options.moto, options.access_key, options.secret)
    unlike = [step for step in ours if ours[step] != theirs.get(step)]
    report = {
        "steps": len(ours),
        "agreed": len(ours) - len(unlike),
        "known": {step: KNOWN[step] for step in unlike if step in KNOWN},
        "different": [{"step": s, "emulator": ours[s], "moto": theirs.get(s)} for s in unlike if s not in KNOWN],
        "stale": [step for step in KNOWN if step not in unlike],
    }
    print(json.dumps(report))


main()
