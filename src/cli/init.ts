import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseAddress } from '../protocol/address.ts';
import { chainEntry } from '../serve/config.ts';
import { initDirectory } from '../serve/init.ts';
import { flag, type Invocation, type Run } from './command.ts';
import { misuse } from './failure.ts';
import { keyFileAddress, makeOperatorKey, refuseExisting } from './key.ts';
import { paymentPassphrase } from './passphrase.ts';
import { portOf } from './port.ts';
import { askNewSecret } from './terminal.ts';
import { columns } from './text.ts';

/** Sets up a wallet: what can be wrong is looked at first, then passphrases are asked, then files are written. */
export const init: Run = async (call) => {
  const { home, output } = call;
  const directory = home.directory;
  const chains = [chainOf(call)];
  const port = portOf(call) ?? 4020;
  refuseExisting(join(directory, 'config.json'));
  const operatorAddress = await operatorOf(call);
  const passphrase = await paymentPassphrase(flag(call, 'passphrase-file'), { isNew: true });
  const walletName = flag(call, 'name') ?? 'Wallet';
  const options = { directory, walletName, operatorAddress, chains, port, passphrase };
  const { paymentAddress } = await initDirectory(options);
  output.result({ directory, operatorAddress, paymentAddress }, () =>
    columns([
      ['Data directory', directory],
      ['Operator', operatorAddress],
      ['Pays from', paymentAddress],
      ['Next', 'fluxa-wallet serve'],
    ]),
  );
};

function chainOf(call: Invocation) {
  const token = tokenOf(call);
  const chain = {
    network: flag(call, 'network') ?? '',
    rpcUrl: flag(call, 'rpc-url') ?? '',
    ...(token !== null && { token }),
  };
  if (!/^https?:\/\//.test(chain.rpcUrl) || !URL.canParse(chain.rpcUrl)) {
    throw misuse(
      'usage_wrong',
      `--rpc-url "${chain.rpcUrl}" is not the address of a node`,
      'Give an https URL',
    );
  }
  try {
    chainEntry(chain);
    return chain;
  } catch (cause) {
    throw misuse('usage_wrong', (cause as Error).message, 'Give a chain that this wallet pays on');
  }
}

function tokenOf(call: Invocation): `0x${string}` | null {
  const text = flag(call, 'token');
  const address = text === undefined ? null : parseAddress(text);
  if (text === undefined || address !== null) return address;
  throw misuse('usage_wrong', `--token "${text}" is not an address`, 'Copy all of it: 0x and 40 digits');
}

/** The given address, or that of the approval key of the directory, made now where there is none. */
async function operatorOf(call: Invocation): Promise<`0x${string}`> {
  const given = flag(call, 'operator');
  const path = call.home.operatorKey;
  const text = given ?? (existsSync(path) ? keyFileAddress(path) : await newKey(path));
  const address = parseAddress(text);
  if (address !== null) return address;
  throw misuse('usage_wrong', `--operator "${text}" is not an address`, 'Copy all of it: 0x and 40 digits');
}

async function newKey(path: string): Promise<string> {
  return makeOperatorKey(path, await askNewSecret('New passphrase for your approval key'));
}
