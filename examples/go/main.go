// A domain that is ready to send, with Amazon SES and Route 53.
package main

import (
	"pulumi-sesdomain/sdk/go/sesdomain"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(declare)
}

func declare(ctx *pulumi.Context) error {
	// pulumi config set domain example.com
	domain := config.Require(ctx, "domain")

	mail, err := sesdomain.NewVerifiedDomain(ctx, "mail", &sesdomain.VerifiedDomainArgs{
		Domain:     pulumi.String(domain),
		Identities: sesdomain.IdentityArray{sesdomain.IdentityArgs{Region: pulumi.String("us-east-1")}},
		Dns:        sesdomain.Route53HostArgs{Kind: pulumi.String("route53")},
		// Three CNAME records: SES signs the domain's mail.
		Dkim: pulumi.Bool(true),
		// bounce.example.com, with an MX and an SPF record: bounces go there, and SPF aligns.
		MailFrom: pulumi.String("bounce"),
	})
	if err != nil {
		return err
	}

	// Resolves once all of it is in place: what depends on it can send.
	ctx.Export("arn", mail.IdentityArns.MapIndex(pulumi.String("us-east-1")))
	ctx.Export("verified", mail.Verified)
	return nil
}
