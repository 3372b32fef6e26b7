/**
 * What numbers of the sandbox begin with. No network can route them: a national number (first digit 9) of a country
 * code, 999, that ISO 3166 leaves to its users (ISO/IEC 7812-1).
 */
export const SANDBOX_PREFIX = '999999';

/** Whether this is a card number of the sandbox: its range, 16 digits, and the check digit that belongs to them. */
export function isSandboxNumber(number: string): boolean {
  return /^999999\d{10}$/.test(number) && luhnDigit(number.slice(0, -1)) === number.slice(-1);
}

/** The check digit of a number that has none yet (ISO/IEC 7812-1 annex B). */
export function luhnDigit(digits: string): string {
  const sum = Array.from(digits).reduceRight((total, digit, i) => {
    const value = Number.parseInt(digit, 10);
    const isDoubled = (digits.length - 1 - i) % 2 === 0;
    const doubled = value * 2;
    return total + (isDoubled ? (doubled > 9 ? doubled - 9 : doubled) : value);
  }, 0);
  return String((10 - (sum % 10)) % 10);
}
