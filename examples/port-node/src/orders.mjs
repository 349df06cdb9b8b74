// Orders ("Orders"): judged here and by nobody else, written down, carried out once, answered by a signed receipt.

import fs from 'node:fs';
import path from 'node:path';
import { privateFolder, readJson, replaceFile, writeJson } from './files.mjs';
import { isSigned, sign } from './keys.mjs';
import { Refusal, Releases } from './releases.mjs';

const MAX_RECALLED = 4_000;
const FIELDS = {
  order: 'string', lane: 'string', scan: 'string', container: 'string', content_sha256: 'string', verdict: 'string',
  version: 'number', decided_by: 'string', reason: 'string', note: 'string', places: 'object', issued_at: 'number',
  expires_at: 'number', signatures_required: 'number',
};
const OPTIONAL = new Set(['signatures_required']);

export class Orders {
  /** `gate(order)` acts; it may be called a second time for the same order after a crash. */
  constructor({ folder, lane, identity, hub, spool, gate = () => {} }) {
    Object.assign(this, { lane, identity, hub, spool, gate });
    this.folder = privateFolder(path.join(folder, 'orders'));
    this.gateFolder = privateFolder(path.join(folder, 'gate'));
    this.releases = new Releases(folder);
  }

  /** The answer to an order: [message, receipt]; null where the gate has failed for now, for it comes again. */
  receive(message, document) {
    const { order: id, signatures } = message;
    if (!/^[0-9a-f]{32}$/.test(id)) return null;
    const known = readJson(this.#file(id));
    if (known) return this.#finish(known);
    // Not kept: a forged order must not stand in the way of the real one.
    if (!isSigned(document, 'order', signatures, this.hub)) return this.#answer(this.#logged(id, null, document, 'bad-signature'));
    this.releases.learn(message.revocations);
    const { order, why, grounds } = this.#judge(message, document);
    const logged = { ...this.#logged(id, order, document, why), signatures, grounds };
    writeJson(this.#file(id), logged);
    return this.#finish(logged);
  }

  /** The answers that are due after a restart, or for a gate that works again. */
  carryOutRest() {
    return this.#all().filter((logged) => !this.#isCarriedOut(logged)).map((logged) => this.#finish(logged)).filter(Boolean);
  }

  /** What a hub that was set back needs to know: the newest scans it gave receipts for, and orders that were applied. */
  recall() {
    const received = [...this.spool.scans.values()].filter((scan) => scan.state === 'received').sort((a, b) => b.at - a.at);
    const scans = received.map(({ scan, content_sha256 }) => ({ scan, content_sha256 }));
    const applied = this.#all().filter((logged) => logged.applied && this.#isCarriedOut(logged));
    const orders = applied.sort((a, b) => b.at - a.at).map(({ order, scan }) => ({ order, scan }));
    return { kind: 'recall', scans: scans.slice(0, MAX_RECALLED), orders: orders.slice(0, MAX_RECALLED) };
  }

  /** An order that the hub has forgotten, as it signed it, and the receipt: [message, order, receipt]; null if unknown. */
  recalled(id) {
    const logged = /^[0-9a-f]{32}$/.test(id) ? readJson(this.#file(id)) : null;
    if (!logged) return null;
    const document = Buffer.from(logged.document, 'base64');
    const signature = logged.signatures.find((each) => isSigned(document, 'order', [each], this.hub));
    const message = { kind: 'recalled-order', order: id, signature, receipt_signature: logged.signature };
    return [message, document, Buffer.from(logged.receipt)];
  }

  #judge(message, document) {
    let order;
    try {
      order = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(document));
    } catch {
      return { order: null, why: 'bad-document' };
    }
    const names = Object.keys(order ?? {});
    const isNeeded = (name) => names.includes(name) || OPTIONAL.has(name);
    const isWhole = Object.keys(FIELDS).every(isNeeded) && names.every((name) => typeof order[name] === FIELDS[name]);
    if (!isWhole || !Array.isArray(order.places) || !Number.isInteger(order.version)) return { order: null, why: 'bad-document' };
    const why = this.#why(order, message.order);
    if (why) return { order, why };
    try {
      const applied = this.#all().filter((logged) => logged.applied);
      return { order, why: '', grounds: this.releases.judge(order, message, applied, Date.now() / 1000) };
    } catch (error) {
      if (error instanceof Refusal) return { order, why: error.why };
      throw error;
    }
  }

  /** Why the order may not be applied; empty where it may. */
  #why(order, id) {
    const scan = this.spool.find(order.scan);
    const isRelease = order.verdict === 'RELEASE';
    if (!isRelease && order.verdict !== 'HOLD') return 'bad-order';
    if (isRelease && !(order.expires_at > 0 && order.content_sha256)) return 'bad-order';
    if (order.order !== id) return 'other-order';
    if (order.lane !== this.lane) return 'other-lane';
    if (!scan) return 'unknown-scan';
    if ((isRelease || order.content_sha256) && order.content_sha256 !== scan.content_sha256) return 'other-content';
    if (isRelease && !scan.complete) return 'incomplete-scan';
    return this.#overtaken(order);
  }

  /** Why time or another order has passed this one; empty where none has. */
  #overtaken({ order, scan, version, expires_at }) {
    if (expires_at > 0 && expires_at <= Date.now() / 1000) return 'expired';
    const others = this.#all().filter((logged) => logged.applied && logged.scan === scan && logged.order !== order);
    return others.some((other) => other.version >= version) ? 'older-order' : '';
  }

  #logged(id, order, document, why) {
    const at = Date.now() / 1000;
    const outcome = why ? 'refused' : 'applied';
    const receipt = JSON.stringify({ order: id, lane: this.lane, scan: order?.scan ?? '', outcome, why, at });
    return {
      order: id, scan: order?.scan ?? '', version: order?.version ?? 0, applied: !why, at, document: document.toString('base64'),
      receipt, signature: sign(this.identity, Buffer.from(receipt), 'order-receipt'),
    };
  }

  /** Give the order to the gate where that is still to be done, and answer. */
  #finish(logged) {
    if (!this.#isCarriedOut(logged)) {
      const document = Buffer.from(logged.document, 'base64');
      const order = JSON.parse(document);
      const why = this.#overtaken(order) || (order.verdict === 'RELEASE' ? this.releases.withdrawn(logged.grounds, Date.now() / 1000) : '');
      if (why) {
        const withdrawn = { ...logged, ...this.#logged(logged.order, order, document, why) };
        writeJson(this.#file(logged.order), withdrawn);
        return this.#answer(withdrawn);
      }
      try {
        this.gate(order);
        replaceFile(this.#gateFile(logged.order), document);
      } catch (error) {
        console.error(`the gate did not take order ${logged.order}: ${error.message}`);
        return null;
      }
    }
    return this.#answer(logged);
  }

  #answer({ order, signature, receipt }) {
    return [{ kind: 'order-receipt', order, signature }, Buffer.from(receipt)];
  }

  #isCarriedOut({ order, applied }) {
    return !applied || fs.existsSync(this.#gateFile(order));
  }

  #all() {
    return fs.readdirSync(this.folder).filter((name) => name.endsWith('.json')).map((name) => readJson(path.join(this.folder, name)));
  }

  #file(id) {
    return path.join(this.folder, `${id}.json`);
  }

  #gateFile(id) {
    return path.join(this.gateFolder, `${id}.json`);
  }
}
