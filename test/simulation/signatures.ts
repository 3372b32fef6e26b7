import type { Authorization, Payment } from '../../src/core/payment.ts';
import type { SimChain } from './chain.ts';
import type { Vault } from './vault.ts';

/** Something the signer signed, and which payment it said it was for. */
export type Signature = {
  readonly authorization: Authorization;
  readonly signature: string;
  readonly payment: Payment | null;
};

/** What an agent asked for under a key, as the agent knows it. */
export type Asked = { readonly mandateId: string; readonly maxUnits: bigint | null };

/** Keeps every signature there ever was, and what of them can still become a transfer. */
export type Signatures = {
  /** Takes a signature and returns what is wrong with it. */
  readonly add: (signature: Signature) => readonly string[];
  /** What is wrong with all of them together, on the chain as it is. */
  readonly check: () => readonly string[];
  readonly asked: (key: string, what: Asked) => void;
  /** No signature for this wallet, agent or mandate from now on, until it is lifted. */
  readonly stop: (subjectId: string) => void;
  readonly lift: (subjectId: string) => void;
  readonly count: () => number;
};

/** Opens the collection. `decisionOf` gives the durable audit entry of a payment's decision, its body. */
export function openSignatures(by: {
  readonly vault: Vault;
  readonly chain: SimChain;
  readonly decisionOf: (paymentId: string) => string | null;
}): Signatures {
  const { vault, chain, decisionOf } = by;
  const byKey = new Map<string, Signature>();
  const asks = new Map<string, Asked[]>();
  const stopped = new Set<string>();

  function add(made: Signature): readonly string[] {
    const { authorization, payment, signature } = made;
    if (payment === null) return ['G6: something was signed that is no payment'];
    const { id, agentId, walletId, mandateId } = payment;
    const key = `${agentId}/${payment.idempotencyKey}`;
    const first = byKey.get(key);
    if (first === undefined) byKey.set(key, made);
    const wrong: string[] = [];
    if (first !== undefined && first.authorization.nonce !== authorization.nonce) {
      wrong.push(`G2: the key ${key} has two authorizations`);
    } else if (first !== undefined && first.signature !== signature) {
      wrong.push(`G2: the key ${key} has one authorization with two contents`);
    }
    const durable = vault.books.get('payment', id);
    if (durable === null) wrong.push(`G6: ${id} was signed before its decision was durable`);
    else if (!isSame(durable.authorization, authorization))
      wrong.push(`G6: ${id} was signed for other terms`);
    const decision = decisionOf(id);
    if (decision === null) wrong.push(`G6: ${id} was signed without an audit entry`);
    else if (!isDecided(decision, made)) wrong.push(`G6: ${id} was signed for other terms than audited`);
    for (const subject of [walletId, agentId, mandateId].filter((one) => stopped.has(one))) {
      wrong.push(`G11: ${id} was signed after a stop of ${subject} was acknowledged`);
    }
    return [...wrong, ...unasked(made, asks.get(key) ?? [])];
  }

  /** A key used for two things is fixed by whichever came first: what was signed must be one of them. */
  function unasked({ authorization, payment }: Signature, asked: readonly Asked[]): readonly string[] {
    const isMeant = asked.some(
      ({ mandateId, maxUnits }) =>
        mandateId === payment?.mandateId && (maxUnits === null || authorization.valueUnits <= maxUnits),
    );
    return isMeant ? [] : [`G1: ${payment?.id} pays more, or under another mandate, than anybody asked`];
  }

  function check(): readonly string[] {
    const live = [...byKey.values()].filter((made) => !isDead(made.authorization, chain));
    const paid = live.filter((made) => chain.isUsed(made.authorization.nonce));
    const waiting = live.filter((made) => !chain.isUsed(made.authorization.nonce));
    const wrong: string[] = [];
    const perMandate = (what: string, made: readonly Signature[]) => {
      for (const [id, group] of Map.groupBy(made, ({ payment }) => payment?.mandateId ?? '')) {
        const mandate = vault.books.get('mandate', id);
        const terms = mandate && vault.books.get('terms', `${mandate.id}/v${mandate.version}`);
        const limit = terms?.scope.totalUnits ?? 0n;
        if (sum(group) > limit) wrong.push(`G1: ${what} under ${id} is ${sum(group)}, over ${limit}`);
      }
    };
    perMandate('what left the wallet', paid);
    perMandate('what left or can leave the wallet', live);
    if (sum(waiting) > chain.head().walletUnits) wrong.push('G1: more can leave the wallet than it holds');
    return wrong;
  }

  return {
    add,
    check,
    asked: (key, what) => void asks.set(key, [...(asks.get(key) ?? []), what]),
    stop: (subjectId) => void stopped.add(subjectId),
    lift: (subjectId) => void stopped.delete(subjectId),
    count: () => byKey.size,
  };
}

/** Whether an authorization can never be carried out any more: final time is past its end, and it was not used. */
export function isDead({ validBeforeSeconds, nonce }: Authorization, chain: SimChain): boolean {
  return chain.finalized().seconds >= validBeforeSeconds && !chain.isUsed(nonce);
}

function sum(made: readonly Signature[]): bigint {
  return made.reduce((total, { authorization }) => total + authorization.valueUnits, 0n);
}

/** Whether two authorizations say the same in every field. */
export function isSame(a: Authorization | null, b: Authorization): boolean {
  return (
    a !== null &&
    a.assetId === b.assetId &&
    a.from === b.from &&
    a.to === b.to &&
    a.valueUnits === b.valueUnits &&
    a.validAfterSeconds === b.validAfterSeconds &&
    a.validBeforeSeconds === b.validBeforeSeconds &&
    a.nonce === b.nonce
  );
}

/** Whether the audited decision allowed exactly this. */
function isDecided(body: string, { authorization, payment }: Signature): boolean {
  const { request, decision } = JSON.parse(body);
  return (
    request.nonce === authorization.nonce &&
    request.mandateId === payment?.mandateId &&
    request.idempotencyKey === payment?.idempotencyKey &&
    decision.outcome === 'allow' &&
    decision.offer.assetId === authorization.assetId &&
    decision.offer.payTo === authorization.to &&
    decision.offer.priceUnits === authorization.valueUnits.toString()
  );
}
