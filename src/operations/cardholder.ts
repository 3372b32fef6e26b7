import { z } from 'zod';
import { openShop } from './card-access.ts';
import { defineOperation } from './operation.ts';

/** Whose cards they are. */
export const get = defineOperation({
  name: 'cardholder.get',
  summary: 'The name and billing address to give at a checkout that takes a card of this wallet',
  audience: 'any',
  movesMoney: false,
  http: { method: 'GET', path: '/v1/cardholder' },
  isTool: true,
  input: z.strictObject({}),
  output: z.object({
    name: z.string(),
    email: z.string().optional(),
    address: z
      .object({
        line1: z.string(),
        city: z.string(),
        state: z.string().optional(),
        postalCode: z.string(),
        country: z.string().meta({ description: 'ISO 3166 alpha-2' }),
      })
      .optional(),
  }),
  async run(context) {
    const shop = openShop(context);
    if ('outcome' in shop) return shop;
    const { name, email, address } = shop.cards.cardholder;
    const place = address === null ? null : { ...address, state: address.state ?? undefined };
    const output = { name, ...(email !== null && { email }), ...(place !== null && { address: place }) };
    return { outcome: 'ok', output };
  },
});
