import { REFUSALS } from '../src/core/refusal.ts';
import { describeInput, describeOutput, type JsonSchema } from '../src/operations/describe.ts';
import type { Operation } from '../src/operations/operation.ts';
import { docText, typeText } from './type-text.ts';

/** The SDK's part that says what operations there are: their types and their routes. */
export function sdkOperations(operations: readonly Operation[]): string {
  const described = operations.map((operation) => {
    const [input, output] = [describeInput(operation), describeOutput(operation)];
    return { operation, input, output, hasRequired: ((input.schema.required ?? []) as unknown[]).length > 0 };
  });
  const named = described.flatMap(({ input, output }) => [
    ...Object.entries(input.named).map(([name, schema]) => typeOf(name, schema, true)),
    ...Object.entries(output.named).map(([name, schema]) => typeOf(name, schema, false)),
  ]);
  const own = described.flatMap(({ operation, input, output }) => [
    typeOf(`${typeName(operation)}Input`, input.schema, true),
    typeOf(`${typeName(operation)}Output`, output.schema, false),
  ]);
  return [
    '// Made by `npm run generate` from the table of operations; do not edit.\n',
    codesText(),
    ...new Set([...named, ...own]),
    operationsText(operations),
    methodsText(described),
    routesText(operations),
  ].join('\n');
}

type MethodSource = { readonly operation: Operation; readonly hasRequired: boolean };

function typeOf(name: string, schema: JsonSchema, isInput: boolean): string {
  return `${docText(schema.description)}export type ${name} = ${typeText(schema, { isInput })};\n`;
}

function typeName({ name }: Operation): string {
  return name.replace(/(?:^|[._])([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function codesText(): string {
  const codes = Object.keys(REFUSALS).map((code) => `\n  | '${code}'`);
  return `/** The public codes a call can be refused with. */\nexport type RefusalCode =${codes.join('')};\n`;
}

function operationsText(operations: readonly Operation[]): string {
  const lines = operations.map((operation) => {
    const name = typeName(operation);
    return `  readonly '${operation.name}': { readonly input: ${name}Input; readonly output: ${name}Output };\n`;
  });
  return `/** What each operation takes and gives, by its name. */\nexport type Operations = {\n${lines.join('')}};\n`;
}

function methodsText(sources: readonly MethodSource[]): string {
  const nouns = [...new Set(sources.map(({ operation }) => split(operation).noun))];
  const groups = nouns.map((noun) => {
    const lines = sources.filter(({ operation }) => split(operation).noun === noun).map(methodText);
    return `  readonly ${noun}: {\n${lines.join('')}  };\n`;
  });
  return [
    '/** The operations as methods, `<noun>.<verb>`, each with the options a call takes. */\n',
    `export type Methods<Options> = {\n${groups.join('')}};\n`,
  ].join('');
}

function methodText({ operation, hasRequired }: MethodSource): string {
  const name = typeName(operation);
  const input = `input${hasRequired ? '' : '?'}: ${name}Input`;
  const { verb } = split(operation);
  const doc = docText(operation.summary, '    ');
  return `${doc}    readonly ${verb}: (${input}, options?: Options) => Promise<${name}Output>;\n`;
}

function split({ name }: Operation): { noun: string; verb: string } {
  const [noun = '', verb = ''] = name.split('.');
  return { noun, verb };
}

function routesText(operations: readonly Operation[]): string {
  const lines = operations.map(({ name, http, movesMoney }) => {
    return `  '${name}': { method: '${http.method}', path: '${http.path}', movesMoney: ${movesMoney} },\n`;
  });
  return `/** Where each operation is. Fields in braces go into the path. */\nexport const ROUTES = {\n${lines.join('')}} as const;\n`;
}
