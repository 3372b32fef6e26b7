import { flag, type Invocation } from './command.ts';
import { misuse } from './failure.ts';

/** The port that was given; undefined where none was. */
export function portOf(call: Invocation): number | undefined {
  const text = flag(call, 'port');
  if (text === undefined) return undefined;
  const port = /^[0-9]{1,5}$/.test(text) ? Number.parseInt(text, 10) : 65_536;
  if (port < 65_536) return port;
  throw misuse('usage_wrong', `--port "${text}" is not a port`, 'Give a number up to 65535');
}
