using System.Collections.Generic;
using Pulumi;
using PulumiSesdomain.Sesdomain;
using PulumiSesdomain.Sesdomain.Inputs;

return await Deployment.RunAsync(() =>
{
    // pulumi config set domain example.com
    var domain = new Config().Require("domain");

    var mail = new VerifiedDomain("mail", new VerifiedDomainArgs
    {
        Domain = domain,
        Identities = { new IdentityArgs { Region = "us-east-1" } },
        // The token: CLOUDFLARE_API_TOKEN, or `pulumi config set --secret sesdomain:cloudflareApiToken`.
        Dns = new CloudflareHostArgs { Kind = "cloudflare" },
        // Three CNAME records: SES signs the domain's mail.
        Dkim = true,
        // bounce.example.com, with an MX and an SPF record: bounces go there, and SPF aligns.
        MailFrom = "bounce",
    });

    // Resolves once all of it is in place: what depends on it can send.
    return new Dictionary<string, object?>
    {
        ["arn"] = mail.IdentityArns.Apply(arns => arns["us-east-1"]),
        ["verified"] = mail.Verified,
    };
});
