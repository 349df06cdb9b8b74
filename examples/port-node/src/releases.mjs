// Who signed a release ("Who signed a release"): people whom the pinned authority certified, or a supervisor for rules.

import path from 'node:path';
import { privateFolder, readJson, writeJson } from './files.mjs';
import { isSignedWith } from './keys.mjs';

const DAY_S = 86_400;
const REVIEWS = new Set(['analyst', 'expert', 'chief']);
const RULES = /^rules\//;

export class Refusal extends Error {
  /** `why` is the code that stands in the receipt. */
  constructor(why) {
    super(why);
    this.why = why;
  }
}

export class Releases {
  /** What `folder` has pinned as authority.json, and what that authority took back. */
  constructor(folder, signaturesRequired = 1) {
    this.file = path.join(folder, 'authority.json');
    this.listFile = path.join(privateFolder(path.join(folder, 'revocations')), 'newest.json');
    this.signaturesRequired = signaturesRequired;
  }

  get authority() {
    return readJson(this.file);
  }

  /** Keep a newer list of what the authority took back. */
  learn(signed) {
    const authority = this.authority;
    if (!signed || !authority || !isSignedWith(authority.signing_public, signed.document, 'revocations', signed.signature)) return;
    const list = JSON.parse(signed.document);
    if (list.number > (readJson(this.listFile)?.number ?? 0)) writeJson(this.listFile, list);
  }

  /**
   * What the order rests on: { fence, ends_at, ids, delegation }. Throws a Refusal.
   * @param {object[]} applied the logged orders that were applied, `ofScan` those about its scan
   */
  judge(order, message, applied, now) {
    const ofScan = applied.filter((logged) => logged.scan === order.scan);
    const isRelease = order.verdict === 'RELEASE';
    if (!this.authority) return { fence: -1, ends_at: 0, ids: [] };
    if (isRelease && RULES.test(order.decided_by)) return this.#byRules(order, message.delegation, applied, ofScan, now);
    const fence = Math.max(-1, ...ofScan.map((logged) => logged.grounds?.fence ?? -1));
    const { statements, problem } = this.#agreeing(order, message.warrants ?? [], fence, now);
    if (isRelease) this.#checkEnough(order, statements, problem, message.warrants ?? []);
    return {
      fence: Math.max(-1, ...statements.map(({ said }) => said.fence)),
      ends_at: Math.min(Infinity, ...statements.flatMap(({ said, certificate }) => [said.expires_at || Infinity, certificate.not_after])),
      ids: statements.map(({ certificate }) => certificate.certificate),
    };
  }

  /** Why what an applied release rested on holds no more; empty where it does. */
  withdrawn(grounds, now) {
    if (grounds?.ends_at && grounds.ends_at <= now) return 'expired';
    return (grounds?.ids ?? []).some((id) => this.#isRevoked(id)) ? 'revoked' : '';
  }

  #checkEnough(order, statements, problem, warrants) {
    const people = new Set(statements.map(({ said }) => said.person));
    const keys = new Set(statements.map(({ certificate }) => certificate.signing_public));
    if (Math.min(people.size, keys.size) < Math.max(order.signatures_required ?? 1, this.signaturesRequired)) {
      throw problem ?? new Refusal(warrants.length ? 'too-few-signatures' : 'unsigned');
    }
    if (!statements.some(({ said }) => said.decision === order.order)) throw new Refusal('other-decision');
  }

  /** The statements that count for the order, and why the first of the others does not. */
  #agreeing(order, warrants, fence, now) {
    const statements = [];
    let problem = null;
    for (const carried of warrants) {
      try {
        statements.push(this.#statement(order, carried, fence, now));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        problem ??= error;
      }
    }
    return { statements, problem };
  }

  #statement(order, carried, fence, now) {
    const { certificate, document: said } = this.#signed(carried, 'decision', 'bad-statement');
    this.#checkInForce(certificate, order.lane, now);
    if (!REVIEWS.has(certificate.role)) throw new Refusal('role-may-not-sign');
    const same = ['lane', 'scan', 'container', 'content_sha256', 'verdict'].every((name) => said[name] === order[name]);
    if (!same) throw new Refusal('other-statement');
    if (said.expires_at > 0 && said.expires_at <= now) throw new Refusal('expired');
    if (order.verdict === 'RELEASE' && !(said.expires_at > 0)) throw new Refusal('bad-statement');
    if (!Number.isSafeInteger(said.fence)) throw new Refusal('bad-statement');
    if (said.fence <= fence) throw new Refusal('older-order');
    return { said, certificate };
  }

  #byRules(order, carried, applied, ofScan, now) {
    if (ofScan.length) throw new Refusal('older-order');
    if (!carried) throw new Refusal('unsigned');
    const { certificate, document: delegation } = this.#signed(carried, 'delegation', 'bad-delegation');
    this.#checkInForce(certificate, order.lane, now);
    if (certificate.role !== 'supervisor') throw new Refusal('not-a-supervisor');
    if (this.#isRevoked(delegation.delegation)) throw new Refusal('revoked');
    if (!(delegation.issued_at <= now && now < delegation.expires_at)) throw new Refusal('delegation-not-in-force');
    if (!covers(delegation.lanes, order.lane)) throw new Refusal('lane-not-covered');
    if (order.decided_by !== `rules/${delegation.rules_version}`) throw new Refusal('other-rules');
    if ((order.signatures_required ?? 1) > 1) throw new Refusal('too-few-signatures');
    const used = applied.filter((logged) => logged.grounds?.delegation && Math.abs(now - logged.at) < DAY_S).length;
    if (!(used < delegation.daily_cap)) throw new Refusal('delegation-used-up');
    const ids = [certificate.certificate, delegation.delegation];
    return { fence: -1, ends_at: Math.min(delegation.expires_at, certificate.not_after), ids, delegation: delegation.delegation };
  }

  /** The certificate and the document of a warrant, when both signatures are good and both are about one person. */
  #signed(carried, purpose, code) {
    if (!isSignedWith(this.authority.signing_public, carried.certificate, 'person-certificate', carried.certificate_signature)) {
      throw new Refusal('uncertified');
    }
    const certificate = JSON.parse(carried.certificate);
    if (!isSignedWith(certificate.signing_public, carried.document, purpose, carried.signature)) throw new Refusal(code);
    const document = parsed(carried.document, code);
    if (document.person !== certificate.person) throw new Refusal(code);
    return { certificate, document };
  }

  #checkInForce(certificate, lane, now) {
    if (this.#isRevoked(certificate.certificate)) throw new Refusal('revoked');
    if (!(certificate.not_before <= now && now < certificate.not_after)) throw new Refusal('certificate-not-in-force');
    if (!covers(certificate.lanes, lane)) throw new Refusal('lane-not-covered');
  }

  #isRevoked(id) {
    return Boolean(readJson(this.listFile)?.revoked.includes(id));
  }
}

/** Lanes (CNSHA-03) and whole ports (CNSHA); none at all mean every lane. */
function covers(lanes, lane) {
  return lanes.length === 0 || lanes.includes(lane) || lanes.includes(lane.split('-')[0]);
}

function parsed(text, code) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(code);
  }
}
