import { decide } from '../../core/decide.ts';
import { serveWriter } from './service.ts';

serveWriter(decide);
