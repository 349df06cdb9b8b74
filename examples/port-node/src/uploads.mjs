// Scans on their way up ("A scan on its way"): two at a time, in order, within the window, until there is a receipt.

import fs from 'node:fs';

const SCANS_IN_FLIGHT = 2;
const STALLED_AFTER_MS = 15_000;

export class Uploads {
  #active = new Map();

  constructor(spool, link, onSettled = () => {}) {
    Object.assign(this, { spool, link, onSettled });
    this.timer = setInterval(() => this.#askAgain(), 1_000);
  }

  close() {
    clearInterval(this.timer);
    this.offline();
  }

  online() {
    this.look();
  }

  /** Nothing is known of what was under way: the hub says how far it is when the scan is offered again. */
  offline() {
    for (const upload of this.#active.values()) {
      clearTimeout(upload.waiting);
      fs.closeSync(upload.handle);
    }
    this.#active.clear();
  }

  /** Offer what is waiting, as far as there is room. */
  look() {
    if (!this.link.welcome) return;
    for (const { scan, content_sha256, complete } of this.spool.waiting()) {
      if (this.#active.size >= SCANS_IN_FLIGHT) return;
      if (this.#active.has(scan)) continue;
      const opened = this.spool.open(scan);
      const upload = { scan, content_sha256, complete, ...opened, handle: fs.openSync(opened.file, 'r') };
      this.#active.set(scan, upload);
      this.#offer(upload);
    }
  }

  /** Deal with an answer about a scan; one about a scan that is not under way changes nothing. */
  handle(message) {
    const upload = this.#active.get(message.scan);
    if (!upload) return;
    upload.activeAt = Date.now();
    switch (message.kind) {
      case 'scan-resume':
        if (upload.phase === 'postponed') return;
        upload.phase = 'sending';
        upload.sent = upload.held = Math.min(message.strips, upload.places.length);
        this.#pump();
        break;
      case 'strips-held':
        upload.held = Math.max(upload.held, Math.min(message.strips, upload.sent));
        this.#pump();
        break;
      case 'scan-receipt':
        if (message.content_sha256 === upload.content_sha256) this.spool.received(upload.scan);
        else this.spool.refused(upload.scan, 'the hub has another content under this id');
        this.#settle(upload);
        break;
      case 'scan-refused':
        console.error(`scan ${upload.scan} is refused (${message.code}): ${message.message}`);
        this.spool.refused(upload.scan, message.message);
        this.#settle(upload);
        break;
      case 'scan-postponed':
        upload.phase = 'postponed';
        upload.sent = upload.held = 0;
        clearTimeout(upload.waiting);
        upload.waiting = setTimeout(() => this.#offer(upload), 1_000 * message.retry_after_s);
        break;
    }
  }

  #offer(upload) {
    Object.assign(upload, { phase: 'offered', sent: 0, held: 0, activeAt: Date.now() });
    this.link.send({ kind: 'scan-offer', scan: upload.scan }, upload.header);
  }

  /** Send what the window has room for; a strip that is longer than the whole window goes alone. */
  #pump() {
    for (const upload of this.#active.values()) {
      while (upload.phase === 'sending' && upload.sent < upload.places.length) {
        const { offset, length } = upload.places[upload.sent];
        const underWay = this.#underWay();
        if (underWay && underWay + length > this.link.welcome.window_bytes) return;
        const record = Buffer.alloc(length);
        fs.readSync(upload.handle, record, 0, length, offset);
        this.link.send({ kind: 'strip', scan: upload.scan, sequence: upload.sent }, record);
        upload.sent += 1;
      }
      if (upload.phase === 'sending') {
        upload.phase = 'ending';
        const { scan, content_sha256, complete } = upload;
        this.link.send({ kind: 'scan-end', scan, strips: upload.places.length, content_sha256, complete });
      }
    }
  }

  #underWay() {
    let bytes = 0;
    for (const { places, held, sent } of this.#active.values()) {
      for (let place = held; place < sent; place += 1) bytes += places[place].length;
    }
    return bytes;
  }

  #askAgain() {
    for (const upload of this.#active.values()) {
      if (upload.phase !== 'postponed' && Date.now() - upload.activeAt > STALLED_AFTER_MS) this.#offer(upload);
    }
  }

  #settle(upload) {
    fs.closeSync(upload.handle);
    this.#active.delete(upload.scan);
    this.onSettled(upload.scan);
    this.look();
  }
}
