import { writeFileSync } from 'node:fs';
import { operations } from '../src/operations/table.ts';
import { sdkOperations } from './sdk-operations.ts';

writeFileSync(new URL('../sdk/src/operations.gen.ts', import.meta.url), sdkOperations(operations));
