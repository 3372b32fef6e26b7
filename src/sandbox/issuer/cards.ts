import type { CardName, TypedCard } from './acquirer.ts';
import { type Books, bytesOf, numberIn, type Row, textOf } from './books.ts';
import type { CardRegistry, IssueRequest, NetworkCard } from './dialect.ts';
import type { Faults } from './faults.ts';
import type { Movements } from './movements.ts';
import type { Names } from './names.ts';
import { isSame, numberOf, type SealedCard, type Vault } from './vault.ts';

/** The cards of the issuer. */
export type Cards = {
  readonly registry: CardRegistry;
  readonly find: (card: CardName) => NetworkCard | null;
  /** What comparing a typed card with the real one comes to. */
  readonly compare: (token: string, typed: TypedCard) => Compared;
  /** The card took its charge: its code can neither be shown nor compared from here on. */
  readonly markUsed: (token: string) => void;
  /** Ends the making of a card that is pending. Says whether it was. */
  readonly finish: (token: string, result: 'active' | 'failed') => boolean;
  readonly setFeeCents: (cents: bigint) => void;
};

/** What the issuer found when it compared code and expiry. */
export type Compared = {
  readonly code: 'match' | 'mismatch' | 'absent' | 'unknown';
  readonly expiry: 'match' | 'mismatch';
};

/** What the cards are kept in and made with. */
export type CardsOptions = {
  readonly books: Books;
  readonly movements: Movements;
  readonly names: Names;
  readonly vault: Vault;
  readonly faults: Faults;
  readonly nowMs: () => number;
  readonly feeCents: bigint;
};

const YEARS_VALID = 3;
const REFUSED = 'The issuer does not make this card';

/** Opens the cards. */
export function openCards(options: CardsOptions): Cards {
  const { books, movements, names, vault, faults, nowMs } = options;
  let fee = options.feeCents;

  const rowBy = (column: 'token' | 'reference' | 'number_hash', value: string | Uint8Array) =>
    books.one(`select * from card where ${column} = $value`, { value });
  const present = (row: Row | null): NetworkCard | null => {
    if (row === null) return null;
    const token = textOf(row, 'token');
    return { ...cardOf(row), movements: movements.list(token) };
  };

  function find(card: CardName): NetworkCard | null {
    if ('token' in card) return present(rowBy('token', card.token));
    if ('reference' in card) return present(rowBy('reference', card.reference));
    const hash = vault.hashOf(card.number);
    return hash === null ? null : present(rowBy('number_hash', hash));
  }

  async function issue(request: IssueRequest): Promise<NetworkCard | { readonly refused: string }> {
    const { reference, lockCents } = request;
    const known = find({ reference });
    if (known !== null) return known;
    if (books.one('select detail from refused_card where reference = $reference', { reference }) !== null) {
      return { refused: REFUSED };
    }
    const fault = faults.issue;
    faults.issue = 'ok';
    if (fault === 'error' || lockCents <= 0n) {
      books.run('insert into refused_card (reference, detail) values ($reference, $detail)', {
        reference,
        detail: REFUSED,
      });
      return { refused: REFUSED };
    }
    const made = create(request, fault === 'pending' ? 'pending' : 'open');
    if (fault === 'timeout_after_create') throw new Error('The answer was lost');
    return made;
  }

  function create({ reference, lockCents, label }: IssueRequest, state: 'pending' | 'open'): NetworkCard {
    const token = names.of('card', [reference]);
    const createdAtMs = nowMs();
    const number = freshNumber(reference);
    const sealed = vault.seal(token, number, names.draw(32, ['code-key', reference]));
    books.run(
      `insert into card (token, reference, state, lock_cents, label, last_four, expiry,
         number_hash, number_box, data_key_box, code_key_box, created_at_ms)
       values ($token, $reference, $state, $lockCents, $label, $lastFour, $expiry,
         $numberHash, $number, $dataKey, $codeKey, $createdAtMs)`,
      {
        ...{ token, reference, state, label, createdAtMs, lockCents: String(lockCents) },
        ...{ lastFour: number.slice(-4), expiry: expiryOf(createdAtMs), ...sealed },
      },
    );
    const card = find({ token });
    if (card === null) throw new Error('The card that was made is not there');
    return card;
  }

  /** A number nobody has; drawn again in the rare case that it is taken. */
  function freshNumber(reference: string): string {
    for (let attempt = 0; ; attempt += 1) {
      const bytes = names.draw(8, ['number', reference, String(attempt)]);
      const digits = String(Buffer.from(bytes).readBigUInt64BE() % 1_000_000_000n).padStart(9, '0');
      const number = numberOf(digits);
      if (rowBy('number_hash', vault.hashOf(number) ?? new Uint8Array()) === null) return number;
    }
  }

  function setState(token: string, state: 'open' | 'paused' | 'closed'): void {
    const row = rowBy('token', token);
    if (row === null) throw new RangeError('There is no such card');
    if (textOf(row, 'state') === 'closed') return;
    if (state !== 'closed') {
      books.run("update card set state = $state where token = $token and state <> 'pending'", {
        token,
        state,
      });
      return;
    }
    books.run(
      `update card set state = 'closed', number_box = null, data_key_box = null, code_key_box = null
       where token = $token`,
      { token },
    );
    books.wipe();
  }

  function reveal(token: string) {
    const row = rowBy('token', token);
    const number = row === null ? null : vault.open(token, sealedOf(row));
    if (row === null || number === null || textOf(row, 'state') === 'pending') return null;
    const expiry = textOf(row, 'expiry');
    const code = vault.codeOf(token, { codeKey: sealedOf(row).codeKey, number, expiry });
    return code === null ? null : { number, code, expiry };
  }

  function compare(token: string, typed: TypedCard): Compared {
    const row = rowBy('token', token);
    if (row === null) throw new RangeError('There is no such card');
    const expiry = textOf(row, 'expiry');
    const isExpiryRight = isSame(typed.expiry, expiry);
    const code = vault.codeOf(token, { codeKey: sealedOf(row).codeKey, number: typed.number, expiry });
    return {
      code: codeResult(typed.code, code),
      expiry: isExpiryRight ? 'match' : 'mismatch',
    };
  }

  const registry: CardRegistry = {
    issue,
    find: (token) => find({ token }),
    setState,
    setLock(token, cents) {
      books.run("update card set lock_cents = $cents where token = $token and state <> 'closed'", {
        token,
        cents: String(cents),
      });
    },
    reveal,
    feeCents: () => fee,
  };
  return {
    registry,
    find,
    compare,
    markUsed(token) {
      const row = rowBy('token', token);
      if (row === null || row.code_key_box === null) return;
      books.run('update card set code_key_box = null where token = $token', { token });
      books.wipe();
    },
    finish(token, result) {
      if (find({ token })?.state !== 'pending') return false;
      if (result === 'failed') setState(token, 'closed');
      else books.run("update card set state = 'open' where token = $token", { token });
      return true;
    },
    setFeeCents(cents) {
      fee = cents;
    },
  };
}

function codeResult(typed: string | null, code: string | null): Compared['code'] {
  if (typed === null || typed === '') return 'absent';
  if (code === null) return 'unknown';
  return isSame(typed, code) ? 'match' : 'mismatch';
}

function cardOf(row: Row): Omit<NetworkCard, 'movements'> {
  return {
    token: textOf(row, 'token'),
    reference: textOf(row, 'reference'),
    state: textOf(row, 'state') as NetworkCard['state'],
    lockCents: BigInt(textOf(row, 'lock_cents')),
    label: textOf(row, 'label'),
    lastFour: textOf(row, 'last_four'),
    expiry: textOf(row, 'expiry'),
    createdAtMs: numberIn(row, 'created_at_ms'),
  };
}

function sealedOf(row: Row): SealedCard {
  const [numberHash, number, dataKey, codeKey] = [
    'number_hash',
    'number_box',
    'data_key_box',
    'code_key_box',
  ].map((column) => bytesOf(row, column));
  if (numberHash === null || numberHash === undefined) throw new TypeError('A card has a hash of its number');
  return { numberHash, number: number ?? null, dataKey: dataKey ?? null, codeKey: codeKey ?? null };
}

/** MM/YY, some years from now. */
function expiryOf(nowMs: number): string {
  const now = new Date(nowMs);
  const month = String(now.getUTCMonth() + 1).padStart(2, '0');
  return `${month}/${String((now.getUTCFullYear() + YEARS_VALID) % 100).padStart(2, '0')}`;
}
