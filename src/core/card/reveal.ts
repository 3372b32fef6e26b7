import type { CardId, WalletId } from '../id.ts';

/** A one-time right to see a card's number, or to have it typed into one page. */
export type Reveal = {
  /** Same as `tokenHash`. */
  readonly id: string;
  readonly walletId: WalletId;
  readonly cardId: CardId;
  /** SHA-256 of the token, hex. The token is kept nowhere. */
  readonly tokenHash: string;
  readonly purpose: 'show' | 'fill';
  /** Who it was given to: an agent's id, or `operator`. */
  readonly holder: string;
  /** The host it is for, where it is for filling. */
  readonly origin: string | null;
  readonly state: 'open' | 'used';
  readonly expiresAtMs: number;
  readonly createdAtMs: number;
};
