import type { JsonSchema } from '../src/operations/describe.ts';

/** How the type of a schema is written. */
export type TypeStyle = {
  /** Whether what may be left out may also be given as `undefined`. */
  readonly isInput: boolean;
};

/** The TypeScript type of a JSON Schema. Throws on a keyword it does not know, rather than write a wrong type. */
export function typeText(schema: JsonSchema, style: TypeStyle, indent = ''): string {
  const { $ref, anyOf, oneOf, type } = schema;
  if (typeof $ref === 'string') return $ref.replace('#/$defs/', '');
  if (Array.isArray(schema.enum)) return union(schema.enum.map((value) => JSON.stringify(value)));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const options = (anyOf ?? oneOf) as readonly JsonSchema[] | undefined;
  if (options !== undefined) return union(options.map((one) => typeText(one, style, indent)));
  if (Array.isArray(type)) return union(type.map((one) => typeText({ ...schema, type: one }, style, indent)));
  if (type === 'array') return `readonly ${grouped(typeText(itemsOf(schema), style, indent))}[]`;
  if (type === 'object') return objectText(schema, style, indent);
  const plain = typeof type === 'string' ? PLAIN[type] : undefined;
  if (plain === undefined) throw new Error(`There is no type for the schema ${JSON.stringify(schema)}`);
  return plain;
}

const PLAIN: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
};

function itemsOf(schema: JsonSchema): JsonSchema {
  if (schema.prefixItems !== undefined) throw new Error('There is no type for a tuple');
  return schema.items as JsonSchema;
}

function objectText(schema: JsonSchema, style: TypeStyle, indent: string): string {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const others = schema.additionalProperties;
  if (properties.length === 0) {
    if (typeof others !== 'object') return 'Readonly<Record<string, never>>';
    return `Readonly<Record<string, ${typeText(others as JsonSchema, style, indent)}>>`;
  }
  if (typeof others === 'object')
    throw new Error('There is no type for an object with known and other fields');
  const inner = `${indent}  `;
  const required = new Set((schema.required ?? []) as readonly string[]);
  const lines = properties.map(([name, one]) => {
    const isRequired = required.has(name);
    const type = typeText(one, style, inner);
    const written = !isRequired && style.isInput ? union([type, 'undefined']) : type;
    return `${docText(one.description, inner)}${inner}readonly ${name}${isRequired ? '' : '?'}: ${written};\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

/** A description as a docstring of its own line, if there is one. */
export function docText(description: unknown, indent = ''): string {
  return typeof description === 'string' ? `${indent}/** ${description.replaceAll('*/', '* /')} */\n` : '';
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ');
}

function grouped(type: string): string {
  return type.includes(' | ') && !type.startsWith('{') ? `(${type})` : type;
}
