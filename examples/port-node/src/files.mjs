// Files that survive a power cut: written beside their name, synced, renamed, and the folder synced.

import fs from 'node:fs';
import path from 'node:path';

/** Replace `file` by `bytes`, durably. */
export function replaceFile(file, bytes) {
  const beside = `${file}.new`;
  const handle = fs.openSync(beside, 'w', 0o600);
  try {
    fs.writeFileSync(handle, bytes);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  fs.renameSync(beside, file);
  syncFolder(path.dirname(file));
}

/** Make what was created or renamed in `folder` durable. */
export function syncFolder(folder) {
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** The value in a JSON file, or null where there is no such file. */
export function readJson(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : null;
}

/** Replace a JSON file, durably. */
export function writeJson(file, value) {
  replaceFile(file, JSON.stringify(value));
}

/** Make a folder that nobody else can look into. */
export function privateFolder(folder) {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
