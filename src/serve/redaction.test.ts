import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redact, redacting } from './redaction.ts';

const GONE = '[redacted]';
/** Made up for the sandbox: no network routes these. */
const NUMBER = '9999991234567893';
const SHORT = '9999990000006';

test.each([
  ['a number', `charged ${NUMBER} twice`, `charged ${GONE} twice`],
  ['a number in groups', 'charged 9999 9912 3456 7893.', `charged ${GONE}.`],
  ['a number with hyphens', '9999-9912-3456-7893', GONE],
  ['a number within a word', `id_${NUMBER}x`, `id_${GONE}x`],
  ['a number that fails the check of its digits', '9999991234567894', '9999991234567894'],
  ['too few digits', '999999000000', '999999000000'],
  ['JSON', '{"number":"12","amount":"25.00"}', `{"number":"${GONE}","amount":"25.00"}`],
  ['JSON without quotes around the value', '{"cvv":123,"a":1}', `{"cvv":${GONE},"a":1}`],
  ['JSON in JSON', String.raw`"{\"otp\":\"4711\"}"`, `"{\\"otp\\":\\"${GONE}\\"}"`],
  ['an object as it is inspected', "{ pin: '4711', state: 'open' }", `{ pin: '${GONE}', state: 'open' }`],
  ['a query', 'GET /x?token=abc-def&a=1', `GET /x?token=${GONE}`],
  ['a name that ends in one', 'apiKey: sk_test_1', `apiKey: ${GONE}`],
  ['a name in capitals', 'FLUXA_ISSUER_SECRET=abc', `FLUXA_ISSUER_SECRET=${GONE}`],
  ['a bearer token', 'authorization: Bearer abc.def', `authorization: Bearer ${GONE}`],
  ['words that only contain a name', 'monkey: 1, decode: 2, pinned: 3', 'monkey: 1, decode: 2, pinned: 3'],
  ['plain text', 'The chain could not be read', 'The chain could not be read'],
])('%s', (_, line, expected) => {
  expect(redact(line)).toBe(expected);
});

test('a log takes every line through it', () => {
  const lines: string[] = [];
  redacting((line) => lines.push(line))(`number ${SHORT}`);
  expect(lines).toEqual([`number ${GONE}`]);
});

/** The digit that makes digits pass the check. */
function checked(digits: string): string {
  const sum = [...digits].toReversed().reduce((total, digit, i) => {
    const counted = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (counted > 9 ? counted - 9 : counted);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

test('no number of 13 to 19 digits comes through, whatever stands around it and however it is grouped', () => {
  const digits = fc.array(fc.nat(9), { minLength: 12, maxLength: 18 }).map((all) => checked(all.join('')));
  const word = fc.string({ unit: fc.constantFrom('a', 'Z', '.', ',', '"', ' x', '\n') });
  fc.assert(
    fc.property(digits, fc.constantFrom('', ' ', '-'), word, word, (number, gap, before, after) => {
      const written = number.match(/.{1,4}/g)?.join(gap) ?? '';
      const line = redact(`${before}${written}${after}`);
      expect(line.replace(/[ -]/g, '')).not.toContain(number);
    }),
  );
});
