import { z } from 'zod';
import type { Operation } from './operation.ts';

/** JSON Schema (2020-12) of one value. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** A schema, and the named ones it refers to as `#/$defs/<name>`. */
export type Described = { readonly schema: JsonSchema; readonly named: Readonly<Record<string, JsonSchema>> };

/** What a caller may send. */
export function describeInput(operation: Pick<Operation, 'input'>): Described {
  return describe(operation.input, 'input');
}

/** What an answer holds. */
export function describeOutput(operation: Pick<Operation, 'output'>): Described {
  return describe(operation.output, 'output');
}

/** A schema as JSON Schema, one with an `id` in its metadata by that name. */
export function describe(schema: z.ZodType, io: 'input' | 'output'): Described {
  const whole = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => replace(jsonSchema),
  });
  const { $schema: _, $defs = {}, ...rest } = whole as JsonSchema & { $defs?: Record<string, JsonSchema> };
  return { schema: rest, named: $defs };
}

/** Where metadata says how a value is written, that is the schema: not what the library makes of a transform. */
function replace(schema: Record<string, unknown>): void {
  const given = schema.override;
  if (given === undefined) return;
  const { description } = schema;
  for (const keyword of Object.keys(schema)) delete schema[keyword];
  Object.assign(schema, given, description !== undefined && { description });
}
