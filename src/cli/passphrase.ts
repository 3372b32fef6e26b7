import { readLine } from './credential.ts';
import { misuse } from './failure.ts';
import { askNewSecret, askSecret } from './terminal.ts';

/** Names the payment key, so that nobody puts the approval key's passphrase there. */
const VARIABLE = 'FLUXA_PAYMENT_PASSPHRASE';
const QUESTION = "passphrase of the server's payment key";

/** The passphrase of the server's own payment key: servers start unattended, so a file or the environment may say it. */
export async function paymentPassphrase(
  file: string | undefined,
  { isNew }: { isNew: boolean },
): Promise<string> {
  const given = process.env[VARIABLE];
  if (file === undefined && given !== undefined && given !== '') return given;
  if (file === undefined) return isNew ? askNewSecret(`New ${QUESTION}`) : askSecret(`The ${QUESTION}: `);
  const text = readLine(file);
  if (text === null)
    throw misuse('file_missing', `There is no file ${file}`, 'Write the passphrase into one first');
  if (text === '')
    throw misuse('file_empty', `The file ${file} is empty`, 'Write the passphrase into it first');
  return text;
}
