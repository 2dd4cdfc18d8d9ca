/** SES's own zone: the public keys of Easy DKIM, and the hosts of the feedback endpoints. */
export interface AmazonZone {
  /** Puts public keys behind tokens. `name`: the token in its DKIM zone. */
  publish(keys: readonly { readonly name: string; readonly publicKey: string }[]): void;
  /** Takes keys away. */
  withdraw(names: readonly string[]): void;
  /** Gives the feedback endpoint of a region an address. */
  announce(host: string): void;
}
