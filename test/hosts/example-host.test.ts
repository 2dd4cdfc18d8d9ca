// #region suite
import { join } from "node:path";
import { fqdn } from "../../provider/core/fqdn";
import { holdAt } from "../support/backend/hold";
import { dumped, storedValue, witnessedIn } from "../support/backend/records";
import { describeBackend } from "../support/backend/suite";
import { openExample } from "../support/example-host/example";
import { openExampleServer, TOKEN } from "../support/example-host/server";

const ZONE = fqdn("ses-example.com");
const WRONG = "not-a-token-but-wrong";

describeBackend({
  name: "Example DNS", // the descriptor's title, as its errors say it
  async open() {
    const server = await openExampleServer();
    const { id } = server.zones.add({ name: ZONE });
    const subzone = server.zones.add({ name: `eu.${ZONE}` });
    const open = (token = TOKEN) =>
      openExample({ kind: "example", url: server.url }, { get: () => undefined, env: { EXAMPLE_DNS_TOKEN: token } });
    const standing = (stand: number | "cut") => () => {
      server.stand = stand;
      return {
        undo() {
          server.stand = undefined;
        },
      };
    };
    return {
      backend: open(),
      another: () => open(),
      hold: () => holdAt(server), // keeps requests on their way until they are released
      zone: ZONE,
      subzone: subzone.name,
      secrets: [TOKEN, WRONG], // must appear in no error and no log line
      // What is there, seen by another way than the back end; and how it comes there.
      witness: async (key) => witnessedIn(server.zones.view(id).find(key), key.type),
      async seed(key, values, ttl) {
        const set = { ...key, ttl, values: values.map((value) => storedValue(key.type, value)) };
        server.zones.change(id, [{ action: "put", set }]);
      },
      dump: async () => dumped(server.zones.view(id)), // that a refusal leaves all as it was
      changes: () => server.changes(), // nothing to do sends no writing request
      faults: {
        "wrong credential": () => ({ backend: open(WRONG) }),
        "missing permission": standing(403),
        "missing zone": () => ({ zone: { name: ZONE, id: `${server.url}/zones/none`, servers: [] } }),
        "rate limit": standing(429),
        "server error": standing(500),
        "cut connection": standing("cut"),
      },
      // How other processes open the same back end.
      workers: { module: join(__dirname, "../support/example-host/worker.ts"), settings: server.url },
      close: () => server.close(),
    };
  },
});
// #endregion
