import { decodeText } from './base64.ts';
import { parseJson } from './json.ts';

const MAX_LENGTH = 64 * 1024;

/**
 * What a payee says of the settlement (PAYMENT-RESPONSE, in v1 X-PAYMENT-RESPONSE), as JSON text; null where it says
 * nothing that can be read. A claim: it proves neither that money moved nor that it did not.
 */
export function readReceipt(headers: Readonly<Record<string, string>>): string | null {
  const value = headers['payment-response'] ?? headers['x-payment-response'];
  if (value === undefined || value.length > MAX_LENGTH) return null;
  const text = decodeText(value);
  const root = text === null ? null : parseJson(text);
  return root?.kind === 'object' ? root.text : null;
}
