// Pixels to strip records ("Strip record") and a scan's description to its canonical header ("Scan header").

import zlib from 'node:zlib';

export const STRIP_COLUMNS = 128;
const LEVELS = 4;
const BLOCK_BYTES = 128 * 1024;
const REALS = new Set(['pitch_x_mm', 'pitch_y_mm', 'air', 'dark', 'energies_mv', 'started_at', 'gross_kg']);

/** Canonical JSON: keys sorted, no spaces, and every real with a point, so that all programs write the same bytes. */
export function canonical(value, key = '') {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, key)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name], name)}`);
    return `{${members.join(',')}}`;
  }
  if (typeof value === 'number' && REALS.has(key) && Number.isInteger(value)) return `${value}.0`;
  return JSON.stringify(value);
}

/**
 * The record of one strip.
 * @param {Uint16Array[]} planes the strip's pixels in each channel, row by row
 */
export function encodeStrip(planes, rows, columns, sequence, view = 0) {
  const tiles = [];
  let level = planes.map((pixels) => ({ pixels, rows, columns }));
  for (let k = 0; k < LEVELS; k += 1) {
    if (k) level = level.map(halved);
    for (const plane of level) tiles.push(encodeTile(plane, STRIP_COLUMNS >> k));
  }
  const lengths = Buffer.alloc(4 * tiles.length);
  tiles.forEach((tile, place) => lengths.writeUInt32LE(tile.length, 4 * place));
  const checked = Buffer.concat([lengths, ...tiles]);
  const prefix = Buffer.alloc(20);
  prefix.write('SVR1', 'latin1');
  prefix.writeUInt32LE(sequence, 4);
  prefix.writeUInt8(view, 8);
  prefix.writeUInt8(LEVELS, 9);
  prefix.writeUInt8(planes.length, 10);
  prefix.writeUInt16LE(columns, 12);
  prefix.writeUInt32LE(zlib.crc32(checked), 16);
  return Buffer.concat([prefix, checked]);
}

/** What stands in front of a record's tiles, of a record that begins at `at` in `buffer`. */
export function recordLength(buffer, at = 0) {
  if (buffer.toString('latin1', at, at + 4) !== 'SVR1') throw new Error('these bytes do not begin with a strip record');
  const tiles = buffer.readUInt8(at + 9) * buffer.readUInt8(at + 10);
  let length = 20 + 4 * tiles;
  for (let place = 0; place < tiles; place += 1) length += buffer.readUInt32LE(at + 20 + 4 * place);
  return length;
}

/** The 2 x 2 means, rounded half up; an odd last row or column is its own neighbour. */
function halved({ pixels, rows, columns }) {
  const half = { rows: Math.ceil(rows / 2), columns: Math.ceil(columns / 2) };
  half.pixels = new Uint16Array(half.rows * half.columns);
  for (let row = 0; row < half.rows; row += 1) {
    const upper = 2 * row * columns;
    const lower = Math.min(2 * row + 1, rows - 1) * columns;
    for (let column = 0; column < half.columns; column += 1) {
      const left = 2 * column;
      const right = Math.min(left + 1, columns - 1);
      const sum = pixels[upper + left] + pixels[upper + right] + pixels[lower + left] + pixels[lower + right];
      half.pixels[row * half.columns + column] = (sum + 2) >> 2;
    }
  }
  return half;
}

/** Horizontal differences of the tile, padded by its edge to `width` and to 16 rows, in a Zstandard frame. */
function encodeTile({ pixels, rows, columns }, width) {
  const height = Math.ceil(rows / 16) * 16;
  const bytes = Buffer.alloc(2 * width * height);
  for (let row = 0; row < height; row += 1) {
    const from = Math.min(row, rows - 1) * columns;
    let before = 0;
    for (let column = 0; column < width; column += 1) {
      const value = pixels[from + Math.min(column, columns - 1)];
      bytes.writeUInt16LE((value - before) & 0xffff, 2 * (row * width + column));
      before = value;
    }
  }
  return zstdFrame(bytes);
}

/** A Zstandard frame (RFC 8878) of raw blocks: legal and simple, but as long as the pixels. A product compresses. */
function zstdFrame(content) {
  const head = Buffer.alloc(9);
  head.writeUInt32LE(0xfd2fb528, 0);
  head.writeUInt8(0xa0, 4); // one segment, its size in four bytes
  head.writeUInt32LE(content.length, 5);
  const parts = [head];
  for (let from = 0; from < content.length; from += BLOCK_BYTES) {
    const block = content.subarray(from, from + BLOCK_BYTES);
    const isLast = from + BLOCK_BYTES >= content.length;
    const blockHead = Buffer.alloc(3);
    blockHead.writeUIntLE((block.length << 3) | Number(isLast), 0, 3);
    parts.push(blockHead, block);
  }
  return Buffer.concat(parts);
}
