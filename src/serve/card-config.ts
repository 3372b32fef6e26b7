import { z } from 'zod';
import { ISSUERS } from '../core/card/card.ts';
import { unitsOf } from '../core/card/cents.ts';
import type { CardPolicy } from '../core/card/ports.ts';
import { parseAddress } from '../protocol/address.ts';

/** An EVM address. Becomes lower case. */
export const address = z.string().transform((text, context) => {
  const parsed = parseAddress(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: `"${text}" is not an EVM address` });
  return z.NEVER;
});

const line = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]+$/u, 'must be one line');
const mccs = z.array(z.string().regex(/^\d{4}$/, 'must be four digits')).max(100);
const hours = (range: { least: number; most: number }) => z.int().min(range.least).max(range.most);
const times = (most: number) => z.int().min(0).max(most);

/** The operator's numbers for cards, where they differ from the usual. */
const policy = z.strictObject({
  ttlHours: hours({ least: 1, most: 744 }).optional(),
  holdHours: hours({ least: 1, most: 1000 }).optional(),
  holdLongHours: hours({ least: 1, most: 2000 }).optional(),
  longMccs: mccs.optional(),
  blockedMccs: mccs.optional(),
  probeMaxCents: z.int().min(0).max(1000).optional(),
  probesOpenMax: times(10).optional(),
  probesMax: times(10).optional(),
  verificationsMax: times(10).optional(),
  credentialFailuresMax: z.int().min(1).max(10).optional(),
  requires3ds: z.boolean().optional(),
  allowsPartialApproval: z.boolean().optional(),
  reopensOnFullReversal: z.boolean().optional(),
  lateReserveHours: hours({ least: 0, most: 2000 }).optional(),
  decisionMsMax: z.int().min(50).max(1800).optional(),
  shortfallBlocks: z.boolean().optional(),
  revealsToAgents: z.boolean().optional(),
  revealSeconds: z.int().min(5).max(60).optional(),
});

/** Where cards come from and who holds the money behind them. */
export const cardConfig = z.strictObject({
  issuer: z.enum(ISSUERS),
  /** The issuer's API, where it is not the vendor's own. */
  url: z.url({ protocol: /^https?$/ }).optional(),
  environment: z.enum(['sandbox', 'production']).default('production'),
  treasury: z.strictObject({ url: z.url({ protocol: /^https?$/ }), address }),
  /** What cards are paid with; may be left out where only one asset can be. */
  asset: z.string().optional(),
  /** Whose cards they are; the wallet's name without this. */
  cardholder: z
    .strictObject({
      name: line.max(26),
      email: z.email().optional(),
      /** The cardholder at the vendor's, where the vendor keeps them. */
      id: z.string().min(1).max(100).optional(),
      address: z
        .strictObject({
          line1: line,
          city: line,
          state: line.optional(),
          postalCode: line.max(20),
          country: z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters (ISO 3166)'),
        })
        .optional(),
    })
    .optional(),
  /** Lithic: whose cards they are, where the program has account holders; and which range of numbers. */
  account: z.string().min(1).max(100).optional(),
  program: z.string().min(1).max(100).optional(),
  /** Debugging endpoints of browsers, besides those on this machine. */
  browsers: z.array(z.url({ protocol: /^(https?|wss?)$/ })).default([]),
  /** Origins whose frames may hold a shop's card form, besides the shop's own and those of known vendors. */
  frames: z.array(z.url({ protocol: /^https?$/ })).default([]),
  policy: policy.default({}),
});
export type CardConfig = z.output<typeof cardConfig>;

const HOUR_MS = 3_600_000;

/** The policy for cards: the usual one with what the operator changed. */
export function cardPolicyOf(usual: CardPolicy, config: CardConfig | undefined): CardPolicy {
  if (config === undefined) return usual;
  const { ttlHours, holdHours, holdLongHours, lateReserveHours, probeMaxCents, revealSeconds, ...plain } =
    config.policy;
  const inMs = {
    ttlMs: ttlHours,
    holdMs: holdHours,
    holdLongMs: holdLongHours,
    lateReserveMs: lateReserveHours,
  };
  const changed = {
    ...plain,
    ...Object.fromEntries(
      Object.entries(inMs).map(([name, count]) => [name, count === undefined ? undefined : count * HOUR_MS]),
    ),
    probeMaxUnits: probeMaxCents === undefined ? undefined : unitsOf(BigInt(probeMaxCents)),
    revealMs: revealSeconds === undefined ? undefined : revealSeconds * 1000,
  };
  const given = Object.entries(changed).filter(([, value]) => value !== undefined);
  return { ...usual, ...Object.fromEntries(given) };
}
