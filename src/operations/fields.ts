import { z } from 'zod';
import { BUDGET_DECIMALS, parse } from '../core/money.ts';
import type { RefusalCode } from '../core/refusal.ts';
import { parseAddress } from '../protocol/address.ts';
import { NumberText } from './number-text.ts';

/** Most digits a number that was parsed as binary floating point may show and still be what was written. */
const DIGITS_MAX = 15;

/**
 * An amount of the mandate's currency: decimal text, or a number whose shortest decimal text is exact. Over HTTP the
 * number's source text counts. Becomes units at 6 decimals; issues carry the refusal code they stand for.
 */
export const amount = z
  .union([z.string(), z.number(), z.instanceof(NumberText)])
  .transform((given, context) => {
    const text = typeof given === 'string' ? given : sourceOf(given);
    if (text === null) {
      return stop(context, 'amount_ambiguous', `The number ${String(given)} may not be what was written`);
    }
    const reading = parse(text, BUDGET_DECIMALS);
    return reading.outcome === 'ok' ? reading.units : stop(context, 'amount_invalid', reading.detail);
  })
  .meta({
    description: 'An amount in USD as decimal text, such as "25.00"; at most 6 decimals',
    override: { type: ['string', 'number'], examples: ['25.00'] },
  });

function sourceOf(given: number | NumberText): string | null {
  if (given instanceof NumberText) return given.source;
  const text = String(given);
  return /^-?[0-9.]+$/.test(text) && text.replace(/[-.]/g, '').length <= DIGITS_MAX ? text : null;
}

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION_MAX_MS = 366 * UNIT_MS.d;

/** A length of time such as "30d", "12h" or "45m", at most a year. Becomes milliseconds. */
export const duration = z
  .string()
  .transform((text, context) => {
    const match = /^([1-9][0-9]{0,5})([mhd])$/.exec(text);
    const ms =
      match === null ? 0 : Number.parseInt(match[1] ?? '', 10) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
    if (ms > 0 && ms <= DURATION_MAX_MS) return ms;
    return stop(
      context,
      'duration_invalid',
      `The duration "${text.slice(0, 40)}" is not like "30d", "12h" or "45m"`,
    );
  })
  .meta({
    description: 'A length of time such as "30d", "12h" or "45m"',
    override: { type: 'string', examples: ['30d'] },
  });

/** A host as compared everywhere: lower case, punycode, no final dot, no port. */
export const host = z
  .string()
  .max(253)
  .transform((text, context) => {
    const name = hostOf(text);
    return name ?? stop(context, 'input_invalid', `"${text.slice(0, 80)}" is not a host name`);
  })
  .meta({ description: 'A host name such as "api.example.com"', override: { type: 'string' } });

/** Names of ASCII letters, digits, hyphens and underscores, once in punycode; or an address. */
const HOST = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])$/;

function hostOf(text: string): string | null {
  if (/[\s/@:?#\\*%]/u.test(text.replace(/^\[.*\]$/u, '')) || !URL.canParse(`https://${text}/`)) return null;
  const name = new URL(`https://${text}/`).hostname.replace(/\.$/, '');
  return HOST.test(name) ? name : null;
}

/** An EVM address, all lower case or with a right checksum. Becomes lower case. */
export const address = z
  .string()
  .transform((text, context) => {
    return (
      parseAddress(text) ?? stop(context, 'input_invalid', `"${text.slice(0, 80)}" is not an EVM address`)
    );
  })
  .meta({ description: 'An EVM address', override: { type: 'string', pattern: '^0x[0-9a-fA-F]{40}$' } });

/** A moment as ISO 8601 with a zone. Becomes milliseconds. */
export const moment = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .meta({ override: { type: 'string', format: 'date-time' } });

/** How many records of a listing, and behind which id. */
export const page = {
  after: z.string().max(200).optional(),
  limit: count({ least: 1, most: 200 }).default(50),
};

/** A whole number in a query or a path, where it is text, or in JSON. */
export function count(range: { readonly least: number; readonly most: number }) {
  const digits = z.string().regex(/^(0|[1-9][0-9]{0,14})$/, 'must be a whole number');
  return z
    .union([z.number(), digits.transform((text) => Number.parseInt(text, 10))])
    .pipe(z.int().min(range.least).max(range.most))
    .meta({ override: { type: 'integer', minimum: range.least, maximum: range.most } });
}

function stop(context: z.RefinementCtx, code: RefusalCode, detail: string): never {
  context.addIssue({ code: 'custom', message: detail, params: { code } });
  return z.NEVER;
}
