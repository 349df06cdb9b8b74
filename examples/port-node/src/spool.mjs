// The scans of this port on its own disk, until the hub has given a receipt for each ("Scan file").
//
// `<scan>.scan` has the bytes of a growing scan file; `<scan>.json` says what became of it, and stays when the pixels go:
// orders are judged by it.

import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { STRIP_COLUMNS, canonical, encodeStrip, recordLength } from './encoding.mjs';
import { privateFolder, readJson, syncFolder, writeJson } from './files.mjs';

const TIFF_HEADER = Buffer.from('49492b00080000000000000000000000', 'hex');

export class Spool {
  constructor(folder, lane) {
    this.folder = privateFolder(path.join(folder, 'scans'));
    this.lane = lane;
    this.scans = new Map();
    for (const name of fs.readdirSync(this.folder)) {
      if (name.endsWith('.json')) this.#remember(readJson(path.join(this.folder, name)));
    }
  }

  /** Take up a scan: `<name>.json` that describes a raw file of uint16, or a finished scan file. Returns its id. */
  add(file) {
    const source = fs.readFileSync(file);
    return file.endsWith('.json') ? this.#addRaw(file, JSON.parse(source)) : this.#addScanFile(source);
  }

  /** The scans that are to be sent, oldest first. */
  waiting() {
    return [...this.scans.values()].filter((scan) => scan.state === 'waiting').sort((a, b) => a.at - b.at);
  }

  find(scan) {
    return this.scans.get(scan) ?? null;
  }

  /** The canonical header and the place of each strip record of a waiting scan. */
  open(scan) {
    const file = this.#pixels(scan);
    const bytes = fs.readFileSync(file);
    const headerEnd = 24 + bytes.readUInt32LE(16);
    const places = [];
    for (let offset = headerEnd; offset < bytes.length; offset += places.at(-1).length) {
      places.push({ offset, length: recordLength(bytes, offset) });
    }
    return { file, header: bytes.subarray(24, headerEnd), places };
  }

  /** The hub has it: the pixels go, what is known of the scan stays. */
  received(scan) {
    this.#settle(scan, 'received', '');
    fs.rmSync(this.#pixels(scan), { force: true });
  }

  /** The hub does not want it: everything stays, for a person to look at. */
  refused(scan, why) {
    this.#settle(scan, 'refused', why);
  }

  #addRaw(file, { raw, columns, rows, channels, ...described }) {
    const bytes = fs.readFileSync(path.join(path.dirname(file), raw));
    if (bytes.length !== 2 * rows * columns * channels.length) throw new Error(`${raw} has not the pixels that ${file} says`);
    const sha256 = crypto.createHash('sha256').update(fs.readFileSync(file)).update(bytes).digest('hex');
    const { pitch_x_mm, pitch_y_mm, calibrations = [], energies_mv = [], ...about } = described;
    const view = { view: 'side', rows, channels, pitch_x_mm, pitch_y_mm, pitch_source: 'measured', calibrations, energies_mv };
    const header = {
      scan: sha256.slice(0, 32), lane: this.lane, views: [view], started_at: Date.now() / 1000,
      container: '', plate: '', device: 'node', source_name: path.basename(file), source_sha256: sha256,
      declaration: null, notes: [], ...about,
    };
    return this.#store(header, function* records() {
      const planes = channels.map((_, channel) => planeOf(bytes, channel, rows, columns));
      for (let from = 0, sequence = 0; from < columns; from += STRIP_COLUMNS, sequence += 1) {
        const width = Math.min(STRIP_COLUMNS, columns - from);
        yield encodeStrip(planes.map((plane) => cut(plane, rows, columns, from, width)), rows, width, sequence);
      }
    });
  }

  /** The records of a scan file are sent as they are, under this lane and a new id. */
  #addScanFile(bytes) {
    const headerEnd = 24 + bytes.readUInt32LE(16);
    const header = JSON.parse(bytes.subarray(24, headerEnd));
    const end = Number(bytes.readBigUInt64LE(8)) || bytes.length; // where the TIFF directory begins
    const sha256 = crypto.createHash('sha256').update(bytes).digest('hex');
    return this.#store({ ...header, scan: sha256.slice(0, 32), lane: this.lane }, function* records() {
      for (let at = headerEnd; at + 4 <= end && bytes.toString('latin1', at, at + 4) === 'SVR1'; ) {
        const length = recordLength(bytes, at);
        yield bytes.subarray(at, at + length);
        at += length;
      }
    });
  }

  #store(header, records) {
    const { scan } = header;
    if (this.scans.has(scan)) return scan;
    const encoded = Buffer.from(canonical(header));
    const start = Buffer.alloc(8);
    start.writeUInt32LE(encoded.length, 0);
    start.writeUInt32LE(zlib.crc32(encoded), 4);
    const content = crypto.createHash('sha256');
    const file = fs.openSync(this.#pixels(scan), 'w', 0o600);
    try {
      fs.writeSync(file, TIFF_HEADER);
      for (const part of [start, encoded, ...records()]) {
        fs.writeFileSync(file, part);
        content.update(part);
      }
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    syncFolder(this.folder);
    const known = { scan, at: Date.now(), content_sha256: content.digest('hex'), complete: true, state: 'waiting', why: '' };
    writeJson(this.#about(scan), known); // last: a scan without it was never there
    this.#remember(known);
    return scan;
  }

  #settle(scan, state, why) {
    const known = { ...this.scans.get(scan), state, why };
    writeJson(this.#about(scan), known);
    this.#remember(known);
  }

  #remember(known) {
    this.scans.set(known.scan, known);
  }

  #pixels(scan) {
    return path.join(this.folder, `${scan}.scan`);
  }

  #about(scan) {
    return path.join(this.folder, `${scan}.json`);
  }
}

function planeOf(bytes, channel, rows, columns) {
  const plane = new Uint16Array(rows * columns);
  const start = 2 * channel * plane.length;
  for (let place = 0; place < plane.length; place += 1) plane[place] = bytes.readUInt16LE(start + 2 * place);
  return plane;
}

function cut(plane, rows, columns, from, width) {
  const part = new Uint16Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    part.set(plane.subarray(row * columns + from, row * columns + from + width), row * width);
  }
  return part;
}
