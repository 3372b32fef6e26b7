import type { CallToolResult, Tool } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Operation } from '../operations/operation.ts';
import { type refusalView, viewRefusal } from '../operations/views.ts';
import { KEY_ARGUMENT, KEY_PATTERN, toolInput, toolOutput } from './schema.ts';

/** What a tool was called with, not checked yet. */
type Fields = Readonly<Record<string, unknown>>;

/** What a call led to, as the caller of the tool sees it. */
export type ToolOutcome =
  | { readonly outcome: 'ok' | 'pending'; readonly output: unknown }
  | { readonly outcome: 'refused'; readonly error: z.output<typeof refusalView> };

/** Carries out an operation: within the server, or as a client of one. Checks the input; rejects when something broke. */
export type CallOperation = (
  operation: Operation,
  input: Fields,
  idempotencyKey: string | null,
) => Promise<ToolOutcome>;

/** The tools there are, and how they are called. */
export type Toolbox = {
  readonly list: readonly Tool[];
  /** Null where there is no tool of that name. */
  readonly call: (name: string, fields: Fields) => Promise<CallToolResult | null>;
};

/**
 * Tools for the operations that agents may see. Each is listed as `wallet_balance`, which every client takes, and
 * answers to `wallet.balance` too; `isDotted` lists both names.
 */
export function createToolbox(
  operations: readonly Operation[],
  { call, isDotted = false }: { readonly call: CallOperation; readonly isDotted?: boolean },
): Toolbox {
  const ours = operations.filter((operation) => operation.isTool);
  const byName = new Map(
    ours.flatMap((one) => [[one.name as string, one] as const, [toolName(one), one] as const]),
  );
  const plain = ours.map((operation) => describeTool(operation, toolName(operation)));
  const dotted = isDotted ? ours.map((operation) => describeTool(operation, operation.name)) : [];
  return {
    list: [...plain, ...dotted],
    call: async (name, fields) => {
      const operation = byName.get(name);
      return operation === undefined ? null : resultOf(await callTool(operation, fields, call));
    },
  };
}

function toolName({ name }: Operation): string {
  return name.replace('.', '_');
}

function describeTool(operation: Operation, name: string): Tool {
  const { http, movesMoney, summary } = operation;
  const title = operation.name.charAt(0).toUpperCase() + operation.name.slice(1).replace('.', ' ');
  return {
    name,
    title,
    description: summary,
    inputSchema: toolInput(operation) as Tool['inputSchema'],
    outputSchema: toolOutput(operation) as NonNullable<Tool['outputSchema']>,
    // Hints for the client's own prompts; nothing here relies on them.
    annotations: {
      title,
      readOnlyHint: http.method === 'GET',
      destructiveHint: movesMoney,
      idempotentHint: movesMoney || http.method === 'GET',
      openWorldHint: movesMoney,
    },
  };
}

async function callTool(operation: Operation, fields: Fields, call: CallOperation): Promise<ToolOutcome> {
  const takesKey = operation.http.method !== 'GET';
  const { [KEY_ARGUMENT]: key = null, ...input } = fields;
  const flaw = (takesKey ? keyFlaw(operation, key) : null) ?? ambiguity(operation, input);
  if (flaw !== null) return { outcome: 'refused', error: flaw };
  return takesKey ? call(operation, input, key as string | null) : call(operation, fields, null);
}

type RefusalView = z.output<typeof refusalView>;

function keyFlaw({ movesMoney }: Operation, key: unknown): RefusalView | null {
  if (key === null) {
    if (!movesMoney) return null;
    const refusal = refuse('idempotency_key_missing', `The argument "${KEY_ARGUMENT}" is missing`);
    return { ...viewRefusal(refusal), hint: `Give "${KEY_ARGUMENT}" a fresh unique value per payment` };
  }
  if (typeof key === 'string' && new RegExp(KEY_PATTERN).test(key)) return null;
  return viewRefusal(refuse('idempotency_key_invalid', `The argument "${KEY_ARGUMENT}" is not a valid key`));
}

/**
 * A number that may not be what was written. It was parsed before it came here, so only here can that be told: handed
 * on as JSON, its shortest text would pass for what the caller wrote. Every other flaw is the operation's to name.
 */
function ambiguity({ input }: Operation, fields: Fields): RefusalView | null {
  const issues = input.safeParse(fields).error?.issues ?? [];
  const found = issues.find((issue) => issue.code === 'custom' && issue.params?.code === 'amount_ambiguous');
  if (found === undefined) return null;
  const refusal: Refusal = refuse(
    'amount_ambiguous',
    `The field "${found.path.join('.')}": ${found.message}`,
  );
  return viewRefusal(refusal);
}

/** A refusal is a result the caller can act on, not an error of the protocol. Text is there for clients that show it. */
function resultOf(outcome: ToolOutcome): CallToolResult {
  return {
    content: [{ type: 'text', text: JSON.stringify(outcome) }],
    structuredContent: { ...outcome },
    isError: outcome.outcome === 'refused',
  };
}
