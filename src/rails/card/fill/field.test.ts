import { expect, test } from 'vitest';
import { type FieldKind, type FieldLook, fieldKind } from './field.ts';

const PLAIN: FieldLook = {
  tag: 'input',
  type: 'text',
  autocomplete: '',
  name: '',
  id: '',
  placeholder: '',
  label: '',
  maxLength: -1,
  options: [],
  isEditable: true,
};

test.each<[Partial<FieldLook>, FieldKind | null]>([
  [{ autocomplete: 'cc-number' }, 'number'],
  [{ autocomplete: 'section-a billing cc-exp' }, 'expiry'],
  [{ autocomplete: 'cc-csc', type: 'password' }, 'code'],
  [{ id: 'cardNumber', placeholder: '1234 1234 1234 1234' }, 'number'],
  [{ id: 'cardExpiry', placeholder: 'MM / YY' }, 'expiry'],
  [{ id: 'cardCvc', placeholder: 'CVC' }, 'code'],
  [{ id: 'billingName', label: 'Name on card' }, 'holder'],
  [{ name: 'cardnumber' }, 'number'],
  [{ name: 'exp-date', placeholder: 'MM / YY' }, 'expiry'],
  [{ name: 'cvc', placeholder: 'CVC' }, 'code'],
  [{ name: 'number', label: 'Card number' }, 'number'],
  [{ name: 'expiry', label: 'Expiration date (MM / YY)' }, 'expiry'],
  [{ name: 'verification_value', label: 'Security code' }, 'code'],
  [{ name: 'name', label: 'Name on card' }, 'holder'],
  [{ name: 'cc_exp_month', tag: 'select', type: 'select-one' }, 'month'],
  [{ name: 'expirationYear', tag: 'select', type: 'select-one' }, 'year'],
  [{ label: 'Kartennummer' }, 'number'],
  [{ label: 'Gültig bis', placeholder: 'MM/JJ' }, 'expiry'],
  [{ label: 'Prüfziffer (CVC)' }, 'code'],
  [{ label: 'Numéro de carte' }, 'number'],
  [{ label: 'Número de tarjeta' }, 'number'],
  [{ label: 'Código de seguridad' }, 'code'],
  [{ name: 'gift_card_number', label: 'Gift card number' }, null],
  [{ label: 'Loyalty card number' }, null],
  [{ name: 'name', label: 'Full name' }, null],
  [{ name: 'name' }, null],
  [{ name: 'phone_number', label: 'Phone number' }, null],
  [{ name: 'postal_code' }, null],
  [{ name: 'promo_code', label: 'Discount code' }, null],
  [{ name: 'search', placeholder: 'Search' }, null],
  [{ name: 'email', type: 'email', label: 'E-mail' }, null],
  [{ name: 'cardnumber', type: 'hidden' }, null],
  [{ name: 'cardnumber', isEditable: false }, null],
])('a field that looks like %o is for: %s', (look, kind) => {
  expect(fieldKind({ ...PLAIN, ...look })).toBe(kind);
});
