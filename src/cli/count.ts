import { flag, type Invocation } from './command.ts';
import { misuse } from './failure.ts';

/** The part of a listing that was asked for. */
export function pageOf(call: Invocation): { readonly after?: string; readonly limit?: number } {
  const after = flag(call, 'after');
  const limit = wholeNumber(call, 'limit');
  return { ...(after !== undefined && { after }), ...(limit !== undefined && { limit }) };
}

/** The value of a flag that counts something; undefined where it was not given. */
export function wholeNumber(call: Invocation, name: string): number | undefined {
  const text = flag(call, name);
  if (text === undefined) return undefined;
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number.parseInt(text, 10);
  throw misuse('usage_wrong', `--${name} "${text}" is not a whole number above zero`, 'Give one such as 20');
}
