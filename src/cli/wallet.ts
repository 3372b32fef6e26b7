import { ask } from './client.ts';
import type { Run } from './command.ts';
import { columns, showLine } from './text.ts';

/** What the wallet can spend. */
export const balance: Run = async (call) => {
  const output = await ask(call, 'any', 'wallet.balance', {});
  call.output.result(output, () => {
    const rows = output.assets.map((line) => [
      line.asset,
      line.available,
      line.held,
      line.incoming,
      line.onCards,
      line.returning,
    ]);
    return [
      `Available: ${showLine(output.available)} USD`,
      '',
      columns([['Asset', 'Available', 'Held', 'Incoming', 'On cards', 'Returning'], ...rows]),
      '',
      `Send more to ${showLine(output.address)}`,
    ].join('\n');
  });
};

/** Who the wallet is and whether it can pay. */
export const status: Run = async (call) => {
  const output = await ask(call, 'any', 'wallet.status', {});
  const { assets, chainSkewSeconds, frozen, id, name, operatorAddress, paymentAddress, sandbox } = output;
  call.output.result(output, () =>
    columns([
      ['Wallet', `${name} (${id})`],
      ['State', frozen ? 'frozen' : 'active'],
      ['Operator', operatorAddress],
      ['Pays from', paymentAddress],
      ['Assets', assets.join(', ')],
      ['Chain', chainSkewSeconds === null ? 'not reached' : `${chainSkewSeconds} s behind the clock`],
      ...(sandbox ? [['Sandbox', 'yes: this is not money']] : []),
    ]),
  );
};
