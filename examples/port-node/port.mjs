#!/usr/bin/env node
// A port for ScanView: sends scans, and hands the hub's orders to the gate.
//
//   node port.mjs card --folder DIR --lane CNSHA-03                                   print this machine's card
//   node port.mjs send --folder DIR --lane CNSHA-03 --hub tcp://HOST:PORT [FILE…]     send, and serve orders
//
// A FILE is a finished scan file (.tif), or a .json that describes a raw file (see README.md). With --once it ends when
// every scan has its receipt; without, it serves until it is stopped.

import { parseArgs } from 'node:util';
import { cardOf, loadIdentity, pinnedHub } from './src/keys.mjs';
import { Link } from './src/link.mjs';
import { Orders } from './src/orders.mjs';
import { Spool } from './src/spool.mjs';
import { Uploads } from './src/uploads.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { folder: { type: 'string' }, lane: { type: 'string' }, hub: { type: 'string' }, once: { type: 'boolean' } },
});
const [command, ...files] = positionals;
const isComplete = options.folder && options.lane && (command === 'card' || (command === 'send' && options.hub));
if (!isComplete) {
  console.error('usage: port.mjs card|send --folder DIR --lane UNLOCODE-LANE [--hub tcp://HOST:PORT] [--once] [FILE…]');
  process.exit(2);
}
const identity = loadIdentity(options.folder);

if (command === 'card') {
  console.log(JSON.stringify(cardOf(identity, options.lane), null, 2));
} else {
  await send();
}

async function send() {
  const { folder, lane, hub: endpoint, once } = options;
  const hub = pinnedHub(folder);
  const spool = new Spool(folder, lane);
  const orders = new Orders({ folder, lane, identity, hub, spool, gate: (order) => say({ gate: order.verdict, scan: order.scan }) });
  const link = new Link({ endpoint, hub, identity, lane, onMessage, onOnline, onOffline: () => uploads.offline() });
  const uploads = new Uploads(spool, link, settled);
  let hasShown = false;
  const given = new Set(files.map((file) => spool.add(file)));

  function onMessage(message, raw) {
    if (message.kind === 'recall-missing') return showForgotten(message.orders);
    if (message.kind !== 'order') return uploads.handle(message);
    const answer = orders.receive(message, raw[0]);
    if (answer) link.send(...answer);
  }

  /** The hub was set back: it is shown the orders that it has forgotten, and told of everything once more. */
  function showForgotten(ids) {
    if (hasShown) return; // what it still misses are orders about scans that nobody has any more
    hasShown = true;
    const shown = ids.map((id) => orders.recalled(id)).filter(Boolean);
    for (const recalled of shown) link.send(...recalled);
    if (shown.length) link.send(orders.recall());
  }

  function carryOutRest() {
    for (const answer of orders.carryOutRest()) link.send(...answer);
  }

  function onOnline() {
    hasShown = false;
    if (link.welcome.version >= 2) link.send(orders.recall());
    carryOutRest();
    uploads.online();
    settled();
  }

  function settled(scan) {
    if (scan) say({ scan, state: spool.find(scan).state, content_sha256: spool.find(scan).content_sha256 });
    if (once && [...given].every((id) => spool.find(id).state !== 'waiting')) stop();
  }

  function stop() {
    uploads.close();
    link.close();
  }

  const retry = setInterval(carryOutRest, 5_000);
  process.once('SIGTERM', stop).once('SIGINT', stop);
  await link.run();
  clearInterval(retry);
  process.exitCode = [...given].every((id) => spool.find(id).state === 'received') ? 0 : 1;
}

function say(result) {
  console.log(JSON.stringify(result));
}
