// The connection to the hub ("Connection"): a new socket for every attempt, Hello first, heartbeats, and coming back.

import crypto from 'node:crypto';
import { Dealer } from 'zeromq';

const VERSIONS = [2, 1];
const INSTANCE = crypto.randomUUID(); // new with every start, so that a second program with these keys is told apart
const WELCOME_WITHIN_MS = 4_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
const HEARTBEATS_TO_DEATH = 3;
const MAX_FRAME_BYTES = 16 << 20;

export class Link {
  welcome = null;
  #socket = null;
  #isOpen = false;
  #sending = Promise.resolve();
  #heardAt = 0;
  #saidAt = 0;
  #pauseMs = FIRST_PAUSE_MS;

  /** `onMessage(header, rawFrames)` is told what the hub says, `onOnline` and `onOffline` when it comes and goes. */
  constructor({ endpoint, hub, identity, lane, onMessage, onOnline, onOffline }) {
    Object.assign(this, { endpoint, hub, identity, lane, onMessage, onOnline, onOffline });
  }

  /** Stay connected until `close`. */
  async run() {
    this.#isOpen = true;
    while (this.#isOpen) {
      await this.#connection();
      const wasOnline = this.welcome !== null;
      this.welcome = null;
      if (wasOnline) this.onOffline();
      if (!this.#isOpen) return;
      this.#pauseMs = wasOnline ? FIRST_PAUSE_MS : Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
      await new Promise((resolve) => setTimeout(resolve, this.#pauseMs * (0.75 + Math.random() / 2)));
    }
  }

  close() {
    this.#isOpen = false;
    this.#socket?.close();
  }

  /** Send a message; it is lost where the connection is, so whoever needs an answer waits for one. */
  send(header, ...raw) {
    const socket = this.#socket;
    this.#saidAt = Date.now();
    // ZeroMQ.js sends one message at a time.
    this.#sending = this.#sending.then(() => socket.send([JSON.stringify(header), ...raw])).catch(() => {});
    return this.#sending;
  }

  async #connection() {
    const socket = new Dealer({
      curveServerKey: this.hub.curve_public,
      curvePublicKey: this.identity.curvePublic,
      curveSecretKey: this.identity.curveSecret,
      reconnectInterval: -1,
      linger: 0,
      maxMessageSize: MAX_FRAME_BYTES,
    });
    this.#socket = socket;
    for (const event of ['disconnect', 'handshake:error:protocol', 'handshake:error:auth', 'handshake:error:other']) {
      socket.events.on(event, () => socket.close());
    }
    const startedAt = (this.#heardAt = Date.now());
    const beat = setInterval(() => this.#beat(socket, startedAt), 50);
    try {
      socket.connect(this.endpoint);
      const program = 'scanview-port-node';
      this.send({ kind: 'hello', versions: VERSIONS, role: 'port', name: this.lane, program, instance: INSTANCE, recalls: true });
      for await (const [header, ...raw] of socket) {
        this.#heardAt = Date.now();
        if (!this.#hear(JSON.parse(header), raw)) return;
      }
    } catch (error) {
      if (!socket.closed) console.error(`connection given up: ${error.message}`);
    } finally {
      clearInterval(beat);
      socket.close();
    }
  }

  /** Deal with a message; false where the connection is of no use any more. */
  #hear(message, raw) {
    switch (message.kind) {
      case 'welcome':
        if (!VERSIONS.includes(message.version)) return false;
        this.welcome = message;
        this.onOnline();
        return true;
      case 'pong':
        return true;
      case 'failed':
        console.error(`the hub says ${message.code}: ${message.message}. ${message.remedy}`);
        return this.welcome !== null && message.code !== 'hello-first';
      default:
        this.onMessage(message, raw);
        return true;
    }
  }

  #beat(socket, startedAt) {
    const now = Date.now();
    if (this.welcome === null) {
      if (now - startedAt > WELCOME_WITHIN_MS) socket.close();
      return;
    }
    const heartbeatMs = 1_000 * this.welcome.heartbeat_s;
    if (now - this.#heardAt > HEARTBEATS_TO_DEATH * heartbeatMs) socket.close();
    else if (now - Math.min(this.#saidAt, this.#heardAt) > heartbeatMs / 2) this.send({ kind: 'ping' });
  }
}
