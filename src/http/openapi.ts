import { REFUSALS, type RefusalCode } from '../core/refusal.ts';
import {
  type Described,
  describe,
  describeInput,
  describeOutput,
  type JsonSchema,
} from '../operations/describe.ts';
import type { Audience, Operation } from '../operations/operation.ts';
import { problemView } from './problem.ts';

type Json = { readonly [key: string]: unknown };

/** The OpenAPI 3.1 document of these operations. */
export function openApi(operations: readonly Operation[], publicUrl: string): Json {
  const schemas: Record<string, JsonSchema> = {};
  const keep = ({ schema, named }: Described) => {
    for (const [name, one] of Object.entries(named)) schemas[name] = refer(one);
    return refer(schema);
  };
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    const { method, path } = operation.http;
    paths[path] = { ...paths[path], [method.toLowerCase()]: describeRoute(operation, keep) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'FluxA wallet',
      version: '1',
      description: 'A self-hosted wallet for AI agents: one signed mandate, one budget, any payment rail.',
    },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      schemas: { ...schemas, Problem: keep(describe(problemView, 'output')) },
      responses: problemResponses(),
      securitySchemes: {
        agent: { type: 'http', scheme: 'bearer', description: "An agent's token" },
        operator: {
          type: 'http',
          scheme: 'bearer',
          description: "The operator's token; it approves nothing",
        },
      },
    },
  };
}

type Keep = (described: Described) => JsonSchema;

function describeRoute(operation: Operation, keep: Keep): Json {
  const { name, summary, audience, movesMoney, http } = operation;
  const [input, output] = [keep(describeInput(operation)), keep(describeOutput(operation))];
  const inPath = [...http.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const answer = { description: 'Done', content: { 'application/json': { schema: output } } };
  const pending = {
    ...answer,
    description: 'Not finished yet: ask again with the same key',
    headers: RETRY_AFTER,
  };
  return {
    operationId: name,
    summary,
    tags: [name.slice(0, name.indexOf('.'))],
    security: SECURITY[audience],
    parameters: [...parametersOf(input, http.method, inPath), ...(movesMoney ? [KEY] : [])],
    ...(http.method === 'POST' && { requestBody: bodyOf(without(input, inPath)) }),
    responses: { 200: answer, ...(movesMoney && { 202: pending }), ...problemsOf(operation) },
  };
}

const SECURITY: Readonly<Record<Audience, readonly Json[]>> = {
  agent: [{ agent: [] }],
  operator: [{ operator: [] }],
  any: [{ agent: [] }, { operator: [] }],
  anyone: [],
};

const RETRY_AFTER = { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } };

const KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'A fresh value per payment: the same key never pays twice',
  schema: { type: 'string', pattern: '^[!-~]{1,128}$' },
};

function propertiesOf(input: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return (input.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
}

function requiredOf(input: JsonSchema): readonly string[] {
  return (input.required ?? []) as readonly string[];
}

function parametersOf(input: JsonSchema, method: string, inPath: readonly string[]): readonly Json[] {
  return Object.entries(propertiesOf(input)).flatMap(([name, { description, ...schema }]) => {
    const isInPath = inPath.includes(name);
    if (!isInPath && method !== 'GET') return [];
    const required = isInPath || requiredOf(input).includes(name);
    return {
      name,
      in: isInPath ? 'path' : 'query',
      required,
      ...(description !== undefined && { description }),
      schema,
    };
  });
}

function without(input: JsonSchema, names: readonly string[]): JsonSchema {
  const properties = Object.entries(propertiesOf(input)).filter(([name]) => !names.includes(name));
  const required = requiredOf(input).filter((name) => !names.includes(name));
  return {
    ...input,
    properties: Object.fromEntries(properties),
    ...(input.required !== undefined && { required }),
  };
}

function bodyOf(schema: JsonSchema): Json {
  return { required: requiredOf(schema).length > 0, content: { 'application/json': { schema } } };
}

/** Statuses any operation can answer with, and those that need a body, a credential or money. */
function problemsOf({ audience, http, movesMoney }: Operation): Json {
  const statuses = [400, 403, 404, 500, 503];
  if (audience !== 'anyone') statuses.push(401);
  if (http.method === 'POST') statuses.push(409, 410, 413, 415, 422, 502);
  if (movesMoney) statuses.push(402);
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/${nameOf(status)}` }]),
  );
}

function nameOf(status: number): string {
  return `Problem${status}`;
}

/** One response a status, with the codes it can carry. */
function problemResponses(): Json {
  const codes = Object.keys(REFUSALS) as RefusalCode[];
  const statuses = new Set(codes.map((code) => REFUSALS[code].status));
  const entries = [...statuses].map((status) => {
    const ofStatus = codes.filter((code) => REFUSALS[code].status === status);
    const schema = {
      allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: ofStatus } } }],
    };
    return [
      nameOf(status),
      { description: ofStatus.join(', '), content: { 'application/problem+json': { schema } } },
    ];
  });
  return Object.fromEntries(entries);
}

/** The same schema with its references as they are in the document. */
function refer<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
