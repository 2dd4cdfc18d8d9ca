import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { CheckRequest, type CheckResponse, ConfigureRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { shim } from "../../../provider/resources/shim";
import { isPlugin, typeOf } from "./door";

export type Props = Readonly<Record<string, unknown>>;

/** What a preview gets for a resource's arguments. */
export interface Checked {
  readonly inputs: Props;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

/** The provider's process as the engine starts it, with the engine left out: the plugin, or Pulumi's own for dynamic resources. */
export interface ProviderProcess {
  /** The call that a preview and an update make before anything else. */
  check(urn: string, args: Props, olds?: Props): Promise<Checked>;
  close(): Promise<void>;
}

const root = join(__dirname, "..", "..", "..");

/** `env` is all that the process has besides PATH and HOME. The compiled package has to be there. */
export async function openProviderProcess(env: Readonly<Record<string, string>>): Promise<ProviderProcess> {
  const script = isPlugin
    ? join(root, "dist", "provider", "pulumi", "plugin", "main.js")
    : require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
  const { PATH = "", HOME = "" } = process.env;
  // No engine listens there; what the process would show is lost.
  const child = spawn(process.execPath, [script, "127.0.0.1:9"], {
    cwd: root,
    env: { PATH, HOME, AWS_CONFIG_FILE: "none", AWS_SHARED_CREDENTIALS_FILE: "none", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const grpc: typeof import("@grpc/grpc-js") = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js");
  const client = new ResourceProviderClient(`127.0.0.1:${await portOf(child)}`, grpc.credentials.createInsecure());
  const configuration = new ConfigureRequest();
  configuration.setArgs(struct({}));
  await new Promise<void>((resolve, reject) => {
    client.configure(configuration, (error) => (error ? reject(error) : resolve()));
  });

  return {
    async check(urn, args, olds = {}) {
      const request = new CheckRequest();
      request.setUrn(urn);
      request.setType(typeOf("VerifiedDomain"));
      request.setName(urn.split("::").at(-1) ?? "");
      request.setNews(struct(isPlugin ? args : { ...args, __provider: shim("verifiedDomain"), __urn: urn }));
      request.setOlds(struct(olds));
      const response = await new Promise<CheckResponse>((resolve, reject) => {
        client.check(request, (error, answer) => (error ? reject(error) : resolve(answer)));
      });
      return {
        inputs: (response.getInputs()?.toJavaScript() ?? {}) as Props,
        failures: response.getFailuresList().map((one) => ({ property: one.getProperty(), reason: one.getReason() })),
      };
    },
    async close() {
      client.close();
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    },
  };
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
  if (stdout === null) throw new TypeError("the process has no standard output");
  const [first] = (await once(stdout, "data")) as [Buffer];
  return Number(first.toString().trim());
}

function struct(value: Props): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(value)));
}
