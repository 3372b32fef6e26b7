import { afterEach, expect, test, vi } from 'vitest';
import { ensureBrowser } from './browser.ts';

afterEach(() => void vi.unstubAllEnvs());

test('the browser that FLUXA_CHROMIUM names is taken', () => {
  vi.stubEnv('FLUXA_CHROMIUM', process.execPath);
  expect(ensureBrowser()).toBe(process.execPath);
});

test('a FLUXA_CHROMIUM that is no program is said to be none, and nothing else is taken', () => {
  vi.stubEnv('FLUXA_CHROMIUM', '/nowhere/chromium');
  expect(() => ensureBrowser()).toThrow('FLUXA_CHROMIUM names "/nowhere/chromium", which is no program');
});
