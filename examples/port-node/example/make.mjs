#!/usr/bin/env node
// Writes two small scans to send: node example/make.mjs FOLDER

import fs from 'node:fs';
import path from 'node:path';

const [folder] = process.argv.slice(2);
const [rows, columns, channels] = [90, 600, ['HIGH', 'LOW']];
const air = 60_000;

fs.mkdirSync(folder, { recursive: true });
for (const number of [1, 2]) {
  const pixels = Buffer.alloc(2 * rows * columns * channels.length);
  for (let place = 0; place < pixels.length / 2; place += 1) {
    const column = place % columns;
    const isLoad = column > 60 && column < columns - 60 && Math.floor(place / columns) % rows > 20;
    const noise = (place * 7_919 * number) % 401;
    pixels.writeUInt16LE((isLoad ? 20_000 + 30 * column : air) + noise, 2 * place);
  }
  fs.writeFileSync(path.join(folder, `scan-${number}.raw`), pixels);
  const about = {
    raw: `scan-${number}.raw`, rows, columns, channels, pitch_x_mm: 20, pitch_y_mm: 20,
    calibrations: channels.map(() => ({ air, dark: 0, source: 'measured' })), energies_mv: [6, 3], container: 'CSQU3054383',
  };
  fs.writeFileSync(path.join(folder, `scan-${number}.json`), `${JSON.stringify(about, null, 2)}\n`);
}
