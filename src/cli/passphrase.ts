import { readLine } from './credential.ts';
import { misuse } from './failure.ts';
import { askNewSecret, askSecret } from './terminal.ts';

const QUESTION = "passphrase of the server's payment key";

/** The passphrase of the server's own payment key: from a file, because servers start unattended, or typed. */
export async function paymentPassphrase(
  file: string | undefined,
  { isNew }: { isNew: boolean },
): Promise<string> {
  if (file === undefined) return isNew ? askNewSecret(`New ${QUESTION}`) : askSecret(`The ${QUESTION}: `);
  const text = readLine(file);
  if (text === null)
    throw misuse('file_missing', `There is no file ${file}`, 'Write the passphrase into one first');
  if (text === '')
    throw misuse('file_empty', `The file ${file} is empty`, 'Write the passphrase into it first');
  return text;
}
