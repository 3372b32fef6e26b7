import type { Run } from './command.ts';
import { keyFileAddress, makeOperatorKey, refuseExisting } from './key.ts';
import { askNewSecret } from './terminal.ts';
import { showLine } from './text.ts';

/** Makes the operator's approval key under a passphrase typed at the terminal. */
export const init: Run = async ({ home, output }) => {
  const path = home.operatorKey;
  refuseExisting(path);
  const passphrase = await askNewSecret('New passphrase for your approval key');
  const address = await makeOperatorKey(path, passphrase);
  output.result(
    { address, keyFile: path },
    () => `Your approval key is ${address}, kept in ${showLine(path)}`,
  );
  output.note(
    'Whoever has this file and its passphrase can approve mandates. Nobody can restore either: keep a copy',
  );
};

/** The address of the operator's approval key. */
export const address: Run = async ({ home, output }) => {
  const found = keyFileAddress(home.operatorKey);
  output.result({ address: found }, () => found);
};
