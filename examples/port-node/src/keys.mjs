// The keys of this machine: a CURVE pair for the link and an Ed25519 key for what it signs ("Keys" in the protocol).

import crypto from 'node:crypto';
import path from 'node:path';
import { curveKeyPair } from 'zeromq';
import { privateFolder, readJson, writeJson } from './files.mjs';

/** The identity in `folder`, made there at first use. */
export function loadIdentity(folder) {
  const file = path.join(privateFolder(folder), 'identity.json');
  if (!readJson(file)) {
    const curve = curveKeyPair();
    const { privateKey } = crypto.generateKeyPairSync('ed25519');
    const signing = privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeJson(file, { curve_public: curve.publicKey, curve_secret: curve.secretKey, signing });
  }
  const kept = readJson(file);
  const privateKey = crypto.createPrivateKey(kept.signing);
  const publicHex = Buffer.from(crypto.createPublicKey(privateKey).export({ format: 'jwk' }).x, 'base64url').toString('hex');
  return { curvePublic: kept.curve_public, curveSecret: kept.curve_secret, privateKey, publicHex };
}

/** What others may know of this machine as a lane's port. */
export function cardOf(identity, lane) {
  return { role: 'port', name: lane, curve_public: identity.curvePublic, signing_public: identity.publicHex };
}

/** The card of the hub that is pinned in `folder`; without one nobody is talked to. */
export function pinnedHub(folder) {
  const card = readJson(path.join(folder, 'hub.json'));
  if (card?.role !== 'hub') throw new Error(`no hub is pinned: put the hub's card into ${path.join(folder, 'hub.json')}`);
  return card;
}

/** First 16 hexadecimal digits of SHA-256 of the public key. */
export function keyId(publicHex) {
  return crypto.createHash('sha256').update(Buffer.from(publicHex, 'hex')).digest('hex').slice(0, 16);
}

/** This machine's signature on `document` for `purpose`. */
export function sign(identity, document, purpose) {
  const value = crypto.sign(null, signedBytes(document, purpose), identity.privateKey).toString('hex');
  return { key: keyId(identity.publicHex), value };
}

/** Whether one of `signatures` on `document` for `purpose` is that of the owner of `card`. */
export function isSigned(document, purpose, signatures, card) {
  return signatures.some(
    (signature) => signature.key === keyId(card.signing_public) && isSignedWith(card.signing_public, document, purpose, signature),
  );
}

/** Whether the owner of the key `publicHex` made `signature` on `document` (bytes, or a text in UTF-8) for `purpose`. */
export function isSignedWith(publicHex, document, purpose, { value }) {
  const x = Buffer.from(publicHex, 'hex').toString('base64url');
  const publicKey = crypto.createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return crypto.verify(null, signedBytes(Buffer.from(document), purpose), publicKey, Buffer.from(value, 'hex'));
}

function signedBytes(document, purpose) {
  return Buffer.concat([Buffer.from(`ScanView 1 ${purpose}\0`), document]);
}
