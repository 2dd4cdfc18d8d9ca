// No test may reach a real account: what the developer's shell names is forgotten before the first client exists.
for (const name of Object.keys(process.env)) {
  if (/^(AWS|CLOUDFLARE|GOOGLE|GCLOUD|RFC2136|PDNS|PULUMI)_/i.test(name)) delete process.env[name];
}
process.env.AWS_CONFIG_FILE = "no-aws-config";
process.env.AWS_SHARED_CREDENTIALS_FILE = "no-aws-credentials";
process.env.AWS_EC2_METADATA_DISABLED = "true";
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
