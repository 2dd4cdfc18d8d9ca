import * as pulumi from "@pulumi/pulumi";
import { VerifiedDomain } from "../provider";
import { openStack } from "../test/support/engine/stack";
import { openBenchCloud } from "./support/cloud";
import { REGION } from "./support/cloud-names";

const DOMAIN = "ses-bench-state.com";

/** Does nothing, and is serialized into the state whole, as Pulumi's guide to dynamic providers has it. */
class NoopProvider implements pulumi.dynamic.ResourceProvider {
  async check(_olds: unknown, news: object) {
    return { inputs: news, failures: [] };
  }
  async diff() {
    return { changes: false };
  }
  async create(inputs: { domain: string }) {
    return { id: inputs.domain, outs: inputs };
  }
  async update(_id: string, _olds: unknown, news: object) {
    return { outs: news };
  }
  async read(id: string, props: object) {
    return { id, props };
  }
  async delete() {}
}

class Noop extends pulumi.dynamic.Resource {
  constructor(name: string, args: { readonly domain: string }) {
    super(new NoopProvider(), name, args);
  }
}

/** Bytes of JSON that one resource takes in the exported state: a verified domain, and a dynamic resource that does nothing. */
export async function run(): Promise<object> {
  const cloud = await openBenchCloud();
  try {
    await cloud.addZone(DOMAIN);
    const program = async () => {
      new VerifiedDomain("ours", { domain: DOMAIN, identities: [{ region: REGION }], dns: { kind: "route53" } });
      new Noop("noop", { domain: DOMAIN });
    };
    const stack = await openStack({ program, project: "sesdomain-bench", env: cloud.env });
    try {
      const up = await stack.up();
      if (up.failed) throw new Error(`the stack could not be made:\n${up.stdout}`);
      const resources: { readonly urn: string }[] = (await stack.exportState()).deployment.resources;
      const bytes = (name: string) => {
        const resource = resources.find(({ urn }) => urn.endsWith(`::${name}`));
        if (resource === undefined) throw new Error(`the state has no resource ${name}`);
        return Buffer.byteLength(JSON.stringify(resource));
      };
      const [ours, noop] = [bytes("ours"), bytes("noop")];
      return { ours_bytes: ours, noop_bytes: noop, ratio: Number((ours / noop).toFixed(2)) };
    } finally {
      await stack.close();
    }
  } finally {
    await cloud.close();
  }
}
