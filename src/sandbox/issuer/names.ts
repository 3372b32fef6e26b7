import { createHmac, randomBytes } from 'node:crypto';
import { type Books, numberIn, textOf } from './books.ts';

/** Makes the network's names. The same question gets the same name, also after a restart. */
export type Names = {
  /** A name made of these parts: the same parts, the same name. */
  readonly of: (prefix: string, parts: readonly string[]) => string;
  /** Bytes that nobody guesses; the same for the same parts where the network has a seed. */
  readonly draw: (length: number, parts: readonly string[]) => Uint8Array;
  /** The next number of a series, from 1. */
  readonly next: (series: string) => number;
};

/** Opens the names of a network's books; `key` is kept outside of them. */
export function openNames(books: Books, of: { readonly key: Uint8Array; readonly seed?: string }): Names {
  const key = createHmac('sha256', of.seed ?? of.key)
    .update('names')
    .digest();
  const digest = (parts: readonly string[]) =>
    createHmac('sha256', key)
      .update(parts.map((part) => `${part.length}:${part}`).join(''))
      .digest();
  return {
    of: (prefix, parts) =>
      `${prefix}_${digest([prefix, ...parts])
        .subarray(0, 12)
        .toString('hex')}`,
    draw(length, parts) {
      if (length > 32) throw new RangeError('At most 32 bytes can be drawn');
      return of.seed === undefined ? randomBytes(length) : digest(['draw', ...parts]).subarray(0, length);
    },
    next(series) {
      const row = books.one(
        `insert into counter (name, value) values ($series, 1)
         on conflict (name) do update set value = value + 1 returning value`,
        { series },
      );
      if (row === null) throw new Error('The counter gave nothing');
      return numberIn(row, 'value');
    },
  };
}

/** An authorization by the ref of an acquirer, or by its own name. */
export type AuthRef = { readonly token: string; readonly ref: string };

/** The network's name for the authorization that a ref names; made where the ref is heard for the first time. */
export function authOf(books: Books, names: Names, at: AuthRef): string {
  const known = latest(books, at);
  if (known !== null) return textOf(known, 'name');
  return insertAuth(books, { ...at, name: names.of('auth', [at.token, at.ref]), isRequested: 0 });
}

/**
 * The name for an authorization that is asked for now. A ref that was asked for before means another authorization from
 * here on: two of them never share a name.
 */
export function newAuth(books: Books, names: Names, at: AuthRef): string {
  const known = latest(books, at);
  if (known === null) {
    return insertAuth(books, { ...at, name: names.of('auth', [at.token, at.ref]), isRequested: 1 });
  }
  const name = textOf(known, 'name');
  if (numberIn(known, 'is_requested') === 0) {
    books.run('update authorization set is_requested = 1 where token = $token and name = $name', {
      token: at.token,
      name,
    });
    return name;
  }
  const count = String(names.next('authorization'));
  return insertAuth(books, { ...at, name: names.of('auth', [at.token, at.ref, count]), isRequested: 1 });
}

/** Whether a ref names an authorization of the card. */
export function isAuth(books: Books, at: AuthRef): boolean {
  return latest(books, at) !== null;
}

/** Remembers the merchant of an authorization, as JSON, where none is known. */
export function keepMerchant(books: Books, at: { token: string; name: string; merchant: string }): void {
  books.run(
    'update authorization set merchant = coalesce(merchant, $merchant) where token = $token and name = $name',
    at,
  );
}

/** The merchant of an authorization, as JSON; null where it is not known. */
export function merchantOf(books: Books, at: { token: string; name: string }): string | null {
  const row = books.one('select merchant from authorization where token = $token and name = $name', at);
  return row === null || row.merchant === null ? null : textOf(row, 'merchant');
}

function latest(books: Books, at: AuthRef) {
  return books.one(
    `select name, is_requested from authorization where token = $token and (ref = $ref or name = $ref)
     order by seq desc limit 1`,
    at,
  );
}

function insertAuth(books: Books, row: AuthRef & { name: string; isRequested: 0 | 1 }): string {
  const { token, ref, name, isRequested } = row;
  books.run(
    'insert into authorization (token, ref, name, is_requested) values ($token, $ref, $name, $isRequested)',
    { token, ref, name, isRequested },
  );
  return name;
}
