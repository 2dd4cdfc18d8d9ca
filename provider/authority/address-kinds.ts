import { BlockList, isIPv6 } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Some of the blocks of the IANA special-purpose address registries in which no public server can be. */
const local = new BlockList();
local.addSubnet("0.0.0.0", 8, "ipv4");
local.addSubnet("10.0.0.0", 8, "ipv4");
local.addSubnet("100.64.0.0", 10, "ipv4");
local.addSubnet("169.254.0.0", 16, "ipv4");
local.addSubnet("172.16.0.0", 12, "ipv4");
local.addSubnet("192.168.0.0", 16, "ipv4");
local.addSubnet("224.0.0.0", 3, "ipv4");
local.addAddress("::", "ipv6");
local.addSubnet("fc00::", 7, "ipv6");
local.addSubnet("fe80::", 10, "ipv6");
local.addSubnet("ff00::", 8, "ipv6");

/** The port of public name servers. On other ports all servers are tests', on loopback. */
const DNS_PORT = 53;

/** Whether no server on the internet has this address: it is private, of one link, of this machine, or reserved. False proves nothing. */
export function isPrivate({ address, port }: { readonly address: string; readonly port: number }): boolean {
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  return local.check(address, family) || (port === DNS_PORT && loopback.check(address, family));
}
