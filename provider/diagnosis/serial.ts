/** Serial numbers wrap: the one is newer that is less than half the circle ahead (RFC 1982 section 3.2). */
export function isNewer(serial: number, than: number): boolean {
  return serial !== than && (serial - than + 2 ** 32) % 2 ** 32 < 2 ** 31;
}
