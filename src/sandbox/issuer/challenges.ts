import { randomInt } from 'node:crypto';
import type { CodeResult } from './acquirer.ts';
import { type Books, numberIn, type Row, textOf } from './books.ts';
import { isSame } from './vault.ts';

/** 3-D Secure on the issuer's side: one-time codes with three tries and a short life. */
export type Challenges = {
  /** Opens one; the same name again is the same challenge. Returns when it is over. */
  readonly open: (challenge: {
    readonly token: string;
    readonly name: string;
    readonly code?: string | undefined;
    readonly expiresAtMs: number;
  }) => number;
  /** The code, while the challenge is open. */
  readonly codeOf: (token: string, name: string) => string | null;
  /** Takes a code for the latest challenge that is open, or the one named. */
  readonly enter: (
    token: string,
    entry: { readonly code: string; readonly name: string | null; readonly nowMs: number },
  ) => { readonly result: CodeResult; readonly name: string | null };
  /** The latest that was passed and that no authorization used. */
  readonly passed: (token: string) => string | null;
  readonly markUsed: (token: string, name: string) => void;
  /** Ends those whose time is over, and returns them. */
  readonly expire: (nowMs: number) => readonly { readonly token: string; readonly name: string }[];
};

const TRIES = 3;

/** The challenges of a network's books. */
export function openChallenges(books: Books): Challenges {
  const byName = (token: string, name: string) =>
    books.one('select * from challenge where token = $token and name = $name', { token, name });
  const latest = (token: string, state: string) =>
    books.one(
      'select * from challenge where token = $token and state like $state order by seq desc limit 1',
      { token, state },
    );
  /** Whatever it ends as, its code is wiped. */
  const end = (row: Row, state: 'passed' | 'failed' | 'expired') => {
    books.run('update challenge set state = $state, code = null where seq = $seq', {
      state,
      seq: numberIn(row, 'seq'),
    });
    return state;
  };

  function enter(row: Row, entry: { readonly code: string; readonly nowMs: number }): CodeResult {
    if (textOf(row, 'state') !== 'open') return textOf(row, 'state') === 'expired' ? 'expired' : 'none';
    if (numberIn(row, 'expires_at_ms') <= entry.nowMs) return end(row, 'expired');
    if (isSame(entry.code, textOf(row, 'code'))) return end(row, 'passed');
    const left = numberIn(row, 'tries_left') - 1;
    if (left <= 0) return end(row, 'failed');
    books.run('update challenge set tries_left = $left where seq = $seq', {
      left,
      seq: numberIn(row, 'seq'),
    });
    return 'wrong';
  }

  return {
    open({ token, name, code, expiresAtMs }) {
      const known = byName(token, name);
      if (known !== null) return numberIn(known, 'expires_at_ms');
      books.run(
        `insert into challenge (token, name, code, tries_left, state, expires_at_ms)
         values ($token, $name, $code, ${TRIES}, 'open', $expiresAtMs)`,
        { token, name, code: code ?? String(randomInt(1_000_000)).padStart(6, '0'), expiresAtMs },
      );
      return expiresAtMs;
    },
    codeOf(token, name) {
      const row = byName(token, name);
      return row === null || row.code === null ? null : textOf(row, 'code');
    },
    enter(token, { name, ...entry }) {
      const row = name === null ? (latest(token, 'open') ?? latest(token, '%')) : byName(token, name);
      if (row === null) return { result: 'none', name: null };
      return { result: enter(row, entry), name: textOf(row, 'name') };
    },
    passed(token) {
      const row = latest(token, 'passed');
      return row === null ? null : textOf(row, 'name');
    },
    markUsed(token, name) {
      books.run(
        "update challenge set state = 'used' where token = $token and name = $name and state = 'passed'",
        { token, name },
      );
    },
    expire(nowMs) {
      const rows = books.all("select * from challenge where state = 'open' and expires_at_ms <= $nowMs", {
        nowMs,
      });
      return rows.map((row) => {
        end(row, 'expired');
        return { token: textOf(row, 'token'), name: textOf(row, 'name') };
      });
    },
  };
}
