import { lockDirectory } from '../../src/store/lock.ts';

lockDirectory(process.argv[2] as string);
process.send?.('locked');
setInterval(() => {}, 1000);
