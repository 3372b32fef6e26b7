import { Ajv } from 'ajv';
import { readVendorFile } from './vendor-api.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Says what is wrong with an object by a schema of a vendor's description; null where nothing is. */
export type SchemaCheck = (schema: string, object: unknown) => string | null;

/** Reads the schemas of an OpenAPI 3.0 description in JSON. */
export function openSchemas(file: string): SchemaCheck {
  const description = inJsonSchema(JSON.parse(readVendorFile(file)) as Json);
  const ajv = new Ajv({ strict: false, formats: { 'unix-time': true, decimal: true } });
  ajv.addSchema({ ...(description as object), $id: 'vendor' });
  return (schema, object) => {
    const check = ajv.getSchema(`vendor#/components/schemas/${schema}`);
    if (check === undefined) throw new RangeError(`There is no schema "${schema}"`);
    return check(object) === true ? null : ajv.errorsText(check.errors);
  };
}

/** OpenAPI 3.0 says `nullable` where JSON Schema names the type null. */
function inJsonSchema(node: Json): Json {
  if (Array.isArray(node)) return node.map(inJsonSchema);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = node as { readonly [name: string]: Json };
  const inner = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, inJsonSchema(value)]));
  return nullable === true ? { anyOf: [inner, { type: 'null' }] } : inner;
}
