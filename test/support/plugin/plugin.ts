import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Clock } from "../../../provider/core/clock";
import type { Props } from "../../../provider/lifecycle/lifecycle";
import { openProvider } from "../../../provider/pulumi/plugin/provider";
import { openService } from "../../../provider/pulumi/plugin/server";
import type { Stop } from "../../../provider/pulumi/stop";

/** A resource as the engine keeps it in the state. */
export interface Stored {
  readonly id: string;
  readonly inputs: Props;
  readonly outputs: Props;
  readonly watched: boolean;
}

interface Difference {
  readonly changes: boolean;
  /** Paths, each with its kind: `update`, `add`, `delete`, and `in` where inputs are compared. */
  readonly properties: Readonly<Record<string, string>>;
  readonly replaces: readonly string[];
}

/** What failed, as gRPC tells it; `unfinished` where something was made. */
export class CallFailed extends Error {
  constructor(
    message: string,
    readonly unfinished: Stored | undefined,
  ) {
    super(message);
  }
}

/** The plugin's methods, called as the engine does, with the connection left out. */
export interface TestPlugin {
  /** Lines that the display shows, with `warning: ` in front of those. */
  readonly lines: readonly string[];
  check(news: Props, olds?: Props): Promise<{ readonly inputs: Props; readonly failures: readonly string[] }>;
  diff(stored: Stored, inputs: Props, ignored?: readonly string[]): Promise<Difference>;
  create(inputs: Props, more?: { readonly preview?: boolean; readonly timeout?: number }): Promise<Stored>;
  update(
    stored: Stored,
    inputs: Props,
    more?: { readonly preview?: boolean; readonly timeout?: number },
  ): Promise<Stored>;
  /** `undefined`: gone. */
  read(stored: Stored): Promise<Stored | undefined>;
  import(id: string): Promise<Stored | undefined>;
  delete(stored: Stored): Promise<void>;
  cancel(): Promise<void>;
}

/** A stop that no signal of this process reaches. */
function openTestStop(): Stop {
  return { signal: new AbortController().signal, end() {}, during: (work) => work() };
}

export async function openTestPlugin({
  env,
  clock,
  kind = "VerifiedDomain",
  config = {},
  canWatch = true,
  urn = `urn:pulumi:test::demo::sesdomain:index:${kind}::mail`,
}: {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly kind?: string;
  /** The provider's, by name. */
  readonly config?: Props;
  /** Whether the engine can read resources before a preview. */
  readonly canWatch?: boolean;
  readonly urn?: string;
}): Promise<TestPlugin> {
  const lines: string[] = [];
  const provider = openProvider({
    stop: openTestStop(),
    env,
    clock,
    send: (severity, text) => void lines.push(severity === "warning" ? `warning: ${text}` : text),
  });
  const service = openService(provider, "1.0.0");
  const call = <Response>(method: string, request: unknown) => calling<Response>(service, method, request);

  const hello = new messages.ProviderHandshakeRequest();
  hello.setSupportsRefreshBeforeUpdate(canWatch);
  await call("handshake", hello);
  const configure = new messages.ConfigureRequest();
  configure.setArgs(struct(config));
  configure.setUrn("urn:pulumi:test::demo::pulumi:providers:sesdomain::default");
  await call("configure", configure);

  return {
    lines,
    async check(news, olds = {}) {
      const request = new messages.CheckRequest();
      request.setUrn(urn);
      request.setNews(struct(news));
      request.setOlds(struct(olds));
      const response = await call<messages.CheckResponse>("check", request);
      return {
        inputs: plain(response.getInputs()),
        failures: response.getFailuresList().map((one) => one.getReason()),
      };
    },
    async diff({ id, inputs: oldInputs, outputs }, inputs, ignored = []) {
      const request = new messages.DiffRequest();
      request.setUrn(urn);
      request.setId(id);
      request.setOlds(struct(outputs));
      request.setOldInputs(struct(oldInputs));
      request.setNews(struct(inputs));
      request.setIgnorechangesList([...ignored]);
      const response = await call<messages.DiffResponse>("diff", request);
      const properties: Record<string, string> = {};
      response.getDetaileddiffMap().forEach((one, path) => {
        properties[path] = `${KINDS[one.getKind()]}${one.getInputdiff() ? " in" : ""}`;
      });
      const changes = response.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME;
      return { changes, properties, replaces: response.getReplacesList() };
    },
    async create(inputs, { preview = false, timeout = 0 } = {}) {
      const request = new messages.CreateRequest();
      request.setUrn(urn);
      request.setProperties(struct(inputs));
      request.setPreview(preview);
      request.setTimeout(timeout);
      const response = await call<messages.CreateResponse>("create", request);
      const watched = response.getRefreshBeforeUpdate();
      return { id: response.getId(), inputs, outputs: plain(response.getProperties()), watched };
    },
    async update({ id, inputs: oldInputs, outputs }, inputs, { preview = false, timeout = 0 } = {}) {
      const request = new messages.UpdateRequest();
      request.setUrn(urn);
      request.setId(id);
      request.setOlds(struct(outputs));
      request.setOldInputs(struct(oldInputs));
      request.setNews(struct(inputs));
      request.setPreview(preview);
      request.setTimeout(timeout);
      const response = await call<messages.UpdateResponse>("update", request);
      return { id, inputs, outputs: plain(response.getProperties()), watched: response.getRefreshBeforeUpdate() };
    },
    async read({ id, inputs, outputs }) {
      const request = new messages.ReadRequest();
      request.setUrn(urn);
      request.setId(id);
      request.setProperties(struct(outputs));
      request.setInputs(struct(inputs));
      return readIn(await call<messages.ReadResponse>("read", request));
    },
    async import(id) {
      const request = new messages.ReadRequest();
      request.setUrn(urn);
      request.setId(id);
      return readIn(await call<messages.ReadResponse>("read", request));
    },
    async delete({ id, inputs, outputs }) {
      const request = new messages.DeleteRequest();
      request.setUrn(urn);
      request.setId(id);
      request.setProperties(struct(outputs));
      request.setOldInputs(struct(inputs));
      await call("delete", request);
    },
    async cancel() {
      await call("cancel", undefined);
    },
  };
}

const KINDS: Readonly<Record<number, string>> = {
  0: "add",
  1: "add",
  2: "delete",
  3: "delete",
  4: "update",
  5: "update",
};

function calling<Response>(service: UntypedServiceImplementation, method: string, request: unknown): Promise<Response> {
  const handler = service[method] as (call: unknown, answer: (error: Fault | null, response: Response) => void) => void;
  return new Promise((resolve, reject) => {
    handler({ request }, (error, response) => {
      if (error === null) resolve(response);
      else reject(new CallFailed(error.details, unfinishedIn(error)));
    });
  });
}

interface Fault {
  readonly details: string;
  readonly metadata?: { get(key: string): readonly (string | Buffer)[] };
}

/** The state that an error carries. */
function unfinishedIn({ metadata }: Fault): Stored | undefined {
  const [bytes] = metadata?.get("grpc-status-details-bin") ?? [];
  if (bytes === undefined) return undefined;
  const { Status }: typeof import("@pulumi/pulumi/proto/status_pb") = require("@pulumi/pulumi/proto/status_pb");
  const [packed] = Status.deserializeBinary(Buffer.from(bytes)).getDetailsList();
  const failed = messages.ErrorResourceInitFailed.deserializeBinary(packed?.getValue_asU8() ?? new Uint8Array());
  return {
    id: failed.getId(),
    inputs: {},
    outputs: plain(failed.getProperties()),
    watched: failed.getRefreshBeforeUpdate(),
  };
}

function readIn(response: messages.ReadResponse): Stored | undefined {
  if (response.getId() === "") return undefined;
  return {
    id: response.getId(),
    inputs: plain(response.getInputs()),
    outputs: plain(response.getProperties()),
    watched: response.getRefreshBeforeUpdate(),
  };
}

function struct(props: Props): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(props)));
}

function plain(value: Struct | undefined): Props {
  return (value?.toJavaScript() ?? {}) as Props;
}
