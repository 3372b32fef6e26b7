import { serveWriter } from '../../src/store/sqlite/service.ts';
import { poisonedDecide } from './poison.ts';

serveWriter(poisonedDecide);
