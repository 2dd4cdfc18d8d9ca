/** What a colleague does to the zone in the DNS host's panel: Cloudflare's API, with the token of the environment. */
export interface Panel {
  /** Deletes the CNAME record of that name. */
  remove(name: string): Promise<void>;
  /** Switches the proxy on for the CNAME record of that name. */
  proxy(name: string): Promise<void>;
}

interface Item {
  readonly id: string;
}

/** `env`: CLOUDFLARE_BASE_URL and CLOUDFLARE_API_TOKEN. Rejects where the API refuses. */
export async function openPanel(env: Readonly<Record<string, string>>, zone: string): Promise<Panel> {
  const { CLOUDFLARE_BASE_URL: base, CLOUDFLARE_API_TOKEN: token } = env;
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const reply = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const { success, result, errors } = (await reply.json()) as { success: boolean; result: unknown; errors: unknown };
    if (!success) throw new Error(`${method} ${path}: ${JSON.stringify(errors)}`);
    return result;
  };
  const first = async (path: string): Promise<string> => {
    const [item] = (await call("GET", path)) as readonly Item[];
    if (item === undefined) throw new Error(`nothing at ${path}`);
    return item.id;
  };
  const records = `/zones/${await first(`/zones?name=${zone}`)}/dns_records`;
  const recordAt = async (name: string) => `${records}/${await first(`${records}?type=CNAME&name=${name}`)}`;
  return {
    async remove(name) {
      await call("DELETE", await recordAt(name));
    },
    async proxy(name) {
      await call("PATCH", await recordAt(name), { proxied: true });
    },
  };
}
