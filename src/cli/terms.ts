import type { Approval } from '../core/approval.ts';
import { canonicalJson, type Json, parseRecord } from '../core/canonical.ts';
import { type ApprovalTerms, describe, WORDS_VERSION } from '../core/words.ts';
import { nodeHash } from '../store/hash.ts';
import { isUnsafe } from './text.ts';

/** What somebody says an approval is: a server that asks for a signature, or an audit entry. */
export type Claim = Pick<
  Approval,
  'action' | 'walletId' | 'subjectId' | 'terms' | 'digest' | 'words' | 'wordsVersion'
>;

/**
 * The first thing said of an approval that does not follow from its terms; null when all of it does. Everything is
 * made again here: the digest from the bytes of the terms, the words from what the terms say.
 */
export function findMismatch(claim: Claim): string | null {
  if (nodeHash.sha256(claim.terms) !== claim.digest) return 'The digest is not that of the terms';
  const terms = readTerms(claim.terms);
  if (terms === null) return 'The terms are not canonical JSON';
  if (terms.action !== claim.action) return `The terms are for "${terms.action}", not "${claim.action}"`;
  if (terms.wallet?.id !== claim.walletId) return `The terms are not about the wallet ${claim.walletId}`;
  if (!isAbout(terms, claim.subjectId)) return `The terms are not about ${claim.subjectId}`;
  if (claim.wordsVersion !== WORDS_VERSION) {
    return `The words are of version ${claim.wordsVersion}, which this program does not know`;
  }
  return wordsOf(terms) === claim.words ? null : 'The words are not what the terms say';
}

/** Whether some text in the terms could show something else than it says: such terms are not to be signed. */
export function hidesText(terms: string): boolean {
  let isHiding = false;
  JSON.parse(terms, (key, value) => {
    isHiding ||= isUnsafe(key) || (typeof value === 'string' && isUnsafe(value));
    return value;
  });
  return isHiding;
}

/** Terms from their text; null unless the text is their canonical JSON (so no key can be there twice). */
export function readTerms(text: string): ApprovalTerms | null {
  return readCanonical(text) as ApprovalTerms | null;
}

/** A record from its text; null unless the text is the record's canonical JSON. */
export function readCanonical(text: string): object | null {
  try {
    const record = parseRecord(text);
    const isRecord = typeof record === 'object' && record !== null && !Array.isArray(record);
    return isRecord && canonicalJson(record as Json) === text ? record : null;
  } catch {
    return null;
  }
}

function isAbout({ action, wallet, agent, card, mandate, terms }: ApprovalTerms, subjectId: string): boolean {
  const [noun] = action.split('.');
  if (noun === 'wallet') return wallet.id === subjectId;
  if (noun === 'agent') return agent?.id === subjectId;
  if (noun === 'card') return card?.id === subjectId;
  if (mandate?.id !== subjectId) return false;
  if (action !== 'mandate.approve') return true;
  return terms?.mandateId === subjectId && terms.agentId === agent?.id && terms.walletId === wallet.id;
}

/** The words for terms, or null where the terms lack what the words need. */
function wordsOf(terms: ApprovalTerms): string | null {
  try {
    return describe(terms);
  } catch {
    return null;
  }
}
