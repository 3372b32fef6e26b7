import type { DatabaseSync } from 'node:sqlite';
import type { TableName, Tables } from '../../core/books.ts';
import type { Page, Reader } from '../../core/ports.ts';
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
  const payments = ask(db, 'payment', `where wallet_id = ? ${PAGE}`);
  const paymentsOfAgent = ask(db, 'payment', `where wallet_id = ? and agent_id = ? ${PAGE}`);
  const paymentsOfMandate = ask(db, 'payment', `where wallet_id = ? and mandate_id = ? ${PAGE}`);
  const paymentsOfBoth = ask(
    db,
    'payment',
    `where wallet_id = ? and mandate_id = ? and agent_id = ? ${PAGE}`,
  );
  const open = "where wallet_id = ? and state = 'reserved'";
  const openPayments = ask(db, 'payment', `${open} ${PAGE}`);
  const confirmedPayments = ask(db, 'payment', `${open} and evidence = 'confirmed' ${PAGE}`);
  // The plus keeps the order by id from choosing the index: it would go through every open payment.
  const endedPayments = ask(db, 'payment', `${open} and valid_before <= ? and +id > ? order by +id limit ?`);
  const paymentByNonce = ask(db, 'payment', 'where nonce = ?');
  const accounts = ask(db, 'account', "where id > ? || '/' and id < ? || '0' order by id");
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
    payments: async ({ walletId, agentId, mandateId }, page) => {
      if (mandateId !== undefined && agentId !== undefined) {
        return paymentsOfBoth(walletId, mandateId, agentId, ...bounds(page));
      }
      if (mandateId !== undefined) return paymentsOfMandate(walletId, mandateId, ...bounds(page));
      if (agentId !== undefined) return paymentsOfAgent(walletId, agentId, ...bounds(page));
      return payments(walletId, ...bounds(page));
    },
    openPayments: async ({ walletId, only }, page) => {
      if (only === undefined) return openPayments(walletId, ...bounds(page));
      if (only === 'confirmed') return confirmedPayments(walletId, ...bounds(page));
      return endedPayments(walletId, only.endedBySeconds, ...bounds(page));
    },
    paymentByNonce: async (nonce) => paymentByNonce(nonce)[0] ?? null,
    accounts: async (walletId) => accounts(walletId, walletId),
    approvals: async (walletId, page) => approvals(walletId, ...bounds(page)),
    entries: async (chain, { afterSeq, limit }) => entries(chain, afterSeq, limit),
    latestCheckpoint: async (chain) => latestCheckpoint(chain)[0] ?? null,
  };
}

function bounds({ after = '', limit }: Page): readonly [string, number] {
  return [after, limit];
}
