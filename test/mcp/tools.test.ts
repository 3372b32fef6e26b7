import type { JsonSchemaType } from '@modelcontextprotocol/server';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv';
import { expect, test } from 'vitest';
import { REFUSALS, type RefusalCode, refuse } from '../../src/core/refusal.ts';
import { type CallOperation, createToolbox } from '../../src/mcp/tools.ts';
import { operations } from '../../src/operations/table.ts';
import { viewRefusal } from '../../src/operations/views.ts';

const refusing: CallOperation = async () => {
  const error = viewRefusal(refuse('mandate_budget_exceeded', 'Too much', { remaining: '0.50' }));
  return { outcome: 'refused', error };
};

test('a refusal fits the output schema of every tool, because some clients hold errors against it', async () => {
  const toolbox = createToolbox(operations, { call: refusing });
  const validator = new AjvJsonSchemaValidator();
  expect(toolbox.list.length).toBeGreaterThanOrEqual(7);
  for (const { name, outputSchema } of toolbox.list) {
    const result = await toolbox.call(name, { idempotency_key: 'key-1' });
    const check = validator.getValidator((outputSchema ?? {}) as JsonSchemaType);
    expect({ name, ...check(result?.structuredContent) }).toMatchObject({ name, valid: true });
    expect({ name, ...check({ outcome: 'ok', output: {} }) }).toMatchObject({ name, valid: false });
  }
});

test('every public code passes through as it is in the table', async () => {
  for (const code of Object.keys(REFUSALS) as RefusalCode[]) {
    const call: CallOperation = async () => ({ outcome: 'refused', error: viewRefusal(refuse(code, 'No')) });
    const result = await createToolbox(operations, { call }).call('wallet_balance', {});
    const { hint, retryable } = REFUSALS[code];
    expect(result).toEqual({
      content: [{ type: 'text', text: JSON.stringify(result?.structuredContent) }],
      structuredContent: { outcome: 'refused', error: { code, detail: 'No', hint, retryable } },
      isError: true,
    });
  }
});

test('an operation gets its input as it was given, and the key apart from it', async () => {
  const calls: unknown[] = [];
  const call: CallOperation = async ({ name }, input, idempotencyKey) => {
    calls.push([name, input, idempotencyKey]);
    return { outcome: 'ok', output: {} };
  };
  const toolbox = createToolbox(operations, { call });
  await toolbox.call('payment_execute', { mandate: 'm', url: 'u', maxAmount: 0.1, idempotency_key: 'key-1' });
  await toolbox.call('payment_request', { amount: 25, other: [1] });
  await toolbox.call('wallet.balance', { idempotency_key: 'not a key', other: 1 });
  expect(calls).toEqual([
    ['payment.execute', { mandate: 'm', url: 'u', maxAmount: 0.1 }, 'key-1'],
    ['payment.request', { amount: 25, other: [1] }, null],
    ['wallet.balance', { idempotency_key: 'not a key', other: 1 }, null],
  ]);
});

test('a call that is not finished is no error', async () => {
  const call: CallOperation = async () => ({
    outcome: 'pending',
    output: { status: 'pending', payment: null },
  });
  const input = { mandate: 'm', url: 'u', idempotency_key: 'key-1' };
  const result = await createToolbox(operations, { call }).call('payment_execute', input);
  expect(result).toMatchObject({ isError: false, structuredContent: { outcome: 'pending' } });
});
