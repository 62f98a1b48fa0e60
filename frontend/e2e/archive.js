// Packs a folder as a .zip, without compression: the files in it are compressed already.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { crc32 } from "node:zlib";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;

export function zip(dir) {
  const [locals, centrals] = [[], []];
  let offset = 0;
  for (const path of readdirSync(dir, { recursive: true }).map((name) => join(dir, name)).sort()) {
    if (!statSync(path).isFile()) continue;
    const [bytes, name] = [readFileSync(path), Buffer.from(relative(dir, path))];
    // Version 2.0, no flags, stored, 1 January 2023.
    const common = record([[2, 20], [2, 0], [2, 0], [2, 0], [2, 0x5621], [4, crc32(bytes)], [4, bytes.length],
      [4, bytes.length], [2, name.length], [2, 0]]);
    locals.push(record([[4, LOCAL]]), common, name, bytes);
    centrals.push(record([[4, CENTRAL], [2, 20]]), common, record([[2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), name);
    offset += 4 + common.length + name.length + bytes.length;
  }
  const [count, size] = [centrals.length / 4, Buffer.concat(centrals).length];
  const end = record([[4, END], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, offset], [2, 0]]);
  return Buffer.concat([...locals, ...centrals, end]);
}

/** Little-endian numbers, each with its width in bytes. */
function record(fields) {
  const bytes = Buffer.alloc(fields.reduce((sum, [width]) => sum + width, 0));
  let at = 0;
  for (const [width, value] of fields) at = bytes.writeUIntLE(value, at, width);
  return bytes;
}
