import { runSandbox } from '../sandbox/main.ts';
import { flag, isOn, type Run } from './command.ts';

/** Runs a sandbox until it is told to stop. */
export const sandbox: Run = async (call) => {
  const values = ['port', 'data', 'approve'].flatMap((name) => {
    const value = flag(call, name);
    return value === undefined ? [] : [`--${name}`, value];
  });
  await runSandbox(isOn(call, 'fresh') ? [...values, '--fresh'] : values);
};
