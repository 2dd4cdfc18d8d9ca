import type { Authority } from "../../authority/authority";
import { isDefiniteSighting } from "../../authority/sighting";
import type { Ctx } from "../../core/ctx";
import { AuthorityError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import type { Clients } from "../../lifecycle/observation/clients";

/** How long evidence stands that only explains; a watch looks every few seconds. */
const STANDS_MS = 60_000;

/**
 * For a watch: the names that it waits for are read each time, all that only explains what is wrong there (other names,
 * how the servers are kept, DNSSEC) once a minute.
 */
export function openSparing(clients: Clients, awaited: readonly Fqdn[]): Clients {
  const known = new Map<Authority, Authority>();
  return {
    ...clients,
    authority(options) {
      const authority = clients.authority(options);
      const spared = known.get(authority) ?? spare(authority, awaited);
      known.set(authority, spared);
      return spared;
    },
  };
}

function spare(authority: Authority, awaited: readonly Fqdn[]): Authority {
  const look = openRecent<Awaited<ReturnType<Authority["look"]>>>();
  const examine = openRecent<Awaited<ReturnType<Authority["examine"]>>>();
  const glance = openRecent<Awaited<ReturnType<Authority["glance"]>>>();
  const validate = openRecent<Awaited<ReturnType<Authority["validate"]>>>();
  const lookAll = openRecent<Awaited<ReturnType<Authority["lookAll"]>>>();
  const dkimKeys = openRecent<Awaited<ReturnType<Authority["dkimKeys"]>>>();
  return {
    ...authority,
    look: (name, type, ctx) =>
      awaited.includes(name)
        ? authority.look(name, type, ctx)
        : look(`${name} ${type}`, ctx, () => authority.look(name, type, ctx)),
    lookAll: (name, types, ctx) =>
      awaited.includes(name)
        ? authority.lookAll(name, types, ctx)
        : lookAll(`${name} ${types.join()}`, ctx, () => authority.lookAll(name, types, ctx)),
    dkimKeys: (domain, targets, ctx) =>
      dkimKeys(`${domain} ${targets.join()}`, ctx, () => authority.dkimKeys(domain, targets, ctx)),
    examine(sighting, ctx) {
      const answering = sighting.servers.filter(isDefiniteSighting).map(({ address }) => address);
      const key = [sighting.delegation?.zone, ...answering].join(" ");
      return examine(key, ctx, () => authority.examine(sighting, ctx));
    },
    glance: (names, known, ctx) =>
      glance(`${known.type} ${names.join(" ")}`, ctx, () => authority.glance(names, known, ctx)),
    validate: (name, type, ctx) => validate(`${name} ${type}`, ctx, () => authority.validate(name, type, ctx)),
  };
}

/** Remembers what was read, and what could not be; not what was broken off. */
function openRecent<T>(): (key: string, ctx: Ctx, read: () => Promise<T>) => Promise<T> {
  const recent = new Map<string, { readonly atMs: number; readonly reading: Promise<T> }>();
  return (key, { clock }, read) => {
    const known = recent.get(key);
    if (known !== undefined && clock.now() - known.atMs < STANDS_MS) return known.reading;
    const reading = read();
    recent.set(key, { atMs: clock.now(), reading });
    reading.catch((error: unknown) => {
      if (!(error instanceof AuthorityError) || error.code === "timed-out") recent.delete(key);
    });
    return reading;
  };
}
