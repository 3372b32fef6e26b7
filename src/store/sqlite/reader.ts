import type { DatabaseSync } from 'node:sqlite';
import type { TableName, Tables } from '../../core/books.ts';
import type { Page, PaymentFilter, Reader } from '../../core/ports.ts';
import { LAYOUTS } from './layout.ts';
import { ask, finder } from './shelf.ts';

const TABLES = Object.keys(LAYOUTS) as TableName[];
type Finders = { readonly [T in TableName]: (id: string) => Tables[T] | null };

const PAGE = 'and id > ? order by id limit ?';

/** Prepares the questions to the durable records. */
export function openReader(db: DatabaseSync): Reader {
  const finders = Object.fromEntries(TABLES.map((table) => [table, finder(db, table)])) as unknown as Finders;
  const wallets = ask(db, 'wallet', 'order by id');
  const agentByTokenHash = ask(db, 'agent', 'where token_hash = ?');
  const agents = ask(db, 'agent', `where wallet_id = ? ${PAGE}`);
  const mandates = ask(db, 'mandate', `where wallet_id = ? ${PAGE}`);
  const mandatesOfAgent = ask(db, 'mandate', `where wallet_id = ? and agent_id = ? ${PAGE}`);
  const open = "where wallet_id = ? and state = 'reserved'";
  const openPayments = ask(db, 'payment', `${open} ${PAGE}`);
  const confirmedPayments = ask(db, 'payment', `${open} and evidence = 'confirmed' ${PAGE}`);
  // The plus keeps the order by id from choosing the index: it would go through every open payment, or every card.
  const endedPayments = ask(db, 'payment', `${open} and valid_before <= ? and +id > ? order by +id limit ?`);
  const paymentByNonce = ask(db, 'payment', 'where nonce = ?');
  const cardByToken = ask(db, 'card', 'where issuer = ? and token = ?');
  const cardsWithWork = ask(db, 'card', `where wallet_id = ? and work <> 'none' ${PAGE}`);
  const cardsDue = ask(db, 'card', 'where wallet_id = ? and due_at_ms <= ? and +id > ? order by +id limit ?');
  const events = ask(db, 'event', 'where card_id = ? and seq > ? order by seq limit ?');
  const holds = ask(db, 'hold', `where card_id = ? ${PAGE}`);
  const challenges = ask(db, 'challenge', 'where card_id = ? order by created_at_ms desc, id desc limit ?');
  const openPaybacks = ask(db, 'payback', `where wallet_id = ? and state in ('due', 'sent') ${PAGE}`);
  const paybackByNonce = ask(db, 'payback', 'where nonce = ?');
  const ownAccounts = ask(db, 'account', "where wallet_id = ? and instr(kind, ':') = 0 order by id");
  const holdsSome = "instr(kind, ':') > 0 and credits_posted_units > debits_posted_units";
  const cardAccounts = ask(db, 'account', `where wallet_id = ? and ${holdsSome} order by id`);
  const approvals = ask(db, 'approval', `where wallet_id = ? ${PAGE}`);
  const entries = ask(db, 'entry', 'where chain = ? and seq > ? order by seq limit ?');
  const latestCheckpoint = ask(db, 'checkpoint', 'where chain = ? order by size desc limit 1');

  return {
    get: async (table, id) => finders[table](id),
    wallets: async () => wallets(),
    agentByTokenHash: async (tokenHash) => agentByTokenHash(tokenHash)[0] ?? null,
    agents: async (walletId, page) => agents(walletId, ...bounds(page)),
    mandates: async ({ walletId, agentId }, page) =>
      agentId === undefined
        ? mandates(walletId, ...bounds(page))
        : mandatesOfAgent(walletId, agentId, ...bounds(page)),
    payments: listing(db, 'payment'),
    openPayments: async ({ walletId, only }, page) => {
      if (only === undefined) return openPayments(walletId, ...bounds(page));
      if (only === 'confirmed') return confirmedPayments(walletId, ...bounds(page));
      return endedPayments(walletId, only.endedBySeconds, ...bounds(page));
    },
    paymentByNonce: async (nonce) => paymentByNonce(nonce)[0] ?? null,
    cardByToken: async (issuer, token) => cardByToken(issuer, token)[0] ?? null,
    cards: listing(db, 'card'),
    cardsWithWork: async (walletId, page) => cardsWithWork(walletId, ...bounds(page)),
    cardsDue: async (walletId, nowMs, page) => cardsDue(walletId, nowMs, ...bounds(page)),
    events: async (cardId, { afterSeq, limit }) => events(cardId, afterSeq, limit),
    holds: async (cardId, page) => holds(cardId, ...bounds(page)),
    challenges: async (cardId, limit) => challenges(cardId, limit),
    openPaybacks: async (walletId, page) => openPaybacks(walletId, ...bounds(page)),
    paybackByNonce: async (nonce) => paybackByNonce(nonce)[0] ?? null,
    accounts: async (walletId) => [...ownAccounts(walletId), ...cardAccounts(walletId)],
    approvals: async (walletId, page) => approvals(walletId, ...bounds(page)),
    entries: async (chain, { afterSeq, limit }) => entries(chain, afterSeq, limit),
    latestCheckpoint: async (chain) => latestCheckpoint(chain)[0] ?? null,
  };
}

/** Prepares the listing of a table by wallet and, where they are given, agent and mandate. */
function listing<T extends 'payment' | 'card'>(db: DatabaseSync, table: T) {
  const ofWallet = ask(db, table, `where wallet_id = ? ${PAGE}`);
  const ofAgent = ask(db, table, `where wallet_id = ? and agent_id = ? ${PAGE}`);
  const ofMandate = ask(db, table, `where wallet_id = ? and mandate_id = ? ${PAGE}`);
  const ofBoth = ask(db, table, `where wallet_id = ? and mandate_id = ? and agent_id = ? ${PAGE}`);
  return async ({ walletId, agentId, mandateId }: PaymentFilter, page: Page): Promise<Tables[T][]> => {
    const range = bounds(page);
    if (mandateId !== undefined && agentId !== undefined)
      return ofBoth(walletId, mandateId, agentId, ...range);
    if (mandateId !== undefined) return ofMandate(walletId, mandateId, ...range);
    if (agentId !== undefined) return ofAgent(walletId, agentId, ...range);
    return ofWallet(walletId, ...range);
  };
}

function bounds({ after = '', limit }: Page): readonly [string, number] {
  return [after, limit];
}
