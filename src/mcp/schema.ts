import {
  type Described,
  describe,
  describeInput,
  describeOutput,
  type JsonSchema,
} from '../operations/describe.ts';
import type { Operation } from '../operations/operation.ts';
import { refusalView } from '../operations/views.ts';

/** A schema of an object, as tools have them. */
export type ObjectSchema = JsonSchema & { readonly type: 'object' };

/** What an idempotency key may be: printable ASCII without a space. */
export const KEY_PATTERN = '^[!-~]{1,128}$';

/** The name of the argument that carries it. */
export const KEY_ARGUMENT = 'idempotency_key';

/** What a tool takes: the input of its operation and, where it changes something, an idempotency key. */
export function toolInput(operation: Operation): ObjectSchema {
  const { properties = {}, required = [], ...rest } = whole(describeInput(operation));
  const fields = properties as Readonly<Record<string, JsonSchema>>;
  if (operation.http.method === 'GET') return { ...rest, type: 'object', properties: fields, required };
  const names = required as readonly string[];
  return {
    ...rest,
    type: 'object',
    properties: { ...fields, [KEY_ARGUMENT]: keySchema(operation) },
    required: operation.movesMoney ? [...names, KEY_ARGUMENT] : names,
  };
}

function keySchema({ movesMoney }: Operation): JsonSchema {
  const effect = movesMoney ? 'the same key never pays twice' : 'the same key asks once';
  return {
    type: 'string',
    pattern: KEY_PATTERN,
    description: `A fresh value per request, and the same one when asking again: ${effect}`,
  };
}

/**
 * What a tool answers. One object that every branch fits, because some clients hold errors against it too, and with
 * room for fields that a newer server may add.
 */
export function toolOutput(operation: Operation): ObjectSchema {
  const output = describeOutput(operation);
  const error = describe(refusalView, 'output');
  const $defs = { ...output.named, ...error.named };
  return opened({
    type: 'object',
    properties: {
      outcome: { type: 'string', enum: ['ok', 'pending', 'refused'] },
      output: output.schema,
      error: error.schema,
    },
    required: ['outcome'],
    ...(Object.keys($defs).length > 0 && { $defs }),
  });
}

function whole({ schema, named }: Described): JsonSchema {
  return Object.keys(named).length === 0 ? schema : { ...schema, $defs: named };
}

/** The same schema, admitting fields it does not name. */
function opened<T>(schema: T): T {
  return JSON.parse(JSON.stringify(schema), (_key, value) => {
    if (value === null || typeof value !== 'object' || value.additionalProperties !== false) return value;
    const { additionalProperties: _, ...rest } = value;
    return rest;
  });
}
