import type { HostDescriptor } from "../descriptor";
import { RECORD_TYPES } from "../record";
import type { ManualEntry } from "./entry";

const load = (): typeof import("./manual") => require("./manual");

const canOf = ({ underscores = true, multipleValues = true }: ManualEntry) => ({
  types: RECORD_TYPES,
  underscores,
  multipleValues,
  readable: false,
});

export const manual: HostDescriptor<ManualEntry> = {
  kind: "manual",
  title: "By hand",
  aliases: ["none", "external", "other"],
  properties: {
    underscores: {
      type: "boolean",
      role: "host",
      describe: "whether the host takes names that begin with an underscore. Default true",
      default: true,
    },
    multipleValues: {
      type: "boolean",
      role: "host",
      describe: "whether the host holds several TXT values under one name. Default true",
      default: true,
    },
  },
  can(entry) {
    return canOf(entry);
  },
  readable: false,
  config: [],
  open: (entry) => load().openManual(canOf(entry)),
};
