import { createHash } from 'node:crypto';
import type { CardRegistry, NetworkCard } from '../dialect.ts';
import { type CardNotes, cardObject, controlsObject, defaultNotes, holderObject } from './card.ts';
import { type Form, formIn, textIn } from './form.ts';
import { cardId, tokenOf } from './names.ts';
import type { Wire } from './wire.ts';

/** What Stripe keeps besides the network: cardholders, and what it was told of cards. */
export type Desk = {
  readonly notesOf: (card: NetworkCard) => CardNotes;
  /** Null where nobody has it. */
  readonly findCard: (id: string) => NetworkCard | null;
  readonly makeHolder: (form: Form) => Wire;
  readonly findHolder: (id: string) => Wire | null;
  readonly holders: () => readonly Wire[];
  readonly makeCard: (form: Form) => Promise<Wire | { readonly refused: string }>;
  readonly changeCard: (card: NetworkCard, form: Form) => Wire | { readonly refused: string };
  /** The cards that were made since the sandbox started, newest first. */
  readonly cards: () => readonly Wire[];
};

/** Opens the desk on the cards of a network. */
export function openDesk(registry: CardRegistry): Desk {
  const holders = new Map<string, Wire>();
  const notes = new Map<string, CardNotes>();
  const notesOf = (card: NetworkCard) => notes.get(card.token) ?? defaultNotes(card);
  const findCard = (id: string) => {
    const token = tokenOf(id);
    return token === null ? null : registry.find(token);
  };
  return {
    notesOf,
    findCard,
    makeHolder(form) {
      const digest = createHash('sha256')
        .update(`${holders.size}/${JSON.stringify(form)}`)
        .digest('hex');
      const holder = holderObject(`ich_${digest.slice(0, 24)}`, form);
      holders.set(holder.id, holder);
      return holder;
    },
    // One that was made before the sandbox last started is still somebody.
    findHolder: (id) => holders.get(id) ?? (id.startsWith('ich_') ? holderObject(id, {}) : null),
    holders: () => [...holders.values()].toReversed(),
    async makeCard(form) {
      const holderId = textIn(form, 'cardholder') ?? '';
      if (!holderId.startsWith('ich_')) return { refused: `No such cardholder: '${holderId}'` };
      if (textIn(form, 'type') !== 'virtual') return { refused: 'The sandbox makes virtual cards only' };
      const metadata = formIn(form, 'metadata') as Readonly<Record<string, string>>;
      const controls = controlsObject(formIn(form, 'spending_controls'));
      const lock = lockIn(controls);
      if (lock === null) return { refused: 'Invalid spending limit: it must be greater than or equal to 1' };
      const { fluxa_card: reference = '', fluxa_label: label = '' } = metadata;
      const made = await registry.issue({ reference, lockCents: lock, label });
      if ('refused' in made) return made;
      const cardholder = holders.get(holderId) ?? holderObject(holderId, {});
      if (!notes.has(made.token)) {
        notes.set(made.token, { cardholder, metadata, spending_controls: controls });
      }
      return cardObject(made, notesOf(made));
    },
    changeCard(card, form) {
      if (card.state === 'closed') return { refused: 'You cannot update a card that has been canceled' };
      const controls = 'spending_controls' in form ? controlsObject(formIn(form, 'spending_controls')) : null;
      const lock = controls === null ? card.lockCents : lockIn(controls);
      if (lock === null) return { refused: 'Invalid spending limit: it must be greater than or equal to 1' };
      const before = notesOf(card);
      const metadata = { ...before.metadata, ...(formIn(form, 'metadata') as Record<string, string>) };
      notes.set(card.token, { ...before, metadata, ...(controls && { spending_controls: controls }) });
      if (lock !== card.lockCents) registry.setLock(card.token, lock);
      const state = STATES.get(textIn(form, 'status') ?? '');
      if (state !== undefined) registry.setState(card.token, state);
      const now = registry.find(card.token) ?? card;
      return cardObject(now, notesOf(now));
    },
    cards: () =>
      [...notes.keys()].toReversed().flatMap((token) => {
        const card = findCard(cardId({ token }));
        return card === null ? [] : [cardObject(card, notesOf(card))];
      }),
  };
}

const STATES: ReadonlyMap<string, 'open' | 'paused' | 'closed'> = new Map([
  ['active', 'open'],
  ['inactive', 'paused'],
  ['canceled', 'closed'],
]);

/** The limit per authorization: the lock. Null where there is none that Stripe takes. */
function lockIn(controls: Readonly<Record<string, unknown>>): bigint | null {
  const limits = controls.spending_limits as readonly { amount: number; interval: string }[];
  if (limits.some(({ amount }) => !Number.isSafeInteger(amount) || amount < 1)) return null;
  const lock = limits.find(({ interval }) => interval === 'per_authorization');
  return lock === undefined ? null : BigInt(lock.amount);
}
