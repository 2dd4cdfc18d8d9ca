import { startNsd } from "../support/servers/nsd";
import { describeReading } from "../support/servers/real-zones";

describe("reading from NSD", () => {
  describeReading("nsd", ["127.70.4.1", "127.70.4.2", "127.70.4.3"], startNsd);
});
