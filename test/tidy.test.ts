import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

type SourceFile = { readonly path: string; readonly text: string };
type Room = { readonly path: string; readonly mayImport: readonly string[] };

/** The rooms of ARCHITECTURE.md's table: the first column names one, the last what it may import. */
function readRooms(markdown: string): readonly Room[] {
  return markdown.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const path = /^`([a-z/]+)`$/.exec(cells[1] ?? '')?.[1];
    if (path === undefined || cells.length < 5) return [];
    return [{ path, mayImport: [...(cells[3] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '') }];
  });
}

function readSources(folder: string): readonly SourceFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|sol|sql)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/node_modules|[\\/]dist[\\/]/.test(path))
    .map((path) => ({ path: relative(ROOT, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }));
}

function roomOf(path: string, rooms: readonly Room[]): Room | undefined {
  return rooms
    .filter((room) => path.startsWith(`${room.path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

/** What a file imports: other files by their path in the repository, packages by name. */
function importsOf({ path, text }: SourceFile): readonly string[] {
  const found = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'"\n;]*(?:\{[^}]*\}[^'"\n;]*)?from\s*['"]([^'"]+)['"]/g,
    ),
  ];
  const bare = [...text.matchAll(/(?:\bimport\s*\(\s*|(?:^|\n)import\s+)['"]([^'"]+)['"]/g)];
  return [...found, ...bare].map((match) => {
    const target = match[1] ?? '';
    if (!target.startsWith('.')) return target;
    return relative(ROOT, resolve(ROOT, path, '..', target))
      .split(sep)
      .join('/');
  });
}

function mayImport(room: Room, target: string): boolean {
  if (room.mayImport.includes('*') || target.startsWith(`${room.path}/`)) return true;
  return room.mayImport.some((allowed) => {
    if (allowed === 'node:*') return target.startsWith('node:');
    return (
      target === allowed ||
      target.startsWith(`${allowed}/`) ||
      (allowed === 'sdk' && target.startsWith('@fluxa/sdk'))
    );
  });
}

const isTest = (path: string) => /\.(test|fixture)\.ts$/.test(path) || path.startsWith('test/');

/** Text that must not stand in the code of some rooms: what it is, where, and why. */
const FORBIDDEN: readonly { readonly what: RegExp; readonly where: RegExp }[] = [
  {
    what: /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bconsole\b|\bfetch\(|\bprocess\.|\bcrypto\./,
    where: /^src\/core\//,
  },
  {
    what: /\bDate\.now\b|\bMath\.random\b|\bconsole\b/,
    where: /^src\/(protocol|operations|store|rails|http|mcp)\//,
  },
  { what: /\bNumber\(|\bparseFloat\(/, where: /^src\/(core|protocol|operations)\// },
  { what: /\b(TODO|FIXME|HACK)\b/, where: /./ },
  { what: /\bXXX\b/, where: /^(src|sdk|contracts|scripts|bench)\// },
  { what: /\.(only|skip|todo)\(/, where: /\.test\.ts$/ },
  { what: /\benum [A-Z]|: any\b|<any>|\bas any\b/, where: /^(src|sdk)\// },
];

const LINES_MAX = 300;

/** Everything that breaks the law, one line each. */
function findViolations(files: readonly SourceFile[], rooms: readonly Room[]): readonly string[] {
  return files.flatMap((file) => [...wrongImports(file, rooms), ...forbiddenText(file), ...tooLong(file)]);
}

function wrongImports(file: SourceFile, rooms: readonly Room[]): readonly string[] {
  const room = roomOf(file.path, rooms);
  if (room === undefined) return [`${file.path} is in no room`];
  if (isTest(file.path)) return [];
  return importsOf(file)
    .filter((target) => !mayImport(room, target))
    .map((target) => `${file.path} imports ${target}`);
}

function forbiddenText({ path, text }: SourceFile): readonly string[] {
  if (path === 'test/tidy.test.ts') return [];
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, (comment) =>
    /TODO|FIXME|HACK|XXX/.test(comment) ? comment : '',
  );
  return FORBIDDEN.filter(({ where }) => where.test(path) && !(isTest(path) && where.source.startsWith('^')))
    .filter(({ what }) => what.test(code))
    .map(({ what }) => `${path} holds "${what.exec(code)?.[0]}"`);
}

function tooLong({ path, text }: SourceFile): readonly string[] {
  const lines = text.split('\n').length;
  if (isTest(path) || path.endsWith('.gen.ts') || lines <= LINES_MAX) return [];
  return [`${path} has ${lines} lines; look for the second noun in it`];
}

const rooms = readRooms(readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8'));
const files = ['src', 'sdk', 'contracts', 'scripts', 'bench', 'test'].flatMap((folder) =>
  readSources(join(ROOT, folder)),
);

test('the code keeps to the room table', () => {
  expect(rooms.length).toBeGreaterThanOrEqual(14);
  expect(files.length).toBeGreaterThan(150);
  expect(findViolations(files, rooms)).toEqual([]);
});

test('each planted violation is found', () => {
  const plant = (path: string, text: string) => findViolations([{ path, text }], rooms);
  expect(plant('src/core/planted.ts', "import { z } from 'zod';")).toEqual([
    'src/core/planted.ts imports zod',
  ]);
  expect(plant('src/core/planted.ts', "import { x } from '../store/group.ts';")).toEqual([
    'src/core/planted.ts imports src/store/group.ts',
  ]);
  expect(plant('src/rails/planted.ts', "export {\n  a,\n} from '../operations/table.ts';")).toEqual([
    'src/rails/planted.ts imports src/operations/table.ts',
  ]);
  expect(plant('src/http/planted.ts', "const x = await import('../store/group.ts');")).toEqual([
    'src/http/planted.ts imports src/store/group.ts',
  ]);
  expect(plant('src/core/planted.ts', 'const at = Date.now();')).toEqual([
    'src/core/planted.ts holds "Date.now"',
  ]);
  expect(plant('src/core/planted.ts', 'const x = Number(text);')).toEqual([
    'src/core/planted.ts holds "Number("',
  ]);
  expect(plant('src/http/planted.ts', '// TODO later')).toEqual(['src/http/planted.ts holds "TODO"']);
  expect(plant('src/http/planted.ts', '// XXX later')).toEqual(['src/http/planted.ts holds "XXX"']);
  expect(plant('src/elsewhere/planted.ts', '')).toEqual(['src/elsewhere/planted.ts is in no room']);
  expect(plant('src/core/planted.ts', '\n'.repeat(LINES_MAX))).toEqual([
    `src/core/planted.ts has ${LINES_MAX + 1} lines; look for the second noun in it`,
  ]);
  expect(plant('src/core/planted.ts', "import type { Hash } from './hash.ts';")).toEqual([]);
});
