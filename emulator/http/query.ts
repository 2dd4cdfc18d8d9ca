import { AwsError } from "./errors";
import { type HttpReply, type HttpRequest, parseTarget } from "./message";
import type { Call, Operation } from "./service";
import { writeXml, type XmlFields } from "./xml";

/** The parameters of a query-protocol request: of its form, or of its address with GET. */
export interface Parameters {
  readonly action: string;
  get(name: string): string | undefined;
  /** Throws `AwsError` ValidationError, as the services word it. */
  need(name: string): string;
  /** `NAME.member.1`, `NAME.member.2`, … in order. */
  list(name: string): readonly string[];
}

export function parametersOf(request: HttpRequest): Parameters {
  const pairs = request.method === "GET" ? request.query : parseTarget(`?${request.body.toString("utf8")}`).query;
  const values = new Map(pairs);
  const list = (name: string) => {
    const found: string[] = [];
    for (let index = 1; ; index++) {
      const value = values.get(`${name}.member.${index}`);
      if (value === undefined) return found;
      found.push(value);
    }
  };
  return {
    action: values.get("Action") ?? "",
    get: (name) => values.get(name),
    list,
    need(name) {
      const value = values.get(name);
      if (value !== undefined) return value;
      const field = name.charAt(0).toLowerCase() + name.slice(1);
      throw new AwsError(
        "ValidationError",
        `1 validation error detected: Value null at '${field}' failed to satisfy constraint: Member must not be null`,
      );
    },
  };
}

/** What one action of a query API does; what it returns is the content of `<ActionResult>`. */
export interface QueryAction {
  readonly permission?: string;
  resource?(parameters: Parameters, call: Call): string;
  run(parameters: Parameters, call: Call): XmlFields | Promise<XmlFields>;
}

/** Throws `AwsError` InvalidAction for one that is not among them. */
export function queryOperation(
  actions: Readonly<Record<string, QueryAction>>,
  namespace: string,
  version: string,
  call: Call,
): Operation {
  const parameters = parametersOf(call.request);
  const { action } = parameters;
  const found = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!found || parameters.get("Version") !== version) {
    const asked = parameters.get("Version") ?? version;
    throw new AwsError("InvalidAction", `Could not find operation ${action} for version ${asked}`, 400);
  }
  return {
    action,
    ...(found.permission === undefined ? {} : { permission: found.permission }),
    ...(found.resource ? { resource: found.resource(parameters, call) } : {}),
    run: async () => queryReply(action, namespace, call.requestId, await found.run(parameters, call)),
  };
}

function queryReply(action: string, namespace: string, requestId: string, result: XmlFields): HttpReply {
  const body = { [`${action}Result`]: result, ResponseMetadata: { RequestId: requestId } };
  return {
    status: 200,
    headers: { "content-type": "text/xml" },
    body: writeXml(`${action}Response`, namespace, body),
  };
}
