"""A domain that is ready to send, with Amazon SES and Route 53."""

import pulumi
import pulumi_sesdomain as sesdomain

# pulumi config set domain example.com
domain = pulumi.Config().require("domain")

mail = sesdomain.VerifiedDomain(
    "mail",
    domain=domain,
    identities=[{"region": "us-east-1"}],
    dns={"kind": "route53"},
    # Three CNAME records: SES signs the domain's mail.
    dkim=True,
    # bounce.example.com, with an MX and an SPF record: bounces go there, and SPF aligns.
    mail_from="bounce",
)

# Resolves once all of it is in place: what depends on it can send.
pulumi.export("arn", mail.identity_arns["us-east-1"])
pulumi.export("verified", mail.verified)
