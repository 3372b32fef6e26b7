import type { NetworkCard } from '../dialect.ts';

const PREFIXES = { card: 'ic', authorization: 'iauth', transaction: 'ipi', dispute: 'idp' } as const;
type Kind = Exclude<keyof typeof PREFIXES, 'card'>;

/** Stripe's id of a card. */
export function cardId({ token }: Pick<NetworkCard, 'token'>): string {
  return `${PREFIXES.card}_${token}`;
}

/** The network's token in Stripe's id of a card; null where it is none. */
export function tokenOf(id: string): string | null {
  return id.startsWith(`${PREFIXES.card}_`) ? id.slice(PREFIXES.card.length + 1) : null;
}

/** Stripe's id of something on a card, which can be read back: nothing of it has to be kept. */
export function idOf(kind: Kind, { token }: Pick<NetworkCard, 'token'>, name: string): string {
  return `${PREFIXES[kind]}_${token}_${Buffer.from(name).toString('hex')}`;
}

/** Card and name in such an id; null where it is none of this kind. */
export function namesIn(kind: Kind, id: string): { readonly token: string; readonly name: string } | null {
  const match = new RegExp(`^${PREFIXES[kind]}_(.+)_((?:[0-9a-f]{2})+)$`).exec(id);
  const [, token, hex] = match ?? [];
  return token === undefined || hex === undefined
    ? null
    : { token, name: Buffer.from(hex, 'hex').toString() };
}
