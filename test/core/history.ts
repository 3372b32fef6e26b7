import type { Action } from '../../src/core/approval.ts';
import { canonicalJson, type Json, parseRecord } from '../../src/core/canonical.ts';
import type { Command } from '../../src/core/command.ts';
import type { WalletId } from '../../src/core/id.ts';
import type { Payment } from '../../src/core/payment.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import { findBreach } from './breach.ts';
import {
  AGENT_ADDRESS,
  createWallet,
  DAY_MS,
  idOf,
  offer,
  openApproval,
  PAYEE,
  pay,
  priceOf,
  registerAgent,
  requestMandate,
  resource,
  signApproval,
} from './cast.ts';
import { type Memory, openMemory } from './memory.ts';
import { openModel, type Tally } from './model.ts';
import { ADDRESSES, BEGIN_MS, CAST, type History, HOSTS, partyOf, type Step, WALLETS } from './steps.ts';
import { openToyChain } from './toy-chain.ts';
import { openTrail } from './trail.ts';

const POLICY = { ...DEFAULT_POLICY, resourcePaymentsPerMinute: 2 };

/** Plays a history over fresh books, looks at everything after each commit, and throws at the first broken promise. */
export function runHistory(history: History, tally: Tally): void {
  const memory = openMemory(POLICY);
  const [model, trail] = [openModel(memory, tally), openTrail(memory)];
  const chains = new Map(WALLETS.map((id) => [id, openToyChain(memory, id, () => nowMs)]));
  const sent: Command[] = [];
  let queued: readonly Command[] = [];
  let nowMs = BEGIN_MS;

  function commit(...commands: readonly Command[]): void {
    const batch = [...queued, ...commands];
    queued = [];
    sent.push(...batch);
    for (const [i, verdict] of memory.commit(batch, nowMs).entries()) {
      if ('thrown' in verdict) throw verdict.thrown;
      model.take(batch[i] as Command, verdict.outcome, nowMs);
    }
    const breach = findBreach(memory, POLICY.resourcePaymentsPerMinute);
    if (breach !== null) throw new Error(breach);
    model.check(chains);
    trail.check();
  }

  for (const id of WALLETS) commit(createWallet(id), chains.get(id)?.open() as Command);
  for (const [i, { walletId, agentId, mandateId }] of CAST.entries()) {
    const scope = history.scopes[i];
    if (scope === undefined) throw new Error('Each mandate has a scope');
    commit(registerAgent(agentId, walletId), requestMandate(scope, { walletId, agentId, mandateId }));
    commit(...ask(sent.length, { action: 'mandate.approve', subjectId: mandateId, walletId }));
  }
  for (const step of history.steps) {
    nowMs = advance(memory, nowMs, step.wait);
    const commands = play(step);
    if (step.isQueued && (step.kind === 'pay' || step.kind === 'approve')) queued = [...queued, ...commands];
    else commit(...commands);
  }
  commit();
  trail.checkFlip(history.flip);
  checkRoundTrip(memory);
  for (const { state } of memory.all('payment')) tally.set(state, (tally.get(state) ?? 0) + 1);

  function play({ kind, pick, size }: Step): readonly Command[] {
    const { walletId, mandateId } = partyOf(pick);
    const chain = chains.get(walletId);
    if (chain === undefined) throw new Error('Each wallet has a chain');
    const number = sent.length + queued.length;
    if (kind === 'pay') return [payment(number, pick, size)];
    if (kind === 'approve') return consent(number, pick, size);
    if (kind === 'again') return sent.slice(size % sent.length, (size % sent.length) + 1);
    if (kind === 'observe') return [chain.observe()];
    if (kind === 'deposit') chain.deposit(BigInt(1 + (size % 30)));
    if (kind === 'steal' && size % 8 === 0) chain.steal(BigInt(1 + (size % 40)));
    if (kind === 'spam') chain.spam();
    if (kind === 'expire') return [{ type: 'mandate.expire', walletId, mandateId }];
    const own = memory.all('payment').filter((one) => one.walletId === walletId && one.state !== 'denied');
    const one = own[size % Math.max(1, own.length)];
    if (one === undefined) return [];
    const ids = { walletId, paymentId: one.id };
    if (kind === 'mine') chain.mine(one);
    if (kind === 'release') return [chain.release(one, size % 5 === 0)].filter((command) => command !== null);
    if (kind === 'renew') return [{ type: 'payment.renew', ...ids }];
    if (kind === 'note')
      return [{ type: 'payment.note', ...ids, evidence: size % 2 ? 'unknown' : 'confirmed', detail: '' }];
    return kind === 'conclude' ? [conclude(memory, one)] : [];
  }
}

/** The next moment: the same, a little later, or right at an edge that some rule looks at. */
function advance(memory: Memory, nowMs: number, wait: number): number {
  if (wait === 0) return nowMs;
  const midnight = Math.ceil((nowMs + 1) / DAY_MS) * DAY_MS;
  const edges = [nowMs + 1, nowMs + 999, nowMs + 2000, nowMs + 60_000, midnight - 1, midnight];
  for (const { scope } of memory.all('terms'))
    edges.push(scope.notBeforeMs, scope.expiresAtMs - 1, scope.expiresAtMs);
  for (const { atMs } of memory.all('velocity')) edges.push((atMs[0] ?? 0) + 1999, (atMs[0] ?? 0) + 2000);
  for (const { authorization } of memory.all('payment'))
    edges.push((authorization?.validBeforeSeconds ?? 0) * 1000);
  const mostMs = wait % 6 === 0 ? DAY_MS : 120_000;
  const ahead = edges.filter((edge) => edge >= nowMs && edge <= nowMs + mostMs);
  return ahead[wait % ahead.length] ?? nowMs;
}

/** Some payment: often sound, sometimes under a used key, by the wrong agent, unseen, too dear or out of time. */
function payment(number: number, pick: number, size: number): Command<'payment.authorize'> {
  const party = partyOf(pick);
  const [host, query] = [HOSTS[size % 17 === 0 ? 2 : (pick >> 4) % 3 === 0 ? 1 : 0], size % 3];
  const offers = [
    offer({
      priceUnits: BigInt(1 + (size % 11)),
      payTo: ADDRESSES[(pick >> 6) % 6 === 0 ? size % 3 : 0] ?? PAYEE,
    }),
  ];
  if (size % 7 === 0) offers.push(offer({ priceUnits: BigInt(1 + (pick % 5)), payTo: PAYEE }));
  const isAgent = pick % 5 === 0;
  const statedOrigin = size % 29 === 0 ? 'https://evil.example' : null;
  return pay(number, {
    seen: size % 6 === 0 ? [] : offers.flatMap(priceOf),
    change: {
      ...party,
      ...(pick % 31 === 0 && { agentId: CAST[0].agentId }),
      idempotencyKey: `key-${size % 13 === 0 ? pick % (number + 1) : number}`,
      mode: isAgent ? 'sign' : 'fetch',
      isProbed: pick % 3 !== 0,
      resource: resource(`https://${host}/${size % 2 ? 'a' : 'b'}?n=${query}`),
      challenge: { source: isAgent ? 'agent' : 'wallet', statedOrigin, offers },
      maxUnits: pick % 11 === 0 ? 3n : null,
      chainSkewSeconds: size % 23 === 0 ? null : 0,
    },
  });
}

/** Some freeze, unfreeze or revocation, now and then signed by the agent. */
function consent(number: number, pick: number, size: number): readonly Command[] {
  const { walletId, agentId, mandateId } = partyOf(pick);
  const isHard = size % 3 === 0;
  const choices: readonly (readonly [Action, string])[] = [
    ['wallet.unfreeze', walletId],
    ['agent.unfreeze', agentId],
    ['wallet.unfreeze', walletId],
    ['agent.unfreeze', agentId],
    ['wallet.unfreeze', walletId],
    ['wallet.freeze', walletId],
    ['agent.freeze', agentId],
    ...(isHard ? ([['mandate.revoke', mandateId]] as const) : []),
    ...(isHard && pick % 3 === 0 ? ([['agent.revoke', agentId]] as const) : []),
  ];
  const [action, subjectId] = choices[(size >> 2) % choices.length] ?? ['wallet.unfreeze', walletId];
  return ask(number, { action, subjectId, walletId, ...(size % 7 === 0 && { signer: AGENT_ADDRESS }) });
}

type Ask = {
  readonly action: Action;
  readonly subjectId: string;
  readonly walletId: WalletId;
  readonly signer?: typeof AGENT_ADDRESS;
};

function ask(number: number, { action, subjectId, walletId, signer }: Ask): readonly Command[] {
  const approvalId = idOf('appr', number);
  const open = openApproval(action, subjectId, { walletId, approvalId });
  return [open, signApproval(approvalId, { walletId, ...(signer !== undefined && { signer }) })];
}

function conclude(
  memory: Memory,
  { walletId, agentId, idempotencyKey }: Payment,
): Command<'request.conclude'> {
  const inputHash = memory.books.get('request', `${agentId}/${idempotencyKey}`)?.inputHash ?? '';
  const reply = { status: 200, headers: {}, bodyBase64: null, receipt: null };
  const key = { walletId, agentId, idempotencyKey, inputHash };
  return { type: 'request.conclude', ...key, operation: 'x', freeResource: null, reply };
}

/** What the core writes reads back as it was. */
function checkRoundTrip(memory: Memory): void {
  for (const record of [...memory.all('payment'), ...memory.all('counter')]) {
    const text = canonicalJson(record as unknown as Json);
    const back = parseRecord(text) as Json;
    const isSame = Object.entries(record).every(
      ([key, value]) => typeof value === typeof (back as never)[key],
    );
    const numbers = Object.values((back as { refusal?: { numbers?: object } }).refusal?.numbers ?? {});
    if (canonicalJson(back) !== text || !isSame || numbers.some((value) => typeof value !== 'string')) {
      throw new Error(`${record.id} reads back as something else`);
    }
  }
}
