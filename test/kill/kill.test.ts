import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { type AuditEntry, findFault } from '../../src/core/audit.ts';
import { DEFAULT_POLICY } from '../../src/core/policy.ts';
import type { Store } from '../../src/core/ports.ts';
import { nodeHash } from '../../src/store/hash.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import * as World from '../store/world.ts';
import { depositLog, WALLETS } from './load.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

/** After how many acknowledgements each round is killed: in the middle of the start, of the first load, of the flow. */
const KILLS = [1, 2, 17, 33, 64, 100, 150, 233, 300, 377, 480, 610];

/** Runs the load until so many lines came, kills it, and returns all that it acknowledged. */
async function runUntil(count: number, [path, round]: readonly [string, number]): Promise<readonly string[]> {
  const child = spawn(process.execPath, [CHILD, path, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === count) child.kill('SIGKILL');
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  return lines.filter((line) => /^pay_[0-9]{26}( settled [0-9]+)?$/.test(line));
}

test(`what was acknowledged is there, and the books are whole, after each of ${KILLS.length} kills`, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'kill-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'books.db');
  const acknowledged: string[] = [];
  for (const [round, count] of KILLS.entries()) {
    const lines = await runUntil(count, [path, round]);
    expect(lines.length).toBeGreaterThanOrEqual(count);
    acknowledged.push(...lines);
    const store = await openSqliteStore({ path, policy: DEFAULT_POLICY, clock: World.manualClock() });
    expect(await missing(store, acknowledged)).toEqual([]);
    for (const chain of ['system', ...WALLETS.map((n) => World.cast(n).walletId)] as const) {
      const entries = await chainOf(store, chain);
      expect(findFault(entries, nodeHash)).toBeNull();
      expect(await store.read.get('head', chain)).toMatchObject({
        seq: entries.length,
        hash: entries.at(-1)?.hash,
      });
    }
    await store.close();
    expect(faults(path)).toEqual([]);
  }
  expect(acknowledged.length).toBeGreaterThan(2000);
});

/** Acknowledged lines whose record is not there, or not in the state that was acknowledged. */
async function missing(store: Store, lines: readonly string[]): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const line of lines) {
    const [paymentId = '', settled, block] = line.split(' ');
    const payment = await store.read.get('payment', paymentId);
    const isThere = settled === undefined ? payment !== null : payment?.state === 'settled';
    const n = WALLETS.find((wallet) => World.cast(wallet).walletId === payment?.walletId) ?? -1;
    const { txHash, logIndex } = depositLog(n, Number(block));
    const depositId = `${payment?.walletId}/${World.USDC}/${txHash}/${logIndex}`;
    const isPaidIn = settled === undefined || (await store.read.get('deposit', depositId)) !== null;
    if (!isThere || !isPaidIn) gone.push(line);
  }
  return gone;
}

async function chainOf(store: Store, chain: AuditEntry['chain']): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (;;) {
    const page = await store.read.entries(chain, { afterSeq: entries.length, limit: 500 });
    entries.push(...page);
    if (page.length < 500) return entries;
  }
}

/** Accounts that are not the sum of their transfers, counters that are not the sum of their payments, damage. */
function faults(path: string): readonly unknown[] {
  const db = new DatabaseSync(path, { readOnly: true });
  const rows = [
    ...db.prepare("select * from pragma_integrity_check where integrity_check <> 'ok'").all(),
    ...db.prepare('select * from pragma_foreign_key_check').all(),
    ...db.prepare(ACCOUNTS).all(),
    ...db.prepare(COUNTERS).all(),
  ];
  db.close();
  return rows;
}

const ACCOUNTS = `
  with side (account_id, transfer_id, kind, is_debit, units, is_open) as (
    select debit_account_id, id, kind, true, amount_units,
      not exists (select 1 from transfer ending where ending.pending_id = transfer.id) from transfer
    union all
    select credit_account_id, id, kind, false, amount_units,
      not exists (select 1 from transfer ending where ending.pending_id = transfer.id) from transfer
  ), total as (
    select account_id,
      sum(units) filter (where is_debit and kind = 'pending' and is_open) debits_pending,
      sum(units) filter (where is_debit and kind in ('posted', 'post')) debits_posted,
      sum(units) filter (where not is_debit and kind = 'pending' and is_open) credits_pending,
      sum(units) filter (where not is_debit and kind in ('posted', 'post')) credits_posted
    from side group by account_id
  )
  select account.* from account left join total on account_id = id
  where debits_pending_units <> coalesce(debits_pending, 0) or debits_posted_units <> coalesce(debits_posted, 0)
    or credits_pending_units <> coalesce(credits_pending, 0) or credits_posted_units <> coalesce(credits_posted, 0)`;

const COUNTERS = `
  select counter.*, payments, reserved, settled from counter join (
    select mandate_id, count(*) payments,
      sum(cast(body ->> '$.offer.budgetUnits' as integer)) filter (where state = 'reserved') reserved,
      sum(cast(body ->> '$.offer.budgetUnits' as integer)) filter (where state = 'settled') settled
    from payment where state in ('reserved', 'settled') group by mandate_id
  ) paid using (mandate_id)
  where window = 'total' and (count <> payments or reserved_units <> coalesce(reserved, 0)
    or settled_units <> coalesce(settled, 0) or reserved_units + settled_units > cap_units)`;
