// A tar archive whose bytes depend on its files alone: not on when, where and by which user it is made.
import { gzipSync } from "node:zlib";

const BLOCK = 512;
/** 1980-01-01: the earliest time that ZIP tools can write too. */
const TIME = 315_532_800;
const GZIP_SYSTEM = 9;
const UNKNOWN_SYSTEM = 255;

/**
 * @typedef {{ readonly name: string, readonly content: Buffer, readonly executable: boolean }} Entry
 *
 * @param {readonly Entry[]} entries files at the archive's root
 * @returns {Buffer} a `.tar.gz`
 */
export function tarGz(entries) {
  const sorted = [...entries].sort((one, other) => (one.name < other.name ? -1 : 1));
  const blocks = sorted.flatMap(({ name, content, executable }) => [
    header(name, content.length, executable ? 0o755 : 0o644),
    content,
    Buffer.alloc(-content.length & (BLOCK - 1)),
  ]);
  const packed = gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]), { level: 9 });
  // zlib writes there on which system it runs.
  packed[GZIP_SYSTEM] = UNKNOWN_SYSTEM;
  return packed;
}

/** POSIX.1-2001, pax, "ustar Interchange Format". */
function header(name, size, mode) {
  if (Buffer.byteLength(name) > 100) throw new Error(`${name}: too long a name for an archive`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value, at, length) => block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at);
  block.write(name, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(TIME, 136, 12);
  block.write("        ", 148);
  block.write("0", 156);
  block.write("ustar\x0000", 257);
  octal(0, 329, 8);
  octal(0, 337, 8);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
