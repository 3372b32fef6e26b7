import { z } from 'zod';
import { budgetUnits } from '../core/asset.ts';
import { type Account, spendable } from '../core/ledger.ts';
import { formatBudget } from '../core/money.ts';
import { refuse } from '../core/refusal.ts';
import type { Context } from './context.ts';
import { defineOperation } from './operation.ts';
import { assetText } from './views.ts';

const balanceView = z.object({
  available: z.string().meta({ description: 'USD that can be spent now' }),
  assets: z.array(
    z.object({
      asset: z.string(),
      available: z.string(),
      availableUnits: z.string(),
      held: z.string().meta({ description: 'Signed for, not yet settled or released' }),
      incoming: z.string().meta({ description: 'Seen on chain, not final yet' }),
      onCards: z.string().meta({ description: 'Locked on cards and not taken by merchants' }),
      returning: z.string().meta({ description: 'On its way back from cards' }),
    }),
  ),
  address: z.string().meta({ description: 'Where to send money to top up' }),
});

/** What the wallet holds. */
export const balance = defineOperation({
  name: 'wallet.balance',
  summary: 'What the wallet can spend, what is held for payments under way, on cards, and coming in',
  audience: 'any',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/wallet/balance' },
  isTool: true,
  input: z.strictObject({}),
  output: balanceView,
  async run(context) {
    const wallet = await context.store.read.get('wallet', context.walletId);
    if (wallet === null) return refuse('wallet_not_found', `There is no wallet ${context.walletId}`);
    const accounts = await context.store.read.accounts(context.walletId);
    const lines = context.assets.map((asset) => {
      const account = accounts.find((one) => one.kind === 'wallet' && one.assetId === asset.id);
      const available = account === undefined ? 0n : spendable(account);
      return { asset, available, held: account?.debitsPendingUnits ?? 0n, ...onCards(accounts, asset.id) };
    });
    const total = lines.reduce((sum, { asset, available }) => sum + budgetUnits(asset, available), 0n);
    return {
      outcome: 'ok',
      output: {
        available: formatBudget(total),
        assets: lines.map(({ asset, available, held, cardUnits, returnUnits }) => ({
          asset: asset.id,
          available: assetText(context, asset.id, available),
          availableUnits: available.toString(),
          held: assetText(context, asset.id, held),
          incoming: assetText(context, asset.id, incomingUnits(context, asset.id)),
          onCards: assetText(context, asset.id, cardUnits),
          returning: assetText(context, asset.id, returnUnits),
        })),
        address: wallet.paymentAddress,
      },
    };
  },
});

function incomingUnits(context: Context, assetId: string): bigint {
  const logs = context.chain.incoming().filter((log) => log.assetId === assetId);
  return logs.reduce((sum, log) => sum + log.amountUnits, 0n);
}

/** What of an asset is on cards, and what comes back from them. */
function onCards(accounts: readonly Account[], assetId: string) {
  const sum = (isOf: (account: Account) => boolean) =>
    accounts
      .filter((account) => account.assetId === assetId && isOf(account))
      .reduce((total, account) => total + spendable(account), 0n);
  return {
    cardUnits: sum(({ kind }) => kind.startsWith('reserved:') || kind.startsWith('held:')),
    returnUnits: sum(({ kind }) => kind === 'return'),
  };
}

/** Who the wallet is and whether it can pay. */
export const status = defineOperation({
  name: 'wallet.status',
  summary: 'The wallet, its operator, its assets, and whether it is frozen or out of touch with the chain',
  audience: 'any',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/wallet' },
  isTool: true,
  input: z.strictObject({}),
  output: z.object({
    id: z.string(),
    name: z.string(),
    operatorAddress: z.string(),
    paymentAddress: z.string(),
    frozen: z.boolean(),
    assets: z.array(z.string()),
    chainSkewSeconds: z.number().nullable().meta({ description: 'Null while no chain node answers' }),
    sandbox: z.boolean(),
  }),
  async run(context) {
    const wallet = await context.store.read.get('wallet', context.walletId);
    if (wallet === null) return refuse('wallet_not_found', `There is no wallet ${context.walletId}`);
    const { id, name, operatorAddress, paymentAddress, isFrozen } = wallet;
    const assets = context.assets.map((asset) => asset.id);
    const [frozen, chainSkewSeconds, sandbox] = [isFrozen, context.chain.skewSeconds(), context.isSandbox];
    return {
      outcome: 'ok',
      output: { id, name, operatorAddress, paymentAddress, frozen, assets, chainSkewSeconds, sandbox },
    };
  },
});
