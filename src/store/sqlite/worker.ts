import { decide } from '../../core/decide.ts';
import { serveWriter } from './desk.ts';

serveWriter(decide);
